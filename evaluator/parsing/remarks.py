"""Which words of a proof claim nothing: prefaces, source notes, "none".

The rule is a closed vocabulary. A stretch of unquoted text is a remark only if *every* word of it is on the lists
below, none of which names a finding, a drug, a dose, a number with a unit or a negation of one; so a fabricated
sentence can never pass as a preface. "The dose was 60 Gy:" is evidence, "The trial protocol states:" is a remark.
"""

from __future__ import annotations

import re


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


FUNCTION_WORDS = _words(
    "the a an of in from to by as on at and or that which this these it its is are was were be been here s "
    "following above below within also"
)
REPORTING_WORDS = _words(
    "according per states state stated stating says say said reads read reports reported reporting notes noted "
    "mentions mentioned describes described indicates indicated specifies specified explains explained writes wrote "
    "written quoted quoting cited citing shows supports supporting"
)
SOURCE_WORDS = _words(
    "context text passage passages document documents report reports letter letters note abstract abstracts trial "
    "study paper article protocol guideline guidelines section sections paragraph paragraphs para sentence sentences "
    "line lines page pages p pp table figure source sources excerpt excerpts summary chart record records "
    "clinic clinical medical radiology pathology neuropathology histopathology mri ct imaging nursing oncology board "
    "meeting minutes introduction methods results discussion conclusion conclusions background title"
)
PROOF_WORDS = _words(
    "proof proofs evidence quote quotes quotation quotations citation citations trace reference references basis "
    "item number answer question ref"
)
QUALIFYING_WORDS = _words(
    "provided given original relevant direct directly exact verbatim key first second third fourth fifth last next "
    "final other another same main"
)
CONNECTIVES = _words("and or but also then plus further furthermore additionally moreover while whereas")
ABSENCE_WORDS = _words(
    "no none not nothing empty there any such specific suitable applicable matching found find available present "
    "identified exist exists does do did can could cannot contain contains mention provide provides information "
    "needed required left blank intentionally"
)
ABSENCE_MARKS = frozenset({"no", "none", "not", "nothing", "empty", "cannot", "blank"})
WHOLE_NOTES = frozenset({"n/a", "na", "nil", "null", "sic", "emphasis added", "emphasis mine", "ibid", "none"})
ABSENT_THINGS = _words("context text passage passages document documents excerpt excerpts source sources")
NUMBERED_WORDS = _words(
    "quote quotes proof evidence citation reference ref source passage excerpt context paragraph paragraphs para line "
    "lines sentence sentences page pages p pp section table figure report letter note document item number study "
    "trial abstract"
)

MAX_REMARK_CHARACTERS = 120
MAX_REMARK_WORDS = 12

_PREFACE = FUNCTION_WORDS | REPORTING_WORDS | SOURCE_WORDS | PROOF_WORDS | QUALIFYING_WORDS | CONNECTIVES
_SPEAKS_OF_SOURCES = REPORTING_WORDS | SOURCE_WORDS | PROOF_WORDS
# "No suitable trial was identified" is a finding, so of the sources only those that a completion is given count here.
_ABSENCE = FUNCTION_WORDS | REPORTING_WORDS | PROOF_WORDS | QUALIFYING_WORDS | ABSENCE_WORDS | ABSENT_THINGS
# Two-word names of documents whose first word would claim something elsewhere.
_DOCUMENT = re.compile(r"\b(?:(?:tumou?r|multidisciplinary)[ -](?=board\b)|discharge (?=summary\b|letter\b|report\b))")
_LETTERS = frozenset("abcdefgh")
_WORD_OR_MARK = re.compile(r"\w+|[^\w\s]")
_PUNCTUATION = frozenset(",.:;-–—()[]{}'’\"“”*_#/&")
_REFERENCE_NUMBER = re.compile(r"[\[(]\d{1,3}(?:[,–-] ?\d{1,3}){0,9}[\])]")
_AUTHOR_YEAR = re.compile(
    r"[\[(][A-Z][\w'’-]{1,30}(?:,? (?:et al\.?|(?:and|&) [A-Z][\w'’-]{1,30}))?,? \(?(?:19|20)\d\d[a-z]?\)?[\])]"
)


def claims_nothing(text: str) -> bool:
    """Whether trimmed, unquoted `text` of a proof is a plain preface, a source note or a "none"."""
    if len(text) > MAX_REMARK_CHARACTERS:
        return False
    bare = text.strip(" \t\n\r*_#")
    if _REFERENCE_NUMBER.fullmatch(bare) or _AUTHOR_YEAR.fullmatch(bare.rstrip(".,;:")):
        return True
    plain = _DOCUMENT.sub("", bare.lower())
    if plain.strip(" .,:;()[]{}-–—") in WHOLE_NOTES:
        return True
    spoken = [part for part in _WORD_OR_MARK.findall(plain) if part not in _PUNCTUATION]
    if len(spoken) > MAX_REMARK_WORDS:
        return False
    known = set(_without_numbering(spoken))
    if not known:
        return False
    if known <= CONNECTIVES:
        return True
    if known <= _PREFACE:
        return bool(known & _SPEAKS_OF_SOURCES)
    return known <= _ABSENCE and bool(known & ABSENCE_MARKS)


def _without_numbering(spoken: list[str]) -> list[str]:
    """Drop "2" and "A" of "Quote 2" and "Report A": short, and only after a word that is commonly numbered."""
    words: list[str] = []
    numbered = False
    for word in spoken:
        if numbered and (word in _LETTERS or (word.isdigit() and len(word) <= 3)):
            continue
        numbered = numbered or word in NUMBERED_WORDS
        words.append(word)
    return words
