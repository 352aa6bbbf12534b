"""How the time of the parser grows with hostile text: ten times the text should take about ten times the time.

    python -m tests.benchmarks.parsing_time [--characters 100000]

Prints, for each kind of text, the CPU seconds for n and 10 n characters fed whole, their ratio, and the seconds for n
characters fed four at a time with the open citation read at every 25th piece, as the page does.
"""

from __future__ import annotations

import argparse
from time import process_time

from evaluator.parsing import TraceParser, parse_trace

PIECE = 4
READ_EVERY = 25

_PROOF = "<think>t</think><proof>"

HOSTILE = {
    "one line without an end": ("", "x"),
    "angle brackets": ("", "<"),
    "beginnings of tags": ("", "<a"),
    "long tags without an end": ("", "<proof " + "a" * 120),
    "start tags": ("", "<think>\n<proof>"),
    "end tags": ("", "</answer>"),
    "pairs of tags": ("", "<proof>a</proof>"),
    "tags mentioned in think": ("<think>a ", " <proof>b</proof> <answer>"),
    "nested tags": (_PROOF, "<answer>a\n</answer>b"),
    "channel starts": ("", "<|channel|>"),
    "channels": ("", "<|channel|>final<|message|>a<|end|>"),
    "quotations": (_PROOF, '"a true quotation here" '),
    "quotation marks": (_PROOF, '"'),
    "opening marks": (_PROOF, ' "a'),
    "opening marks, one a line": (_PROOF, ' "a\n'),
    "opening curly marks": (_PROOF, "“a b\n"),
    "marks of all kinds": (_PROOF, "a “b\nc «d\ne 'f\ng „h\n"),
    "apostrophes": (_PROOF, " 'a"),
    "terms in a line": (_PROOF, 'word "a" '),
    "fences": (_PROOF, "```a\n"),
    "one fence": (_PROOF + "```\n", "a\n\n"),
    "wrapped lines": (_PROOF, "b" * 50 + "\n"),
    "bullets": (_PROOF, "- a\n"),
    "blank lines": (_PROOF, "\n"),
    "spaces": (_PROOF, " "),
    "block quotes": (_PROOF, "> a\n"),
    "brackets": (_PROOF, "(a "),
    "prefaces": (_PROOF, "the context states, "),
    "backslashes": (_PROOF, "\\"),
    "JSON braces": ("", "{"),
    "JSON beginnings": ("", '{"a":'),
    "JSON objects": ("", '{"a":1}\n'),
    "JSON brackets": ('{"proof":', "["),
    "JSON items": ('{"proof":[', '"a b c d",'),
    "JSON escapes": ('{"proof":"', "\\u00e9"),
    "JSON marks": ('{"proof":"', '" '),
    "JSON keys": ('{"proof":"a",', '"proof":"a",'),
    "YAML keys": ("think: a\nanswer: b\n", "proof: a\n"),
    "YAML brackets": ("think: a\nanswer: b\nproof: ", "["),
    "YAML fences": ("", "```yaml\n"),
}


def seconds_whole(text: str) -> float:
    start = process_time()
    parse_trace(text)
    return process_time() - start


def seconds_in_pieces(text: str) -> float:
    parser = TraceParser()
    start = process_time()
    for number, at in enumerate(range(0, len(text), PIECE)):
        parser.feed(text[at : at + PIECE])
        if number % READ_EVERY == 0:
            _ = parser.open_citation
    parser.finish()
    return process_time() - start


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--characters", type=int, default=100_000)
    count = arguments.parse_args().characters
    print(f"{'text':28} {'n':>8} {'10 n':>8} {'ratio':>6} {'n in pieces':>12}")
    for name, (head, unit) in HOSTILE.items():
        small = head + unit * (count // len(unit))
        large = head + unit * (10 * count // len(unit))
        few, many, pieces = seconds_whole(small), seconds_whole(large), seconds_in_pieces(small)
        print(f"{name:28} {few:8.3f} {many:8.3f} {many / few:6.1f} {pieces:12.3f}", flush=True)


if __name__ == "__main__":
    main()
