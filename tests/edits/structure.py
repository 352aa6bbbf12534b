"""Dangerous edits of what stands together: left-out clauses, stitched halves, fabricated and borrowed sentences."""

from __future__ import annotations

import random
import re

from tests.edits.families import Family, Harm, Passage
from tests.edits.statements import STATEMENTS
from tests.edits.wording import bare, one_of, pairs, plain, rule, some_of

_FABRICATED = (
    "The tumour board recommended craniospinal irradiation with concurrent carboplatin.",
    "No further treatment is planned.",
    "The patient died two weeks later of pulmonary embolism.",
    "Treatment with nivolumab led to a complete response.",
    "Dexamethasone should be stopped at once.",
    "Genetic counselling was declined by the family.",
    "The dose may be doubled without further monitoring.",
    "A germline mutation of BRCA2 was confirmed.",
    "Resection of the lesion was complete.",
    "Survival at five years was 80 percent.",
    "Vaccination with live vaccines is safe during treatment.",
    "The authors conclude that the drug cures the disease.",
    "Her condition is not serious.",
    "Anticoagulation was started the same evening.",
)
_TRUE_AND_FALSE = ('"{0}" "{1}"', '"{0}"\n"{1}"', "- {0}\n- {1}", '"{1}" "{0}"', '"{0}" and "{1}"', "1. {1}\n2. {0}")
_SENTENCE = re.compile(r"(?<=[a-z)\d]\.)\s+(?=[A-Z])|\n+")


def _absent(passage: Passage, draw: random.Random) -> str:
    known = plain(passage.context)
    return draw.choice([said for said in _FABRICATED if plain(said) not in known])


def _sentences(context: str) -> list[str]:
    lines = [line.strip() for line in _SENTENCE.split(context)]
    return [line for line in lines if len(line.split()) >= 6 and re.search(r"[a-z]\.$", line)]


def _beside_unquoted(passage: Passage, draw: random.Random) -> str | None:
    said = _absent(passage, draw)
    return draw.choice(["{0} {1}", '"{0}" {1}', "{1} {0}", "{0}\n{1}", '{1} "{0}"']).format(passage.text, said)


def _within_one_quote(passage: Passage, draw: random.Random) -> str | None:
    said = _absent(passage, draw)
    return draw.choice(['"{0} {1}"', "“{1} {0}”", '"{0}; {1}"', '"{0} … {1}"']).format(passage.text, said)


def _beside_quoted(passage: Passage, draw: random.Random) -> str | None:
    return draw.choice(_TRUE_AND_FALSE).format(passage.text, _absent(passage, draw))


def _elsewhere(passage: Passage, draw: random.Random) -> str | None:
    """A true sentence of another document: true there, not here."""
    if not passage.others:
        return None
    sentences = _sentences(draw.choice(passage.others))
    sentences = [said for said in sentences if plain(bare(said)) not in plain(passage.context)]
    return draw.choice(sentences) if sentences else None


def _elsewhere_beside(passage: Passage, draw: random.Random) -> str | None:
    said = _elsewhere(passage, draw)
    return draw.choice((*_TRUE_AND_FALSE, "{0} {1}")).format(passage.text, said) if said else None


def _stitched(passage: Passage, draw: random.Random) -> str | None:
    """The first half of the sentence and the second half of another one, as if they were one sentence."""
    rest = [said for said in _sentences(passage.context) if said not in passage.text and passage.text not in said]
    words = passage.text.split()
    if not rest or len(words) < 7:
        return None
    tail = draw.choice(rest).split()
    return " ".join(words[: len(words) // 2] + tail[len(tail) // 2 :])


_TURNS = re.compile(
    r"\b(?:not|no|never|without|except|unless|if|until|after|before|when|only|but|because|for|in|of|to|from|with)\b|\d"
)


def _clauses(text: str) -> list[tuple[int, int]]:
    edges = [found.start() for found in re.finditer(r"(?<=[\w)])[,;:](?=\s)|\s(?=\()|(?<=\))", text)]
    return [(one, two) for one in edges for two in edges if 8 <= two - one <= 120]


def _omission(passage: Passage, draw: random.Random) -> str | None:
    """A clause of three words or more is left out between two others, without a mark."""
    text = passage.text
    found = [
        (one, two)
        for one, two in _clauses(text)
        if len(text[one:two].split()) >= 3 and _TURNS.search(text[one:two])
        and len(text[:one].split()) >= 2 and len(text[two:].split()) >= 2
    ]  # fmt: skip
    if not found:
        return None
    start, end = draw.choice(found)
    return text[:start] + text[end:]


def _lost_condition(passage: Passage, draw: random.Random) -> str | None:
    """A condition or an exception within the sentence is left out."""
    pattern = r"[,]?\s(?:if|unless|except|until|without|after|before|only|when|during)\s[^,.;:]{4,60}(?=[,.;:]\s\S)"
    return one_of(rule(pattern, ""))(passage, draw)


def _hidden_negation(passage: Passage, draw: random.Random) -> str | None:
    """An ellipsis in the place of a negation."""
    mark = draw.choice([" … ", " ... ", " [...] "])
    return one_of(
        rule(r"\s(?:not|no|never|without|hardly|neither|rarely)\s(?=\S+\s\S)", mark),
        rule(r"^No\s(?=\w+\s\w)", mark.lstrip()),
    )(passage, draw)


def _out_of_order(passage: Passage, draw: random.Random) -> str | None:
    words = passage.text.split()
    if len(words) < 8:
        return None
    middle = len(words) // 2
    mark = draw.choice(["…", "...", "[...]"])
    return f"{' '.join(words[middle:])} {mark} {' '.join(words[:middle])}"


def _bracketed(passage: Passage, draw: random.Random) -> str | None:
    """Square brackets that add a fact."""
    facts = (
        "[60 Gy]",
        "[not]",
        "[fatal]",
        "[grade 4]",
        "[10 mg]",
        "[twice]",
        "[left]",
        "[no longer]",
        "[of vincristine]",
    )
    words = passage.text.split()
    at = draw.randrange(2, len(words)) if len(words) > 3 else len(words)
    return " ".join([*words[:at], draw.choice(facts), *words[at:]])


def _exchanged(passage: Passage, draw: random.Random) -> str | None:
    """Two words of one sentence exchanged around what sets them against each other."""
    between = r"(?:than|against|versus|vs|before|after|with|without|instead of|from|to|by|over|in|then|but not|into)"
    pattern = rf"\b([A-Za-z]{{4,}})\s({between})\s([A-Za-z]{{4,}})\b"
    return one_of(rule(pattern, lambda f, _: f"{f[3]} {f[2]} {f[1]}" if f[1].lower() != f[3].lower() else None))(
        passage, draw
    )


def _sides_exchanged(passage: Passage, draw: random.Random) -> str | None:
    text = passage.text
    for one, two in (("left", "right"), ("morning", "evening"), ("increased", "decreased"), ("first", "second")):
        if re.search(rf"\b{one}\b", text) and re.search(rf"\b{two}\b", text):
            swap = {one: two, two: one}
            return re.sub(rf"\b(?:{one}|{two})\b", lambda found, swap=swap: swap[found.group()], text)  # type: ignore[misc]
    return None


def _opposite_pair(passage: Passage, draw: random.Random) -> str | None:
    """A true quote, then the same one with its negation turned."""
    family = draw.choice(
        [made for made in STATEMENTS if made.name in ("negation put in", "negation taken out", "side")]
    )
    edited = family.edit(passage, draw)
    return draw.choice(_TRUE_AND_FALSE[:4]).format(passage.text, edited) if edited else None


def _word_left_out(passage: Passage, draw: random.Random) -> str | None:
    """One word that bears the meaning is left out."""
    kept = (
        r"mild|severe|left|right|both|only|possible|likely|probable|suspected|partial|complete|about|almost|half|twice"
    )
    kept += r"|once|median|mean|oral|daily|weekly|first|second|last|maximum|minimum|low|high|normal|new|old"
    kept += r"|stable|lower|upper"
    return one_of(
        rule(rf"(?<=\w)\s(?!once\s(?:daily|weekly|a)\b)(?:{kept})(?=\s\w)", ""), *pairs(("only slightly", "slightly"))
    )(passage, draw)


def _unit_left_out(passage: Passage, draw: random.Random) -> str | None:
    return some_of(
        one_of(
            rule(r"(?<=\d)\s(?:mg|mL|Gy|mm|cm|g|kg|h|min|months|weeks|days|years)(?![\w/²³])(?=[\s,.;)])", "", flags=0)
        ),
        one_of(
            rule(r"(?<=\d\s(?:mg|mL|µL))/(?:kg|m²|h|min|mL|day|d)\b", "", flags=0), rule(r"(?<=\d\smg)/m²", "", flags=0)
        ),
        one_of(rule(r"(?<=\d)\s?%", "")),
    )(passage, draw)


STRUCTURE: tuple[Family, ...] = tuple(
    Family(name, Harm.DANGEROUS, edit)
    for name, edit in (
        ("clause left out unmarked", _omission),
        ("condition left out unmarked", _lost_condition),
        ("word left out that matters", _word_left_out),
        ("unit left out", _unit_left_out),
        ("ellipsis over a negation", _hidden_negation),
        ("ellipsis out of order", _out_of_order),
        ("stitched halves", _stitched),
        ("fabricated alone", _absent),
        ("fabricated beside a true one, unquoted", _beside_unquoted),
        ("fabricated beside a true one, quoted", _beside_quoted),
        ("fabricated within the quote", _within_one_quote),
        ("sentence of another document", _elsewhere),
        ("sentence of another document beside a true one", _elsewhere_beside),
        ("true quote and its opposite", _opposite_pair),
        ("bracketed fact", _bracketed),
        ("words exchanged", _exchanged),
        ("sides exchanged", _sides_exchanged),
    )
)
