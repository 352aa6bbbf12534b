"""How often Guarded is wrong about edits that were written by hand, one at a time.

python tests/benchmarks/bench_one_offs.py --show
python tests/benchmarks/bench_one_offs.py --name one-offs   # write results/one-offs.md
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from evaluator.metrics import Rate
from tests.benchmarks.edit_results import share
from tests.edits.families import Harm
from tests.edits.judges import JUDGES, submit
from tests.edits.one_offs import SETS, OneOff, load_one_offs

RESULTS = Path(__file__).parent / "results"
_WRONG = {Harm.DANGEROUS: "Dangerous edits wrongly accepted", Harm.HARMLESS: "Harmless edits wrongly rejected"}


def misjudged(one_offs: Sequence[OneOff]) -> list[OneOff]:
    """Those that Guarded takes for what they are not."""
    guarded = JUDGES["Guarded"]
    return [o for o in one_offs if guarded(submit(f'"{o.quote}"', o.context)) is not (o.harm is Harm.HARMLESS)]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=SETS, default="one_offs", help="which edits")
    parser.add_argument("--show", action="store_true", help="print what Guarded gets wrong")
    parser.add_argument("--name", help="write results/NAME.md")
    parser.add_argument("--note", default="", help="a sentence for the head of the results")
    asked = parser.parse_args(arguments)
    one_offs = load_one_offs(asked.set)
    wrong = misjudged(one_offs)
    lines = ["# Edits written by hand, one at a time", ""]
    lines += [
        *((asked.note, "") if asked.note else ()),
        "| | n | Guarded, percent (95 % Wilson interval) |",
        "|---|--:|--:|",
    ]
    for harm in reversed(Harm):
        total = sum(o.harm is harm for o in one_offs)
        hits = sum(o.harm is harm for o in wrong)
        lines.append(f"| {_WRONG[harm]} | {total} | {share(Rate(_WRONG[harm], hits, total))} ({hits}) |")
    lines += ["", "What it gets wrong:", "", *(f"- {o.harm}: `{o.line}`" for o in wrong), ""]
    report = "\n".join(lines)
    print(report if asked.show else "\n".join(report.splitlines()[:8]))
    if asked.name:
        (RESULTS / f"{asked.name}.md").write_text(report, encoding="utf-8")


if __name__ == "__main__":
    main()
