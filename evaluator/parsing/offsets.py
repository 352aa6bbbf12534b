"""The way from decoded text (JSON and YAML escapes resolved, markers skipped) back to the completion."""

from __future__ import annotations

from bisect import bisect_right

from evaluator.types import Span


class OffsetMap:
    """Append-only. A segment is either copied text (one code point for one) or the one code point that an escape
    of several stands for."""

    __slots__ = ("_decoded", "_raw", "_width", "length")

    def __init__(self) -> None:
        self.length = 0
        self._decoded: list[int] = []
        self._raw: list[int] = []
        self._width: list[int] = []

    def append(self, count: int, raw_start: int, width: int = 1) -> None:
        """Record `count` decoded code points that stand at `raw_start`, each `width` raw code points wide."""
        if not self._extends(raw_start, width):
            self._decoded.append(self.length)
            self._raw.append(raw_start)
            self._width.append(width)
        self.length += count

    def _extends(self, raw_start: int, width: int) -> bool:
        if not self._raw or width != self._width[-1]:
            return False
        return self._raw[-1] + (self.length - self._decoded[-1]) * width == raw_start

    def raw_span(self, start: int, end: int) -> Span:
        """Where decoded `[start, end)`, not empty and within what was recorded, stands in the completion."""
        raw_start, _ = self._locate(start)
        raw_last, width = self._locate(end - 1)
        return Span(raw_start, raw_last + width)

    def _locate(self, position: int) -> tuple[int, int]:
        segment = bisect_right(self._decoded, position) - 1
        width = self._width[segment]
        return self._raw[segment] + (position - self._decoded[segment]) * width, width
