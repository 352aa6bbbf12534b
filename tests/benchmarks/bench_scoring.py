"""How fast our three protocols score beside the reference package's one, on the same inputs in one run.

    python -m tests.benchmarks.bench_scoring [--quick] [--limit SECONDS]

Each row is one completion of one case: a context of so many characters, one quote of so many, which stands in the
context (exact), stands there with one letter changed (near) or does not (absent). `first` is a context that was never
seen, folded and all; `again` is a context that was met before with a completion that was not, as a case with many
completions has it. The reference remembers nothing. Its time grows faster than the context: a size at which the size
before lets expect more than the limit is left out and marked so. Times are medians of CPU milliseconds; trust the
ratios.
"""

from __future__ import annotations

import argparse
import json
import random
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from time import process_time

from evaluator.evaluate import assess
from evaluator.grounding import fold_context, ground
from evaluator.parsing import parse_trace
from evaluator.types import Case
from tests.parity.corpus import BUILT_IN

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the reference uses what pydantic deprecates
    from med_safety_eval import format_parser, logic, models

CONTEXTS = (1_000, 10_000, 100_000, 1_000_000)
QUOTES = (50, 200, 1_000)
KINDS = ("exact", "near", "absent")
RUN = BUILT_IN.parents[1] / "runs" / "gemma-3-270m.jsonl"
EXPECTED = "54 Gy in 30 fractions"
_GROWTH = 3.0
"""How much the reference may grow with ten times the context before it is taken to pass the limit; measured: 5–100."""


def text_of(length: int, seed: int) -> str:
    """Clinical prose of the built-in cases, sentence by sentence in random order and with other numbers in it."""
    draw = random.Random(seed)
    sentences = [s for s in BUILT_IN.read_text(encoding="utf-8").split(". ") if s.isascii() and 40 < len(s) < 300]
    sentences = [s for s in sentences if '"' not in s and "\\" not in s]
    pieces: list[str] = []
    size = 0
    while size < length:
        sentence = "".join(str(draw.randrange(10)) if c.isdigit() else c for c in draw.choice(sentences))
        pieces.append(sentence)
        size += len(sentence) + 2
    return ". ".join(pieces)[:length]


def quote_of(context: str, size: int, kind: str) -> str:
    """A stretch of whole words from the middle of the context, from the beginning of a sentence on; or of another
    text, of which no sentence is in the context."""
    source = context
    if kind == "absent":
        source = " ".join(random.Random(size).sample(text_of(8 * size, seed=99).split(), size // 3))
    start = source.find(". ", max(0, len(source) // 2 - size)) + 2 if kind != "absent" else 0
    quote = source[start : start + size].rpartition(" ")[0].rstrip(",;: ")
    if kind == "near":
        word = max(quote.split(), key=len)
        quote = quote.replace(word, word[:2] + word[3:], 1)
    return quote


def completion_of(quote: str) -> str:
    return f'<think>Look for the dose.</think>\n<proof>\n"{quote}"\n</proof>\n<answer>{EXPECTED}</answer>'


def seconds(action: Callable[[], object]) -> float:
    """CPU seconds of one call."""
    start = process_time()
    action()
    return process_time() - start


def reference(case: Case, completion: str) -> object:
    parsed = format_parser.FormatParser().parse(completion)
    return logic.calculate_reward(parsed, case.context, {"final": case.expected}, models.RewardConfig())


def grounded_again(case: Case, completion: str) -> float:
    """One quote in a context that is folded already."""
    citation = parse_trace(completion).citations[0]
    fold_context(case.context)
    return min(seconds(lambda: ground(citation, case.context)) for _ in range(3))


def seconds_again(case: Case, completion: str) -> float:
    """The same completion of cases whose contexts were met before, but no quote of it: what became of one is kept."""
    times = []
    for turn in range(3):
        other = replace(case, context=f"{turn}. {case.context}")
        fold_context(other.context)
        times.append(seconds(lambda other=other: assess(other, completion)))
    return min(times)


@dataclass
class Row:
    """The medians over some contexts of one size, each with a quote of its own."""

    first: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    ground: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)

    def measure(self, case: Case, completion: str, *, with_reference: bool) -> None:
        self.first.append(seconds(lambda: assess(case, completion)))
        self.again.append(seconds_again(case, completion))
        self.ground.append(grounded_again(case, completion))
        if with_reference:
            self.theirs.append(
                min(seconds(lambda: reference(case, completion)) for _ in range(1 + (self.first[0] < 0.1)))
            )

    def show(self, label: str) -> str:
        first, again, grounded = median(self.first), median(self.again), median(self.ground)
        line = f"{label} {1e3 * first:10.2f} {1e3 * again:10.2f} {1e3 * grounded:10.2f}"
        if not self.theirs:
            return f"{line}  left out"
        theirs = median(self.theirs)
        return f"{line} {1e3 * theirs:12.2f} {theirs / first:8.1f} {theirs / again:8.1f}"


def synthetic_rows(sizes: Sequence[int], limit: float) -> None:
    last: dict[tuple[int, str], float] = {}
    for size in sizes:
        texts = [text_of(size, seed) for seed in range(7 if size <= 10_000 else 3)]
        for quote_size in (length for length in QUOTES if length < size):
            for kind in KINDS:
                row = Row()
                may_be_run = last.get((quote_size, kind), 0.0) * _GROWTH <= limit
                for text in texts:
                    context = f"Report {quote_size} {kind}. {text}"  # which was never seen before
                    case = Case("1", context, "Which dose was given?", EXPECTED)
                    completion = completion_of(quote_of(context, quote_size, kind))
                    row.measure(case, completion, with_reference=may_be_run)
                last[quote_size, kind] = median(row.theirs) if row.theirs else limit
                print(row.show(f"{size:9,} {quote_size:6,} {kind:7}"), flush=True)


def stored_row() -> None:
    """The built-in cases with the completions that a real model gave."""
    cases = {row["id"]: row for row in map(json.loads, BUILT_IN.read_text(encoding="utf-8").splitlines())}
    lines = [json.loads(line) for line in RUN.read_text(encoding="utf-8").splitlines()]
    pairs = [(cases[line["case_id"]], line["text"]) for line in lines if line["kind"] == "completion"]
    totals = [0.0, 0.0, 0.0]
    for row, completion in pairs:
        case = Case(row["id"], row["context"], row["question"], row["expected"])
        totals[0] += seconds(lambda case=case, text=completion: assess(case, text))
        totals[1] += seconds_again(case, completion)
        totals[2] += min(seconds(lambda case=case, text=completion: reference(case, text)) for _ in range(3))
    first, again, theirs = (1e3 * total / len(pairs) for total in totals)
    print(f"{len(pairs)} stored completions, mean {first:8.2f} {again:10.2f} {theirs:23.2f}", end=" ")
    print(f"{theirs / first:8.1f} {theirs / again:8.1f}")


def main() -> None:
    """Print one row for each size and kind."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="contexts up to 10,000 characters only")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds that one call of the reference may take")
    options = parser.parse_args()
    titles = f"{'first':>10} {'again':>10} {'ground':>10} {'reference':>12} {'/ first':>8} {'/ again':>8}"
    print(f"{'context':>9} {'quote':>6} {'kind':7} {titles}   (milliseconds, ratios)")
    synthetic_rows(CONTEXTS[: 2 if options.quick else None], options.limit)
    stored_row()


if __name__ == "__main__":
    main()
