"""The comparison of screenshots itself: what it must see, and what it must not mind."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.browser import screenshots
from tests.browser.screenshots import Gallery, ScreenshotDiffers


def a_picture(*, dot: tuple[int, int] | None = None, box: tuple[int, int, int, int] | None = None) -> bytes:
    picture = Image.new("RGB", (400, 300), "#f4f5f5")
    draw = ImageDraw.Draw(picture)
    draw.text((20, 20), "Altered quote", fill="#a32a17")
    if dot:
        draw.point(dot, fill="#000000")
    if box:
        draw.rectangle(box, fill="#0b5b64")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


@pytest.fixture(autouse=True)
def folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(screenshots, "BASELINES", tmp_path / "baselines")
    monkeypatch.setattr(screenshots, "ACTUAL", tmp_path / "actual")
    Gallery("Chromium 1", update=True).check("page", a_picture())
    return tmp_path


def test_the_same_picture_passes() -> None:
    Gallery("Chromium 1", update=False).check("page", a_picture())


def test_one_pixel_counts_on_the_same_build_and_both_pictures_are_left_behind(folders: Path) -> None:
    with pytest.raises(ScreenshotDiffers):
        Gallery("Chromium 1", update=False).check("page", a_picture(dot=(200, 200)))
    assert (folders / "actual" / "page.png").exists()
    assert (folders / "actual" / "page.diff.png").exists()


def test_another_build_may_draw_a_pixel_otherwise_but_not_a_panel() -> None:
    gallery = Gallery("Chromium 2", update=False)
    gallery.check("page", a_picture(dot=(200, 200)))
    with pytest.raises(ScreenshotDiffers):
        gallery.check("page", a_picture(box=(100, 100, 180, 180)))


def test_a_picture_without_a_baseline_differs(folders: Path) -> None:
    with pytest.raises(ScreenshotDiffers, match="no baseline"):
        Gallery("Chromium 1", update=False).check("new", a_picture())
    assert (folders / "actual" / "new.png").exists()
