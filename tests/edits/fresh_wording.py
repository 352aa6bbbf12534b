"""Fresh harmless families of wording: how people and models restyle a quote that they keep."""

from __future__ import annotations

import random
import re

from tests.edits.families import Family, Harm, Passage
from tests.edits.fresh_tables import (
    ACROSS_THE_SEA,
    EXPONENT,
    NUMBER_WORDS,
    UNIT_TYPED,
    WRITTEN_OUT,
)
from tests.edits.unseen_tools import (
    NEGATION,
    NUMBER,
    harmless,
    one,
    one_of,
    sentences,
)

_LIST_MARK = re.compile(r"^(?:[•–*☐☑-]\s+|\(?\d{1,2}[.)]\s+|\(?[a-z]\)\s+)")
_BOX = re.compile(r"\s*[☐☑☒]")
_KEEP = re.compile(r"\b(?:not|no|without|except|unless|if|but|until|only|never|none|nor)\b", re.IGNORECASE)
_LIMITS = re.compile(rf"{_KEEP.pattern}|\b(?:or|after|before|as needed|declined|error)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[.;:]\s")
_HEADINGS = (
    "Findings|Impression|Results?|RESULTS|METHODS|Methods|BACKGROUND|Background|CONCLUSIONS?|Conclusions?|"
    "Examination|On examination|Technique|TECHNIQUE|Comment|Course|Summary|Procedure|Note|Report|Microscopy|"
    "Introduction|Coverage|Methodology|Observations|Interpretation|Remarks?|Addendum|Participants|Setting|"
    "Diagnosis|Final diagnosis|Medication|Medicines|Patient|Material|Specimen|Vital signs|About|"
    "Subject|Description|Details|Examination today|Current medication"
)


def _twice(text: str, rng: random.Random) -> str | None:
    return rng.choice(("“{0}”\n“{0}”", "{0}\n{0}", "“{0}” [...] “{0}”", "“{0}” – again: “{0}”", "“{0}” “{0}”")).format(
        text
    )


def _cut_word(text: str, rng: random.Random) -> str | None:
    """The quote breaks off within a word, and says so; what is left out denies and limits nothing, and no denial loses
    what it denies."""
    words = text.split(" ")
    places = [
        i
        for i, word in enumerate(words)
        if i >= 5
        and re.fullmatch(r"[a-z]{8,}", word)
        and not _LIMITS.search(" ".join(words[i:]))
        and not NEGATION.search(_CLAUSE.split(" ".join(words[:i]))[-1])
        and not word.startswith("without")
    ]
    if not places:
        return None
    place = rng.choice(places)
    return (
        " ".join(words[:place])
        + " "
        + words[place][: rng.randint(4, len(words[place]) - 3)]
        + rng.choice(("...", "…", " …", "[...]"))
    )


def _written_out(text: str, rng: random.Random) -> str | None:
    names = "|".join(sorted(WRITTEN_OUT, key=len, reverse=True))
    edited = one(rf"(?<![\w‑/-])(?:{names})(?![\w‑/-])", text, rng, lambda m: WRITTEN_OUT[m.group()])
    known = [long for long in WRITTEN_OUT.values() if edited and edited.casefold().count(long.casefold()) > 1]
    return None if known else edited


def _across_the_sea(text: str, rng: random.Random) -> str | None:
    return one_of(ACROSS_THE_SEA, text, rng)


def _about(text: str, rng: random.Random) -> str | None:
    number = rf"(?=\s(?:\d|a third|half|(?:{NUMBER_WORDS})\b))"
    word = one(
        rf"\babout{number}",
        text,
        rng,
        lambda _: rng.choice(("approx.", "approximately", "ca.", "circa", "~", "around", "c.")),
    )
    return word or one(r"\bapproximately\b|≈", text, rng, lambda _: rng.choice(("approx.", "about", "~")))


def _age(text: str, rng: random.Random) -> str | None:
    child = one(
        r"\b(\d{1,2})[‑-]year[‑-]old\b",
        text,
        rng,
        lambda m: m[1] + rng.choice((" year old", "-yr-old", " yo", "-y-old", " y/o", " years old")),
    )
    card = one(
        r"((?:[Gg]irl|[Bb]oy|[Mm]an|[Ww]oman), )(\d{1,2})[ \u00a0](?:y|years)(?= ?[,.;)]|$)", text, rng,
        lambda m: m[1] + rng.choice(("{} yrs", "{} yo", "aged {}", "{} years old", "{} yr")).format(m[2]),
    )  # fmt: skip
    plain = one(r"\baged (\d{1,2})(?: years)?(?=[,.;]|$)", text, rng, lambda m: f"{m[1]} years old")
    months = one(
        r"\b(\d{1,2})[ \u00a0](years)(?= and (?:her|his)|[,.;]|$)",
        text,
        rng,
        lambda m: m[1] + rng.choice((" yrs", " yr.", " y")),
    )
    return child or card or plain or months


def _clock(text: str, rng: random.Random) -> str | None:
    def told(match: re.Match[str]) -> str:
        hour, minute = int(match[1]), match[2]
        part = rng.choice(("am", "AM") if hour < 12 else ("pm", "PM"))
        half = f"{(hour + 11) % 12 + 1}:{minute} {part}"
        return rng.choice(
            (
                half,
                f"{hour:02}.{minute} h",
                f"{hour:02}h{minute}",
                f"{hour:02}{minute} hrs",
                f"{hour:02}:{minute}:00",
                f"{hour:02}:{minute} h",
            )
        )

    return one(r"(?<![\w:.,/–-])([01]?\d|2[0-3]):([0-5]\d)(?![\w:–-]|\s*(?:h|am|pm)\b)", text, rng, told)


def _unit_repeated(text: str, rng: random.Random) -> str | None:
    unit = r"(mm|cm|mg/m²|mg|mL|Gy|%|weeks|days|months|hours)(?![\w/²³])"
    alone, figure = r"(?<![\w.–/×:-])(?<!×\s)", r"(\d+(?:\.\d+)?)"
    text = re.sub(rf"{alone}{figure}(\s×\s){figure}(\s×\s){figure}(\s){unit}", r"\1\6\7\2\3\6\7\4\5\6\7", text)
    text = re.sub(rf"{alone}{figure}(\s×\s){figure}(\s)(mm|cm)(?![\w/²³])", r"\1\4\5\2\3\4\5", text)
    text = re.sub(rf"{alone}{figure}(\s(?:or|to)\s|–){figure}(\s){unit}", r"\1\4\5\2\3\4\5", text)
    return re.sub(
        rf"{alone}(?<!\d, ){figure}(, ){figure}(\s(?:or|and)\s){figure}(\s){unit}", r"\1\6\7\2\3\6\7\4\5\6\7", text
    )


def _exponents(text: str, rng: random.Random) -> str | None:
    units = "|".join(sorted(map(re.escape, EXPONENT), key=len, reverse=True))
    return re.sub(rf"(?<![A-Za-z/])(?:{units})(?![\w/²³])", lambda m: EXPONENT[m.group()], text)


def _remark(text: str, rng: random.Random) -> str | None:
    remarks = (
        "This sentence answers the question directly.",
        "(This is the relevant passage.)",
        "— the passage that answers the question",
        "[direct quote from the context]",
        "This is stated explicitly in the context.",
        "(exact wording of the document)",
        "The above quote supports the answer.",
    )
    return f"“{text}”" + rng.choice((" ", "\n")) + rng.choice(remarks)


def _later_first(passage: Passage, rng: random.Random) -> str | None:
    """Two true quotes of a document, each in marks of its own, the later one first."""
    before = [
        s
        for s in sentences(passage.context[: passage.start])
        if len(s.split()) > 4 and s.endswith(".") and '"' not in s
    ]
    if not before or re.search('[“”"]', passage.text):
        return None
    other = _LIST_MARK.sub("", rng.choice(before))
    if re.search("[“”]", other):
        return None
    return rng.choice(("“{}”\n“{}”", "“{}” … (earlier:) “{}”", "1. “{}”\n2. “{}”", "“{}”; see also “{}”")).format(
        passage.text, other
    )


def _heading_run_in(passage: Passage, rng: random.Random) -> str | None:
    before = passage.context[: passage.start].rstrip(" •–*-").splitlines(keepends=True)
    if len(before) < 2 or not before[-1].endswith("\n"):
        return None
    above = [line.strip() for line in before if line.strip()][-1]
    if not re.fullmatch(r"[A-Z][A-Za-z‑ -]+:?", above) or len(above.split()) > 5:
        return None
    return above.rstrip(":") + rng.choice((": ", " – ", " — ", " ")) + passage.text


def _bullets_flattened(passage: Passage, rng: random.Random) -> str | None:
    following = passage.context[passage.end :].split("\n")[1:3]
    start = passage.context[: passage.start].rsplit("\n", 1)[-1]
    if passage.context[passage.end : passage.end + 1] != "\n" or not (_LIST_MARK.match(start) or not following):
        return None
    if any(_BOX.match(line) for line in (start, *following)):
        return None  # a box that is ticked or empty is part of what its line says
    items = [passage.text]
    for line in following:
        if not _LIST_MARK.match(line):
            break
        items.append(_LIST_MARK.sub("", line).strip())
    return None if len(items) < 2 else rng.choice(("; ", " • ", " / ", " | ", " ")).join(items)


def _trailing_zero(text: str, rng: random.Random) -> str | None:
    units = r"(?=\s?(?:mg|µg|mL|mm|cm|kg|Gy|g/L|mmol|h\b|%)(?:\b|$|(?<=%)))"
    edited = re.sub(r"(?<![\w.,:/–−-])0\.(\d+)", r".\1", text) if rng.random() < 0.4 else text
    whole = rf"(?<![\w.,:/–−-])(?<!\d [×–] )(\d+){units}(?!\s?(?:mm|cm)[HO])"
    return one(whole, edited, rng, lambda m: m[1] + ".0") or edited


def _stuttered(text: str, rng: random.Random) -> str | None:
    words = r"(?:of|in|to|at|on|with|for|from|by|and|is|was|are|were) (?:the|her|his|a|an|this|these|their|our)(?= )"
    return one(rf"\b{words}", text, rng, lambda m: m.group() + " " + m.group().lower())


def _heading_off(text: str, rng: random.Random) -> str | None:
    found = re.match(rf"(?:{_HEADINGS})(?: \([^)]*\))?[:.]\s+(?=\w)", text)
    rest = text[found.end() :] if found else ""
    return rest if len(rest.split()) >= 5 else None


def _units_typed(text: str, rng: random.Random) -> str | None:
    units = "|".join(sorted(map(re.escape, UNIT_TYPED), key=len, reverse=True))
    return re.sub(rf"({NUMBER})(\s?)({units})(?![\w/²³·])", lambda m: m[1] + m[2] + UNIT_TYPED[m[3]], text)


WORDING: tuple[Family, ...] = (
    harmless("same quote twice", _twice),
    harmless("cut within a word, marked", _cut_word),
    harmless("medical abbreviation written out", _written_out),
    harmless("British and American idiom", _across_the_sea),
    harmless("about, approx., ca., ~", _about),
    harmless("age in other dress", _age),
    harmless("clock time in other dress", _clock),
    harmless("unit repeated for each figure", _unit_repeated),
    harmless("negative exponents", _exponents),
    harmless("remark of the model beside the quote", _remark),
    Family("two true quotes, the later first", Harm.HARMLESS, _later_first),
    Family("heading run in", Harm.HARMLESS, _heading_run_in),
    Family("bullets flattened into a line", Harm.HARMLESS, _bullets_flattened),
    harmless("trailing zero, naked decimal", _trailing_zero),
    harmless("phrase stuttered", _stuttered),
    harmless("heading left off", _heading_off),
    harmless("units as typed on a ward", _units_typed),
)
