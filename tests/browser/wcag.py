"""What WCAG 2.2 AA asks, measured in the page: axe, focus, reflow, text spacing, motion, what a screen reader gets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TEXT_SPACING = """
    *:not(svg, svg *) {
        line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important;
    }
    p { margin-bottom: 2em !important; }
"""
"""What a reader may set, and nothing may be lost by it (1.4.12)."""
_MEASURES = Path(__file__).with_name("wcag.js")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A rule of axe that a node breaks; `told` is for who reads the failure."""

    rule: str
    node: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A finding that comes from Gradio itself and stays: why, and what helps who meets it."""

    rule: str
    node: str
    why: str
    workaround: str


GRADIO: tuple[Listed, ...] = ()
"""The findings that stay. There are none: what of Gradio's own pages breaks a rule is not shown. Its login form (its
button has a contrast of 3.67, its page no title, its fields no purpose) is replaced by ours, its file buttons are out
of the tab order behind ours, its navigation behind the masthead's, and its fading obeys the wish for less motion."""


@dataclass(frozen=True, slots=True)
class Stop:
    """What Tab came to: how a failure names it, its test id or id, and what is wrong with it there, "" for nothing."""

    name: str
    testid: str
    wrong: str


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def measure(page: Page, call: str, *given: object) -> Any:
    """What a function of `wcag.js` says of the page; the script is brought into it where it is not there yet."""
    if not page.evaluate("'wcag' in window"):
        page.evaluate(_MEASURES.read_text(encoding="utf-8"))
    return page.evaluate(f"(given) => window.wcag.{call}(...given)", list(given))


def findings(page: Page) -> list[Finding]:
    """Everything that axe finds against the rules of WCAG 2.0, 2.1 and 2.2 at A and AA, target size included."""
    measure(page, "settle")
    page.evaluate(_axe())
    found = page.evaluate(
        """async (tags) => {
            const asked = { runOnly: { type: "tag", values: tags }, rules: { "target-size": { enabled: true } } };
            return (await axe.run(document, asked)).violations;
        }""",
        TAGS,
    )
    return sorted(
        Finding(rule["id"], " ".join(str(part) for part in node["target"]), node.get("failureSummary") or "")
        for rule in found
        for node in rule["nodes"]
    )


def unlisted(page: Page) -> list[Finding]:
    """The findings that are not in the list of those that stay."""
    listed = {(each.rule, each.node) for each in GRADIO}
    return [each for each in findings(page) if (each.rule, each.node) not in listed]


def sticking_out(page: Page, may_be_cut: str = ":not(*)") -> list[str]:
    """What reaches over the border of the window and is in no frame that scrolls, and what a frame that does not
    scroll cuts off (1.4.10, 1.4.12). `may_be_cut` selects what is shown whole elsewhere."""
    measure(page, "settle")
    found: list[str] = measure(page, "stickingOut", may_be_cut)
    return found


def tab_through(page: Page, most: int = 200, key: str = "Tab") -> list[Stop]:
    """Press Tab from the top until the focus leaves the page, and judge each stop: in sight (2.4.11), with a ring
    (2.4.7) of a contrast of three to one (1.4.11). Raises AssertionError where the focus never leaves (2.1.2)."""
    # A blur alone leaves the place from which Tab goes on where it was.
    page.evaluate(
        """() => {
            document.body.tabIndex = -1;
            document.body.focus();
            document.body.removeAttribute("tabindex");
            window.scrollTo(0, 0);
        }"""
    )
    stops: list[Stop] = []
    for _ in range(most):
        page.keyboard.press(key)
        found = measure(page, "stop")
        if found is None and stops:
            return stops
        if found is not None:
            stops.append(Stop(**found))
    raise AssertionError(f"the focus does not leave the page within {most} stops: {[s.name for s in stops[-6:]]}")


def moving(page: Page, longest: float = 0.05) -> list[str]:
    """What moves for longer than `longest` seconds, as the browser computes it, or scrolls smoothly."""
    found: list[str] = measure(page, "moving", longest)
    return found


def listen(page: Page) -> None:
    """From now on keep what the live regions of the page say, for `said`."""
    measure(page, "settle")
    page.evaluate("() => { window.wcag.said = window.wcag.listen(); }")


def said(page: Page) -> list[str]:
    """What a screen reader was given to say since `listen`, in order."""
    found: list[str] = page.evaluate("window.wcag.said")
    return found


def tree(page: Page) -> list[tuple[str, str]]:
    """Role and name of everything in the accessibility tree, as a screen reader gets it, in order."""
    session = page.context.new_cdp_session(page)
    try:
        nodes: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
    finally:
        session.detach()
    return [
        (str(node.get("role", {}).get("value", "")), str(node.get("name", {}).get("value", "")))
        for node in nodes
        if not node.get("ignored")
    ]


def in_grey(page: Page) -> None:
    """Show the page as someone sees it who sees no colour."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setEmulatedVisionDeficiency", {"type": "achromatopsia"})
