"""The passages of a fenced block, which is quoted as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from evaluator.parsing.lines import begins_with_quotation, without_bullet
from evaluator.parsing.quotes import BULLET, FAMILY_OF


def fenced_passages(start: int, text: str) -> Iterator[tuple[int, str]]:
    """The passages of a fenced block: separated by blank lines and by lines with a bullet or mark of their own."""
    lines: list[str] = []
    position = begun = start
    for line in text.splitlines(keepends=True):
        own = BULLET.match(line) is not None or begins_with_quotation(line)
        if lines and (own or not line.strip()):
            yield _bare(begun, "".join(lines))
            lines = []
        if not lines:
            begun = position
        lines.append(line)
        position += len(line)
    yield _bare(begun, "".join(lines))


def _bare(start: int, block: str) -> tuple[int, str]:
    """A fenced passage without bullet, and without quotation marks around it."""
    start, block, _ = without_bullet(start, block)
    lead = len(block) - len(block.lstrip())
    bare = block.strip()
    if len(bare) > 2 and bare[0] in FAMILY_OF and bare[-1] in FAMILY_OF and FAMILY_OF[bare[0]] is FAMILY_OF[bare[-1]]:
        return start + lead + 1, bare[1:-1]
    return start, block
