"""Harmless edits of how a quote is presented: marks around it, notes beside it, marked cuts, several at once."""

from __future__ import annotations

import random
import re

from tests.edits.families import Family, Harm, Passage
from tests.edits.wording import Edit, bare, lowered, one_of, rule, some_of, word

_PREFACES = (
    "The context says: {}",
    "According to the context: {}",
    "From the report: {}",
    "The text states that {}",
    "The document notes: {}",
    "As stated in the source, {}",
    "Relevant quote: {}",
    "Evidence: {}",
    "Proof: {}",
    "Direct quote from the context: {}",
    "The passage reads: {}",
    "Quote 1: {}",
    "In the letter it says: {}",
    "Here is the supporting sentence: {}",
)
_NOTES = (
    "{} (Results)",
    "{} [Source: context, paragraph 2]",
    "{} (source: discharge letter)",
    "{} — context",
    "{} (from the context)",
    "{}\nSource: provided context",
    "{} (Section 3)",
    "{} (page 2, line 4)",
    "[Context] {}",
    "{} (see context)",
    "(Context, section 2) {}",
)
_MARKS = ("{} [1]", "{} [3, 4]", "{}¹", "{} (1)", "[2] {}", "{} (ref. 3)", "{}[5]", "{}²", "{} (Smith et al., 2021)")
_LISTS = ("- {}", "* {}", "• {}", "1. {}", "1) {}", "(a) {}", "– {}", "a. {}", "i. {}", "Q1. {}", "[1] {}", "→ {}")
_QUOTED = ('"{}"', "“{}”", "«{}»", "'{}'", "‘{}’", "„{}“", '""{}""', "`{}`", "<quote>{}</quote>", "「{}」")
_DOUBLE = (
    '"{}"\n"{}"',
    "- {}\n- {}",
    '"{}" and "{}"',
    "1. {}\n2. {}",
    "{}\n\n{}",
    '"{}"; "{}"',
    'First: "{}" Second: "{}"',
    "{}\n---\n{}",
    "[1] {}\n[2] {}",
)
_GUARD_WORDS = re.compile(
    r"\b(?:not|no|never|without|nor|neither|none|except|unless|if|but|only|until|when|or|than|apart|provided|cannot|although"
    r"|though|however|because|denie[sd]|free of|absen|fail|ruled|rather|instead|which)\b|n['’]t\b|[<>≤≥]",
    re.IGNORECASE,
)


def framed(*forms: str) -> Edit:
    return lambda passage, draw: draw.choice(forms).format(passage.text)


def _preface(passage: Passage, draw: random.Random) -> str | None:
    form = draw.choice(_PREFACES)
    if form.endswith(("that {}", ", {}")):
        return form.format(draw.choice([lowered(passage.text), f'"{passage.text}"']))
    return form.format(draw.choice([passage.text, f'"{passage.text}"', f"“{passage.text}”"]))


def _note(passage: Passage, draw: random.Random) -> str | None:
    return draw.choice(_NOTES).format(draw.choice([passage.text, f'"{passage.text}"']))


def _mark(passage: Passage, draw: random.Random) -> str | None:
    # Behind a unit a raised number would be an exponent, behind a finding a number in brackets its count.
    prose = re.search(r"[a-z]{4}[.)]?$", passage.text) is not None
    ended = passage.text.endswith(".")
    marks = [mark for mark in _MARKS if (mark[-1] not in "¹²" or prose) and (not mark.endswith("(1)") or ended)]
    return draw.choice(marks).format(draw.choice([passage.text, f'"{passage.text}"']))


def _markdown(passage: Passage, draw: random.Random) -> str | None:
    words = passage.text.split()
    at = draw.randrange(len(words))
    end = min(len(words), at + draw.randint(1, 3))
    mark = draw.choice(["**", "*", "_", "`", "__"])
    within = " ".join([*words[:at], mark + " ".join(words[at:end]) + mark, *words[end:]])
    text = passage.text
    return draw.choice([within, within, f"**{text}**", f"*{text}*", f"> {text}", f"## {text}", f"```\n{text}\n```"])


def _clause_edges(text: str) -> list[int]:
    return [found.start() for found in re.finditer(r"(?<=[a-z)])[,;:](?=\s)", text)]


def _middle_ellipsis(passage: Passage, draw: random.Random) -> str | None:
    """What stands between two clause edges, or in brackets, is left out and marked; nothing that turns the sense, and
    not the beginning of another clause, whose end would then be said of this one."""
    text, edges = passage.text, _clause_edges(passage.text)
    cuts = [(found.start(), found.end()) for found in re.finditer(r"(?<=\s)\([^()]{4,60}\)", text)]
    cuts += [(one, two) for one in edges for two in edges if 12 <= two - one <= 90]
    cuts = [
        (one, two)
        for one, two in cuts
        if not _GUARD_WORDS.search(text[one:two])
        and not re.search("[;:]", text[one:two])
        and len(text[:one].split()) >= 4
        and len(text[two:].split()) >= 4
        and (text[one] == "(" or not re.search(r"\d", text[one:two]))
    ]
    if not cuts:
        return None
    start, end = draw.choice(cuts)
    mark = draw.choice(["…", "...", "[...]", "[…]", "(...)", ". . ."])
    return f"{text[:start].rstrip()} {mark} {text[end:].lstrip(' ,;:')}"


def _outer_ellipsis(passage: Passage, draw: random.Random) -> str | None:
    mark = draw.choice(["…", "...", "[...]", "[…]"])
    return draw.choice(["{0} {1}", "{1} {0}", "{0}{1}", "{1}{0}", "{1} {0} {1}"]).format(bare(passage.text), mark)


def _tail_cut(passage: Passage, draw: random.Random) -> str | None:
    """The sentence up to one of its clause edges: still a verbatim stretch; no condition or exception is cut off."""
    edges = [edge for edge in _clause_edges(passage.text) if len(passage.text[:edge].split()) >= 5]
    edges = [edge for edge in edges if not _GUARD_WORDS.search(passage.text[edge:])]
    return passage.text[: draw.choice(edges)] + draw.choice(["", ".", "…"]) if edges else None


def _head_cut(passage: Passage, draw: random.Random) -> str | None:
    """The sentence from one of its clause edges on; nothing is cut off that would turn the rest."""
    edges = [edge for edge in _clause_edges(passage.text) if len(passage.text[edge:].split()) >= 6]
    edges = [edge for edge in edges if not _GUARD_WORDS.search(passage.text[:edge])]
    if not edges:
        return None
    rest = passage.text[draw.choice(edges) + 1 :].lstrip()
    return draw.choice([rest, f"… {rest}", rest[0].upper() + rest[1:]])


def _article(passage: Passage, draw: random.Random) -> str | None:
    places = list(
        re.finditer(r"(?<![\w\-‑])(?:[Tt]he|[Aa]n?)\s(?!(?:day|week|month|year|hour|few)\b)(?=[a-z])", passage.text)
    )
    if not places:
        return None
    found = draw.choice(places)
    rest = passage.text[found.end() :]
    return passage.text[: found.start()] + (rest[0].upper() + rest[1:] if found.start() == 0 else rest)


_CLARIFIED = one_of(
    *(word(said, f"{said} [the patient]") for said in ("she", "he", "her", "him")),
    *(word(said, f"{said} [the family]") for said in ("they", "them")),
    *(word(said, f"[{said}]") for said in ("the", "a", "is", "was", "were")),
    rule(r"^([A-Z])(?=[a-z]+\s[a-z])", lambda found, _: f"[{found[1].lower()}]", flags=0),
    rule(r"(?<=[a-z]{4})(?=[.,;])", " [sic]"),
    rule(r"(?<=[a-z]{4})(?=\.$)", " [emphasis added]"),
    word("I", "I [the doctor]"),
)


def _two(passage: Passage, draw: random.Random) -> str | None:
    """Two true sentences of the context, each as a quote of its own."""
    sentences = [
        line.strip()
        for line in re.split(r"(?<=[a-z)]\.)\s+(?=[A-Z])|\n+", passage.context)
        if len(line.split()) >= 6 and re.search(r"[a-z]\.$", line.strip())
    ]
    sentences = [sentence for sentence in sentences if sentence not in passage.text]
    return draw.choice(_DOUBLE).format(passage.text, draw.choice(sentences)) if sentences else None


def _commas(passage: Passage, draw: random.Random) -> str | None:
    serial = one_of(rule(r"(?<=[a-z]{3}),(?=\s(?:and|which|but)\s)", ""), rule(r"(?<=[a-z]{3});(?=\s)", ","))
    return some_of(
        serial, one_of(rule(r"(?<=[a-z]{3})(?=\sand\s[a-z]+\.$)", ","), rule(r"(?<=[a-z]),(?=\s[a-z])", ";"))
    )(passage, draw)


FRAMING: tuple[Family, ...] = tuple(
    Family(name, Harm.HARMLESS, edit)
    for name, edit in (
        ("preface", _preface),
        ("source note", _note),
        ("reference mark", _mark),
        ("list mark", framed(*_LISTS)),
        ("quotation marks around", framed(*_QUOTED)),
        ("markdown", _markdown),
        ("marked ellipsis within", _middle_ellipsis),
        ("ellipsis at an end", _outer_ellipsis),
        ("end of the sentence left out", _tail_cut),
        ("start of the sentence left out", _head_cut),
        ("article left out", _article),
        ("bracketed clarification", _CLARIFIED),
        ("two true quotes", _two),
        ("commas and semicolons", _commas),
    )
)
