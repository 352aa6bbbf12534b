"""Coverage-guided fuzzing of the evaluator: no text of a model, a context or a file may raise or hang.

    python -m tests.fuzz.fuzz_evaluator parsing|grounding|lines [--seconds 300] [--corpus FOLDER]

Needs atheris, which requirements-dev.txt names for x86-64 Linux, where it has wheels.
A text that raises or takes longer than TIMEOUT seconds ends the run with its stack trace; libFuzzer writes the text to
a file in the current folder. What was found so far is kept as a test in tests/unit/evaluator/test_hostile_texts.py.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["evaluator"]):
    import evaluator.parsing.yaml_reader  # noqa: F401  # it is imported late, and must be instrumented too
    from evaluator.batches import Plan, score_file
    from evaluator.errors import CaseFileError
    from evaluator.evaluate import assess, reassess
    from evaluator.grounding import ground_all
    from evaluator.parsing import TraceParser, parse_trace
    from evaluator.protocols import RUNGS
    from evaluator.report import result_line
    from evaluator.types import Case, Span, Trace

TIMEOUT = 10
_CONTEXT = (
    "The patient received 54 Gy in 30 fractions. There was no evidence of leptomeningeal spread (LS). Overall survival "
    "(OS) was 11.2 months; H3 K27M in 6 of 24. Dexamethasone 2 mg b.i.d. was given, then tapered over 3–4 weeks."
)
_WORDS = (
    "<think>", "</think>", "<proof>", "</proof>", "<answer>", "</answer>", "<|channel|>", "<|message|>", "<|end|>",
    "analysis", "proof:", "final", '"', "“", "”", "...", "[…]", "```yaml", "```json", '{"proof": "', '", "answer": "',
    "54 Gy", "5400 cGy", "fifty-four", "not", "no evidence", "OS", "overall survival", "K27M", "10⁹/L", "≥", "½", "- ",
    "1. ", "(source: 3)", "not mentioned", "I cannot answer", "conflicting", "&lt;", "<sup>", "\\geq", "\ud800", "٣",
)  # fmt: skip


def _text(data: bytes) -> str:
    """Bytes as a text that is rich in what the evaluator reads: every byte above 127 stands for a word."""
    return "".join(chr(byte) if byte < 128 else _WORDS[(byte - 128) % len(_WORDS)] for byte in data)


def _check(trace: Trace, completion: str) -> None:
    """What holds of every trace: spans lie in the completion, citations are in order."""
    spans: list[Span] = [citation.span for citation in trace.citations]
    spans += [issue.span for issue in trace.issues if issue.span is not None]
    assert all(0 <= span.start <= span.end <= len(completion) for span in spans)
    assert [citation.index for citation in trace.citations] == list(range(len(trace.citations)))


def fuzz_parsing(data: bytes) -> None:
    """The trace is the same however the text arrives."""
    completion = _text(data[1:])
    trace = parse_trace(completion)
    _check(trace, completion)
    piece = data[0] % 7 + 1 if data else 1
    parser = TraceParser()
    for start in range(0, len(completion), piece):
        parser.feed(completion[start : start + piece])
        _ = parser.open_citation
    assert parser.finish() == trace


def fuzz_grounding(data: bytes) -> None:
    """Half of the data is the proof, half is a context; both are tried against a fixed partner, too."""
    middle = len(data) // 2
    proof, other = _text(data[:middle]), _text(data[middle:])
    for context, expected in ((_CONTEXT, other), (other, _CONTEXT), (other + proof, None)):
        case = Case("1", context, "What dose?", expected)
        completion = f"<think>t</think><proof>{proof}</proof><answer>{other[:200]}</answer>"
        assessment = assess(case, completion, RUNGS)
        result_line(case, assessment)
        assert reassess(case, assessment, 70.0) == assess(case, completion, RUNGS, 70.0)
        for grounding in ground_all(assessment.trace.citations, context):
            spans = [*grounding.parts, *(alteration.context_span for alteration in grounding.alterations)]
            assert all(0 <= span.start <= span.end <= len(context) for span in spans)


def fuzz_lines(data: bytes) -> None:
    """The data as lines of a file, and as the fields of one line."""
    fields = [_text(part) for part in data.split(b"\xff", 4)] + [""] * 4
    row = dict(zip(("context", "completion", "question", "expected"), fields, strict=False))
    plan = Plan(RUNGS, None, worded=True)
    for content in (data, json.dumps(row).encode() + b"\n" + data):
        try:
            for batch in score_file(io.BytesIO(content), plan, jobs=1):
                for _, result in batch.lines:
                    assert result is None or isinstance(json.loads(result), dict)
        except CaseFileError:
            continue


TARGETS: dict[str, Callable[[bytes], None]] = {
    "parsing": fuzz_parsing,
    "grounding": fuzz_grounding,
    "lines": fuzz_lines,
}


def main() -> None:
    """Fuzz one target for some time."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--corpus", type=Path, help="a folder of texts to start from and to add to")
    parser.add_argument("--largest", type=int, default=4_096, help="bytes of the largest text")
    options = parser.parse_args()
    limits = [f"-max_total_time={options.seconds}", f"-timeout={TIMEOUT}", f"-max_len={options.largest}"]
    folders = [str(options.corpus)] if options.corpus else []
    atheris.Setup([sys.argv[0], *limits, *folders], TARGETS[options.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
