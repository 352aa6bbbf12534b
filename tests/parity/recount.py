"""Write the counts of divergences.toml anew, after a change of the rules that is meant.

    python -m tests.parity.recount

Read the difference before it is committed: every count that moves is a verdict that changed.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.parity.test_v4_parity import LISTED, PARTS, count, divergences, unlisted

FILE = Path(__file__).parent / "divergences.toml"


def main() -> None:
    """Rewrite the counts and print what no entry covers."""
    parting = {part: divergences(make()) for part, make in PARTS.items()}
    counted = count(parting)
    head, *entries = FILE.read_text(encoding="utf-8").split("[[divergence]]")
    for entry, listed in zip(entries, LISTED, strict=True):
        counts = ", ".join(f"{part} = {number}" for part, number in counted[listed["name"]].items())
        head += "[[divergence]]" + re.sub(r"(?m)^count = .*$", f"count = {{ {counts} }}", entry)
    FILE.write_text(head, encoding="utf-8")
    for part, found in parting.items():
        for line in unlisted(found):
            print(f"unlisted in {part}: {line}")


if __name__ == "__main__":
    main()
