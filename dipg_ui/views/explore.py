"""What the Explore page shows, as JSON. Texts are raw (the page writes them with `textContent` alone); offsets are
half-open and count UTF-16 units; lone surrogates are replaced by U+FFFD so that everything can be encoded."""

from dipg_ui.views.differ import differ_sentence
from dipg_ui.views.page import ModelChoice, Notice, PageState, UploadNote, case_summaries, page_json
from dipg_ui.views.trace import Origin, live_json, result_json

__all__ = [
    "ModelChoice",
    "Notice",
    "Origin",
    "PageState",
    "UploadNote",
    "case_summaries",
    "differ_sentence",
    "live_json",
    "page_json",
    "result_json",
]
