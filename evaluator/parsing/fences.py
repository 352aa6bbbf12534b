"""The passages of a fenced block, which is quoted as a whole."""

from __future__ import annotations

from evaluator.parsing.lines import begins_with_quotation, without_bullet
from evaluator.parsing.quotes import BULLET, FAMILY_OF


def fenced_passages(start: int, text: str) -> list[tuple[int, str]]:
    """The passages of a fenced block: separated by blank lines and by lines with a bullet or mark of their own."""
    blocks: list[tuple[int, str]] = []
    lines: list[str] = []
    position = begun = start
    for line in text.splitlines(keepends=True):
        own = BULLET.match(line) is not None or begins_with_quotation(line)
        if lines and (own or not line.strip()):
            blocks.append((begun, "".join(lines)))
            lines = []
        if not lines:
            begun = position
        lines.append(line)
        position += len(line)
    blocks.append((begun, "".join(lines)))
    return [_unquoted(*without_bullet(*block)[:2]) for block in blocks]


def _unquoted(start: int, block: str) -> tuple[int, str]:
    """A fenced passage without quotation marks around it."""
    lead = len(block) - len(block.lstrip())
    bare = block.strip()
    if len(bare) > 2 and bare[0] in FAMILY_OF and bare[-1] in FAMILY_OF and FAMILY_OF[bare[0]] is FAMILY_OF[bare[-1]]:
        return start + lead + 1, bare[1:-1]
    return start, block
