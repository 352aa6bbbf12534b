"""Screenshots compared with baselines: bytes first, then pixels.

Pictures are kept with few levels a channel: a third of the size, and all that a reader sees. Baselines are bound to
the Chromium build that took them, named in `build.txt`. On that build every pixel counts, but for a shade at a soft
edge; on another one fonts are drawn a little differently, so the pictures are made small and soft and compared
within `SOFT_BOUND` and `SOFT_MEAN`. What differs is written to `actual/`, as is and as a picture of the difference.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat

BASELINES = Path(__file__).with_name("baselines")
ACTUAL = Path(__file__).with_name("actual")
# On another build: the largest share of clearly different pixels, and the largest mean difference (of 255).
SOFT_BOUND = 0.02
SOFT_MEAN = 3.0
# On the same build: a character that changes has both more pixels and stronger ones than this.
EDGE_PIXELS = 12
EDGE_SHADE = 52
# One level of the reduced picture: a shade that falls to the other side of a step. A tall page has more such places.
LEVEL_PIXELS = 60
LEVEL_SHADE = 13
_CLEARLY = 40
_SOFT_SCALE = 4
_STEP = 255 / 20


class ScreenshotDiffers(AssertionError):
    pass


@dataclass(frozen=True, slots=True)
class Gallery:
    """`build` names the browser at hand; `update` rewrites the baselines instead of comparing."""

    build: str
    update: bool

    def check(self, name: str, png: bytes) -> None:
        """Raises ScreenshotDiffers, and leaves both pictures behind."""
        path = BASELINES / f"{name}.png"
        actual = reduce(png)
        if self.update:
            BASELINES.mkdir(exist_ok=True)
            path.write_bytes(encode(actual))
            (BASELINES / "build.txt").write_text(self.build + "\n", encoding="utf-8")
            return
        if not path.exists():
            self._leave(name, actual, None)
            raise ScreenshotDiffers(f"{name}: there is no baseline; look at {ACTUAL / name}.png")
        if path.read_bytes() == encode(actual):
            return
        expected = Image.open(path).convert("RGB")
        told = difference(expected, actual, exact=self._same_build())
        if told:
            self._leave(name, actual, expected)
            raise ScreenshotDiffers(f"{name}: {told}")

    def _same_build(self) -> bool:
        known = BASELINES / "build.txt"
        return known.exists() and known.read_text(encoding="utf-8").strip() == self.build

    def _leave(self, name: str, actual: Image.Image, expected: Image.Image | None) -> None:
        ACTUAL.mkdir(exist_ok=True)
        actual.save(ACTUAL / f"{name}.png")
        if expected is not None:
            gap = ImageChops.difference(expected, actual.resize(expected.size))
            ImageOps.autocontrast(gap).save(ACTUAL / f"{name}.diff.png")


def reduce(png: bytes) -> Image.Image:
    """The picture with every channel rounded to a level: white stays white, and a panel stays apart from its ground."""
    return (
        Image.open(io.BytesIO(png))
        .convert("RGB")
        .point([round(round(value / _STEP) * _STEP) for value in range(256)] * 3)
    )


def encode(picture: Image.Image) -> bytes:
    """PNG, with a palette where the colours fit into one."""
    out = io.BytesIO()
    colours = picture.getcolors(256)
    kept = picture if colours is None else picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=len(colours))
    kept.save(out, "PNG", optimize=True)
    return out.getvalue()


def difference(expected: Image.Image, actual: Image.Image, *, exact: bool) -> str:
    """What differs, in words; "" where nothing does that counts."""
    if exact:
        if expected.size != actual.size:
            return f"the size is {actual.size}, the baseline's {expected.size}"
        gap = ImageChops.difference(expected, actual)
        return "" if _is_edge_noise(gap) else f"pixels differ within {gap.getbbox()}"
    if abs(expected.height - actual.height) > 0.02 * expected.height or expected.width != actual.width:
        return f"the size is {actual.size}, the baseline's {expected.size}"
    return _soft_difference(expected, actual)


def _is_edge_noise(gap: Image.Image) -> bool:
    """Whether only the soft edge of some shape was drawn a shade otherwise, as happens where tiles of the page meet."""
    changed = gap.convert("L").point(lambda value: 255 if value else 0).histogram()[255]
    strongest = max(high for _, high in gap.getextrema())
    if strongest <= LEVEL_SHADE:
        return changed <= LEVEL_PIXELS
    return changed <= EDGE_PIXELS and strongest <= EDGE_SHADE


def _soft_difference(expected: Image.Image, actual: Image.Image) -> str:
    size = (expected.width // _SOFT_SCALE, expected.height // _SOFT_SCALE)
    soft = [
        picture.resize(expected.size).filter(ImageFilter.GaussianBlur(_SOFT_SCALE)).resize(size)
        for picture in (expected, actual)
    ]
    gap = ImageChops.difference(*soft).convert("L")
    clearly = sum(gap.histogram()[_CLEARLY:]) / (size[0] * size[1])
    mean = ImageStat.Stat(gap).mean[0]
    if clearly <= SOFT_BOUND and mean <= SOFT_MEAN:
        return ""
    return f"{clearly:.1%} of the picture differs clearly, {mean:.1f} of 255 on average (another build of the browser)"
