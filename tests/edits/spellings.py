"""Harmless edits of how a word is written: British and American, abbreviations, contractions, hyphens, typos."""

from __future__ import annotations

import random
import re
from functools import lru_cache

from tests.edits.families import Family, Harm, Passage
from tests.edits.wording import HYPHENS, Rule, all_of, one_of, pairs, plain, replace_one, rule, some_of, spaced, word

_BRITISH = tuple(
    rule(before, after)
    for before, after in (
        (r"\b(t|T)umour", r"\1umor"),
        (r"\b(p|P)aediatric", r"\1ediatric"),
        (r"(o|O)edema", r"edema"),
        (r"(?<=\w)oedema", "edema"),
        (r"\b(h|H)aem(?=\w)", r"\1em"),
        (r"(?<=[a-z])aemi(?=[ac])", "emi"),
        (r"(d|D)iarrhoea", r"\1iarrhea"),
        (r"(c|C)entre\b", r"\1enter"),
        (r"(?<=[a-z])isation\b", "ization"),
        (r"(?<=[a-z]{4})ised\b", "ized"),
        (r"(?<=[a-z])ising\b", "izing"),
        (r"(?<=[a-z])litre", "liter"),
        (r"\b(m|M)etre", r"\1eter"),
        (r"(?<=[a-z])metre", "meter"),
        (r"(a|A)naesthe", r"\1nesthe"),
        (r"(g|G)rey\b", r"\1ray"),
        (r"\b(c|C)olour", r"\1olor"),
        (r"\b(l|L)abell", r"\1abel"),
        (r"\bleuk", "leuc"),
        (r"(s|S)ulph", r"\1ulf"),
        (r"\b(l|L)earnt", r"\1earned"),
        (r"\b(o|O)esoph", r"\1soph"),
        (r"\b(f|F)avour", r"\1avor"),
        (r"\b(n|N)eighbour", r"\1eighbor"),
        (r"\b(b|B)ehaviour", r"\1ehavior"),
        (r"\b(p|P)rogramme\b", r"\1rogram"),
        (r"\b(g|G)ynaeco", r"\1yneco"),
        (r"\b(o|O)rthopaed", r"\1rthoped"),
        (r"\b(f|F)oetal", r"\1etal"),
    )
)


def _british(found: Rule) -> Rule:
    return Rule(re.compile(found.pattern.pattern), found.write)  # the rules carry the case of the first letter


_LATIN = one_of(
    word("twice daily", "b.i.d.", "bid", "BD", "two times a day", "twice a day", "2x daily"),
    word("once daily", "q.d.", "once a day", "o.d.", "once per day", "QD"),
    word("three times daily", "t.i.d.", "TDS", "three times a day"),
    word("three times a day", "t.i.d.", "tds", "three times daily"),
    word("four times daily", "q.i.d.", "four times a day"),
    word("as needed", "p.r.n.", "PRN", "when needed"),
    word("by mouth", "p.o.", "orally", "PO", "per os"),
    word("intravenously", "IV", "i.v."),
    word("intravenous", "IV", "i.v."),
    word("IV", "i.v.", "intravenous"),
    word("for example", "e.g."),
    word("e.g.", "for example"),
    word("that is", "i.e."),
    word("versus", "vs", "vs."),
    rule(r"\babout\s(?=\d)", "approximately "),
    rule(r"\babout\s(?=\d)", "approx. "),
    rule(r"\babout\s(?=\d)", "ca. "),
    word("approximately", "approx.", "about"),
    word("at night", "nocte"),
    word("in the morning", "mane"),
    word("every day", "daily", "each day"),
    rule(r"(?<!once\s)(?<!twice\s)(?<!times\s)(?<![-‑–])\bweekly\b(?!\s(?:meet|planning|ONC))", "once a week"),
    word("once weekly", "once a week", "weekly"),
    word("magnetic resonance imaging", "MRI"),
    word("cerebrospinal fluid", "CSF"),
    word("radiotherapy", "RT"),
    word("RT", "radiotherapy"),
)
_HYPHENATION = one_of(
    rule(rf"(?<=[a-z]{{3}})[{HYPHENS}](?=[a-z]{{3}})", " "),
    rule(rf"\b(re|pre|post|neuro|follow|multi|peri)[{HYPHENS}](?=[a-z]{{3}})", r"\1"),
    rule(rf"(?<=\d)[{HYPHENS}](?=(?:year|week|day|month|hour|minute)\b)", " "),
    word("follow-up", "follow up", "followup"),
    word("radiotherapy", "radio-therapy"),
    word("brainstem", "brain stem", "brain-stem"),
    word("daytime", "day-time"),
)
_CONTRACTIONS = one_of(
    *pairs(("do not", "don't"), ("does not", "doesn't"), ("did not", "didn’t"), ("is not", "isn't")),
    *pairs(("was not", "wasn't"), ("were not", "weren't"), ("has not", "hasn't"), ("cannot", "can't")),
    *pairs(("are not", "aren't"), ("had not", "hadn't"), ("could not", "couldn't"), ("will not", "won't")),
    *(word(*both) for both in (("cannot", "can not"), ("it is", "it's"), ("she is", "she's"), ("he is", "he's"))),
    *(word(*both) for both in (("they are", "they're"), ("we have", "we've"), ("should not", "shouldn't"))),
)
_LONG_FORM = re.compile(rf"((?:[A-Za-z]+[ \u00a0{HYPHENS}]){{1,5}}[A-Za-z]+)\s\(([A-Z]{{2,6}})\)")


@lru_cache(maxsize=512)
def definitions(context: str) -> list[tuple[str, str]]:
    """The (long form, abbreviation) pairs that a context defines itself: "overall survival (OS)"."""
    found = []
    for match in _LONG_FORM.finditer(context):
        words = re.split(rf"[ \u00a0{HYPHENS}]", match[1])
        tail = words[-len(match[2]) :]
        if len(tail) == len(match[2]) and "".join(piece[0] for piece in tail).upper() == match[2]:
            start = match[1].lower().rfind(tail[0].lower())
            found.append((match[1][start:], match[2]))
    return found


def _abbreviation(passage: Passage, draw: random.Random) -> str | None:
    rules: list[Rule] = []
    for long, short in definitions(passage.context):
        rules.append(rule(rf"(?<![\w(]){short}(?![\w)])", long.lower().replace("\\", ""), flags=0))
        rules.append(rule(rf"{spaced(long)}(?!s|\s\()", short))
        rules.append(rule(rf"({re.escape(long)})\s\({short}\)", r"\1"))
        rules.append(rule(rf"{re.escape(long)}\s\({short}\)", short))
    return replace_one(passage.text, rules, draw)


_SENSITIVE = re.compile(
    r"^(un|in|im|non|dis|hypo|hyper|pre|post|intra|extra|inter|supra|infra|sub|anti|uni|bi)|"
    r"(mab|nib|stat|cin|ine|one|ole|ide|lol|pam|lam|tin|cillin|xib|il|ate|amide|azole|etamol|etam|parin|antel|etron|ynin)$"
)


@lru_cache(maxsize=512)
def _words(documents: tuple[str, ...]) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", " ".join(map(plain, documents))))


def _typo(passage: Passage, draw: random.Random) -> str | None:
    """One letter inside a plain word left out, doubled, exchanged with its neighbour or hit beside; never a word that
    the documents know, and no names of drugs."""
    known = _words((passage.context, *passage.others))
    places = list(re.finditer(r"(?<![\w‑-])[a-z]{7,}(?![\w‑-])", passage.text))
    draw.shuffle(places)
    for found in places:
        text = found.group()
        if _SENSITIVE.search(text):
            continue
        at = draw.randrange(2, len(text) - 2)
        made = draw.choice(
            [
                text[:at] + text[at + 1 :],
                text[:at] + text[at] + text[at:],
                text[:at] + text[at + 1] + text[at] + text[at + 2 :],
                text[:at] + draw.choice("aeionrst") + text[at + 1 :],
            ]
        )
        if made != text and made not in known:
            return passage.text[: found.start()] + made + passage.text[found.end() :]
    return None


SPELLINGS: tuple[Family, ...] = tuple(
    Family(name, Harm.HARMLESS, edit)
    for name, edit in (
        ("British and American", some_of(one_of(*map(_british, _BRITISH)), all_of(*map(_british, _BRITISH)))),
        ("Latin and other abbreviations", _LATIN),
        ("hyphenation", _HYPHENATION),
        ("contractions", _CONTRACTIONS),
        ("abbreviation of the same context", _abbreviation),
        ("one-letter typo", _typo),
        ("ampersand", one_of(word("and", "&"), rule(r"\s\+\s", " plus "))),
    )
)
