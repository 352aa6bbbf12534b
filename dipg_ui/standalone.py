"""The style of a document that stands alone: sheet and fonts in one text, so that it asks for nothing."""

from __future__ import annotations

from base64 import b64encode

from dipg_ui.settings import ASSETS

_FONTS = (
    ("Card Sans", "400 700", "inter-variable.woff2"),
    ("Card Serif", "400", "source-serif-4-regular.woff2"),
    ("Card Serif", "600", "source-serif-4-semibold.woff2"),
)


def standalone_style(sheet: str) -> str:
    """The style sheet of this name in the theme, with the fonts "Card Sans" and "Card Serif" before it."""
    faces = [
        f'@font-face{{font-family:"{name}";font-weight:{weight};src:url(data:font/woff2;base64,'
        f"{b64encode((ASSETS / 'fonts' / file).read_bytes()).decode('ascii')})}}"
        for name, weight, file in _FONTS
    ]
    return "\n".join([*faces, (ASSETS / "theme" / sheet).read_text(encoding="utf-8")])
