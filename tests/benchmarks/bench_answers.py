"""What Guarded makes of answers: hand-written right and wrong ones, and edits of the expected ones.

    python tests/benchmarks/bench_answers.py                # every second case, on which the rules were tuned
    python tests/benchmarks/bench_answers.py --half held-out
    python tests/benchmarks/bench_answers.py --edits        # edits of the expected answers, by family

Each answer comes with the quotes that its case expects as its proof. `--name` writes `results/NAME.md`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from evaluator.cases import load_cases
from evaluator.metrics import CORRECT, Rate
from evaluator.types import Behaviour, Outcome
from tests.benchmarks.edit_results import share
from tests.edits.answers import ANSWERS
from tests.edits.families import Family, Passage
from tests.edits.paraphrases import AnswerCounts, count, judge_answer, read_paraphrases
from tests.edits.sampling import BUILT_IN, draw_samples

RESULTS = Path(__file__).parent / "results"


def paraphrase_counts(held_out: bool, right: bool) -> AnswerCounts:
    chosen = (p for p in read_paraphrases() if p.held_out is held_out and p.right is right)
    return count(judge_answer(p.case, p.answer) for p in chosen)


def paraphrase_rows(halves: Sequence[str]) -> Iterator[str]:
    yield "| answers | n | called correct, % | left to a clinician, % | called something else, % |"
    yield "|---|--:|--:|--:|--:|"
    for half in halves:
        for right in (True, False):
            found = paraphrase_counts(half == "held-out", right)
            shares = [share(Rate("", hits, found.n)) for hits in (found.correct, found.review, found.other)]
            yield f"| {half}, {'right' if right else 'wrong'} | {found.n} | {' | '.join(shares)} |"


def edit_rows(samples: int, seed: int) -> Iterator[str]:
    yield "| edits of the expected answer | kind | n | called correct, % | left to a clinician, % |"
    yield "|---|---|--:|--:|--:|"
    cases = {
        case.expected: case
        for case in load_cases(BUILT_IN).cases
        if case.behaviour is Behaviour.ANSWER and case.expected is not None
    }
    passages = [Passage(text, 0, len(text)) for text in cases]

    def judged(family: Family) -> AnswerCounts:
        drawn = draw_samples(family, passages, samples, seed)
        return count(judge_answer(cases[sample.passage.context], sample.proof) for sample in drawn)

    for family in ANSWERS:
        found = judged(family)
        correct, review = (share(Rate("", hits, found.n)) for hits in (found.correct, found.review))
        yield f"| {family.name} | {family.harm.value} | {found.n} | {correct} | {review} |"


def shown(half: str) -> Iterator[str]:
    """The answers of a half that were judged otherwise than a careful reader would, with the rule's reason."""
    for paraphrase in read_paraphrases():
        evaluation = judge_answer(paraphrase.case, paraphrase.answer)
        correct = evaluation.outcome in CORRECT
        if paraphrase.held_out is (half == "held-out") and correct is not paraphrase.right:
            if evaluation.outcome is Outcome.NEEDS_REVIEW and not paraphrase.right:
                continue
            reason = next((step.reason for step in evaluation.steps if step.decisive), "")
            yield f"{paraphrase.case.id}: {paraphrase.answer}\n    {evaluation.outcome.value}: {reason}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=["tuned", "held-out", "both"], default="tuned")
    parser.add_argument("--edits", action="store_true")
    parser.add_argument("--samples", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", action="store_true", help="print the answers that were judged wrong")
    parser.add_argument("--name", help="write results/NAME.md")
    given = parser.parse_args()
    halves = ["tuned", "held-out"] if given.half == "both" else [given.half]
    lines = list(edit_rows(given.samples, given.seed) if given.edits else paraphrase_rows(halves))
    print(*lines, sep="\n")
    if given.show:
        print(*(line for half in halves for line in shown(half)), sep="\n")
    if given.name:
        command = " ".join(
            ["python tests/benchmarks/bench_answers.py", *(["--edits"] if given.edits else ["--half", given.half])]
        )
        head = ["# Answers under Guarded", "", f"`{command}`; percent with 95 % Wilson intervals.", ""]
        (RESULTS / f"{given.name}.md").write_text("\n".join([*head, *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
