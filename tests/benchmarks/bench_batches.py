"""Cases per minute of the embedded model, asked 1, 2, 4 and 8 at once, and whether a case gets what it gets alone.

    python tests/benchmarks/bench_batches.py [--cases 8] [--tokens 96] [--rounds 1] [--at-once 1,2,4,8]

Built-in cases, greedy, through the backend as a run asks them. Rounds are interleaved, and a ratio is the median of the
rounds' own; CPU time is told beside the clock, because other work on the machine hardly touches it: trust the ratios.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from dipg_ui.generation.base import Delta, Finished  # noqa: E402 - found through the path set above
from dipg_ui.generation.embedded import EmbeddedSource  # noqa: E402
from dipg_ui.generation.local import LocalBackend, prepare_environment  # noqa: E402
from dipg_ui.prompts import build_messages  # noqa: E402
from dipg_ui.records import GenerationSettings, PromptStyle  # noqa: E402
from dipg_ui.services import read_cases  # noqa: E402
from dipg_ui.settings import read_settings  # noqa: E402
from evaluator.types import Case  # noqa: E402


@dataclass(frozen=True, slots=True)
class Timing:
    seconds: float
    cpu_seconds: float
    tokens: int
    texts: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=96, help="new tokens at most for a case")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--at-once", default="1,2,4,8")
    arguments = parser.parse_args()
    settings = read_settings()
    prepare_environment(settings)
    shipped = list(read_cases(ROOT / "assets" / "cases")[0].values())
    cases = shipped[:: max(1, len(shipped) // arguments.cases)][: arguments.cases]
    backend = LocalBackend(EmbeddedSource(settings.data_dir, settings.quantisation))
    wanted = GenerationSettings(temperature=0.0, max_new_tokens=arguments.tokens)
    ask(backend, cases[:1], wanted, 1)  # loads the model
    sizes = [int(size) for size in arguments.at_once.split(",")]
    rounds = [{size: ask(backend, cases, wanted, size) for size in sizes} for _ in range(arguments.rounds)]
    report(rounds, sizes)


def ask(backend: LocalBackend, cases: Sequence[Case], settings: GenerationSettings, at_once: int) -> Timing:
    def answer(case: Case) -> tuple[str, int]:
        text, tokens = "", 0
        for event in backend.stream(build_messages(case, PromptStyle.TAGS, examples=True), settings):
            if isinstance(event, Delta):
                text += event.text
            elif isinstance(event, Finished):
                tokens = event.completion_tokens or 0
        return text, tokens

    began, cpu = time.monotonic(), time.process_time()
    with ThreadPoolExecutor(at_once) as lanes:
        answers = list(lanes.map(answer, cases))
    texts = tuple(text for text, _ in answers)
    return Timing(time.monotonic() - began, time.process_time() - cpu, sum(count for _, count in answers), texts)


def report(rounds: Sequence[dict[int, Timing]], sizes: Sequence[int]) -> None:
    first, alone = sizes[0], rounds[0][sizes[0]]
    print(f"{len(alone.texts)} cases, {alone.tokens} tokens one at a time, {len(rounds)} rounds")
    for size in sizes:
        faster = statistics.median(round_[first].seconds / round_[size].seconds for round_ in rounds)
        saved = statistics.median(round_[first].cpu_seconds / round_[size].cpu_seconds for round_ in rounds)
        pace = statistics.median(60 * len(alone.texts) / round_[size].seconds for round_ in rounds)
        equal = sum(a == b for a, b in zip(alone.texts, rounds[-1][size].texts, strict=True))
        print(
            f"{size} at once: {pace:6.1f} cases/min, {faster:.2f} times as fast, {saved:.2f} times in CPU time, "
            f"{equal} of {len(alone.texts)} texts as with {first}"
        )
        for place, (a, b) in enumerate(zip(alone.texts, rounds[-1][size].texts, strict=True)):
            if a != b:
                print(f"    case {place + 1} differs from character {_common(a, b)} of {len(a)}")


def _common(a: str, b: str) -> int:
    return next((place for place, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


if __name__ == "__main__":
    main()
