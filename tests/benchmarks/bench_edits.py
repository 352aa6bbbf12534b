"""How often six judges are wrong about edited quotes: dangerous ones accepted, harmless ones rejected.

    python tests/benchmarks/bench_edits.py                        # the families that the rules were tuned on
    python tests/benchmarks/bench_edits.py --families unseen      # those written by others, kept apart
    python tests/benchmarks/bench_edits.py --families fresh_a     # and fresh_b: written later, by the same rule
    python tests/benchmarks/bench_edits.py --family typo --show 5 # look at what Guarded gets wrong
    python tests/benchmarks/bench_edits.py --answers              # edits of expected answers

The samples come from the true sentences of the contexts of a case file, seeded. The tables and charts that are
committed lie in `results/`; `--name` writes there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from evaluator.metrics import Rate
from tests.benchmarks.edit_results import FamilyResult, as_markdown, as_svg, overall, share
from tests.edits.dangerous import DANGEROUS
from tests.edits.families import Family, Harm, Passage
from tests.edits.harmless import HARMLESS
from tests.edits.judges import JUDGES, submit
from tests.edits.sampling import BUILT_IN, SAMPLES, Sample, draw_samples, load_contexts, true_sentences

RESULTS = Path(__file__).parent / "results"

_SETS = ("dev", "unseen", "fresh_a", "fresh_b", "all")


@dataclass(frozen=True, slots=True)
class Asked:
    """What one run judges: plain values, so that a worker can find its family and samples by itself."""

    cases: Path
    families: str
    samples: int
    seed: int
    judges: tuple[str, ...]
    show: int


def families_of(which: str) -> tuple[Family, ...]:
    """The families of a set of `_SETS`; "all" is dev and unseen. Those kept apart are imported only when asked for."""
    families: tuple[Family, ...] = (*HARMLESS, *DANGEROUS) if which in ("dev", "all") else ()
    if which in ("unseen", "all"):
        from tests.edits.unseen import UNSEEN

        families += UNSEEN
    elif which == "fresh_a":
        from tests.edits.fresh_a import FRESH_A

        families += FRESH_A
    elif which == "fresh_b":
        from tests.edits.fresh_b import FRESH_B

        families += FRESH_B
    return families


@lru_cache(maxsize=2)
def _passages(cases: Path) -> list[Passage]:
    return true_sentences(load_contexts(cases))


def judge_family(index: int, asked: Asked) -> tuple[FamilyResult, list[str]]:
    """The errors of each judge about one family, and the first samples that Guarded got wrong, in words."""
    family = families_of(asked.families)[index]
    samples = draw_samples(family, _passages(asked.cases), asked.samples, asked.seed)
    wrong = dict.fromkeys(asked.judges, 0)
    shown: list[str] = []
    for sample in samples:
        submission = submit(sample.proof, sample.passage.context)
        for judge in asked.judges:
            accepted = JUDGES[judge](submission)
            if accepted is not (family.harm is Harm.HARMLESS):
                wrong[judge] += 1
                if judge == "Guarded" and len(shown) < asked.show:
                    shown.append(_told(sample))
    rates = {judge: Rate(judge, hits, len(samples)) for judge, hits in wrong.items()}
    return FamilyResult(family.name, family.harm, rates), shown


def _told(sample: Sample) -> str:
    submission = submit(sample.proof, sample.passage.context)
    lines = [f"  source: {sample.passage.text!r}", f"  proof:  {sample.proof!r}"]
    for grounding in submission.groundings:
        remarks = "; ".join(alteration.message for alteration in grounding.alterations) or grounding.reason
        lines.append(f"    {grounding.status.value} {grounding.similarity:.1f} {grounding.citation.text!r}: {remarks}")
    return "\n".join(lines)


def run(asked: Asked, indices: Sequence[int], jobs: int) -> Iterator[tuple[FamilyResult, list[str]]]:
    work = partial(judge_family, asked=asked)
    if jobs == 1:
        yield from map(work, indices)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(work, indices)


def summary(results: Sequence[FamilyResult]) -> str:
    lines = []
    for harm, wrong in ((Harm.DANGEROUS, "wrongly accepted"), (Harm.HARMLESS, "wrongly rejected")):
        rates = {judge: overall(results, harm, judge) for judge in results[0].errors}
        told = ", ".join(f"{judge} {share(rate)}" for judge, rate in rates.items())
        lines.append(f"{harm.value} {wrong}, n = {next(iter(rates.values())).n:,}: {told}")
    worst = sorted(results, key=lambda result: -(result.errors["Guarded"].value or 0))
    lines += [
        f"  {result.harm.value:9} {result.name}: {result.errors['Guarded'].hits} of {result.errors['Guarded'].n}"
        for result in worst
        if result.errors["Guarded"].hits
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", choices=_SETS, default="dev")
    parser.add_argument("--family", default="", help="only the families whose name holds this")
    parser.add_argument("--samples", type=int, default=SAMPLES, help="at most so many a family")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cases", type=Path, default=BUILT_IN, help="a JSON Lines file with a text field `context`")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--judge", action="append", choices=list(JUDGES), help="only this one; may be given again")
    parser.add_argument("--show", type=int, default=0, help="print so many errors of Guarded a family")
    parser.add_argument("--name", help="write results/NAME.md and results/NAME.svg")
    parser.add_argument("--note", default="", help="a sentence for the head of the results")
    parser.add_argument("--title", default="Edited quotes: how often six judges are wrong")
    given = parser.parse_args()
    judges = tuple(given.judge or JUDGES)
    asked = Asked(given.cases, given.families, given.samples, given.seed, judges, given.show)
    chosen = [index for index, family in enumerate(families_of(given.families)) if given.family in family.name]
    results = []
    for result, shown in run(asked, chosen, given.jobs):
        results.append(result)
        if shown:
            print(f"{result.harm.value}: {result.name}", *shown, sep="\n")
    print(summary(results))
    if given.name:
        command = f"python tests/benchmarks/bench_edits.py --families {given.families} --seed {given.seed}"
        notes = [f"`{command}`: up to {given.samples} samples a family. {given.note}".rstrip()]
        (RESULTS / f"{given.name}.md").write_text(as_markdown(results, given.title, notes), encoding="utf-8")
        (RESULTS / f"{given.name}.svg").write_text(as_svg(results, given.title), encoding="utf-8")


if __name__ == "__main__":
    main()
