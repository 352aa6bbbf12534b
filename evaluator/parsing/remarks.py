"""Which words of a proof claim nothing: prefaces, source notes, "none".

The rule is a closed vocabulary. A stretch of unquoted text is a remark only if *every* word of it is on the lists
below, none of which names a finding, a drug, a dose, a number with a unit or a negation of one; so a fabricated
sentence can never pass as a preface. "The dose was 60 Gy:" is evidence, "The trial protocol states:" is a remark.
"""

from __future__ import annotations

import re

from evaluator.escapes import ENVIRONMENTS


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


FUNCTION_WORDS = _words(
    "the a an of in from to by as on at and or that which this these it its is are was were be been here s "
    "following above below within also i we they their my author authors for you"
)
REPORTING_WORDS = _words(
    "according per see states state stated stating says say said reads read reports reported reporting notes "
    "noted mentions mentioned documents describes described indicates indicated specifies specified explains "
    "explained writes wrote written quoted quoting cited citing shows showed shown supports supporting finds "
    "found demonstrates demonstrated concludes concluded observes observed reveals revealed confirms confirmed "
    "suggests suggested documented supported based taken copied extracted told answers answering addresses addressing"
)
SOURCE_WORDS = _words(
    "context text passage passages document documents report reports letter letters note abstract abstracts trial "
    "study paper article protocol guideline guidelines section sections paragraph paragraphs para sentence sentences "
    "line lines page pages p pp table figure source sources excerpt excerpts summary chart record records "
    "part parts author authors case vignette doc docs chunk team mdt neuro clinic clinical medical "
    "radiology pathology neuropathology histopathology mri ct imaging nursing oncology board "
    "meeting minutes introduction methods results discussion conclusion conclusions background title"
)
PROOF_WORDS = _words(
    "proof proofs evidence quote quotes quotation quotations citation citations trace reference references basis "
    "item number answer question ref verbatim statement statements extract extracts explanation rationale reasoning"
)
QUALIFYING_WORDS = _words(
    "provided given original relevant direct directly exact verbatim key first second third fourth fifth last next "
    "final other another same main clearly explicitly specifically literally word words follows faithful "
    "directly fully completely precisely plainly unambiguously pertinent decisive wording"
)
CONNECTIVES = _words(
    "and or but also then plus further furthermore additionally moreover while whereas however therefore thus hence so "
    "finally"
)
TURNS_OF_PHRASE = _words(
    "makes made make clear plain set sets down out put puts words goes lays laid points pointed wording phrasing "
    "spelled spells told case notes file files hospital"
)
"""Words of which a preface is made beside the others ("as the letter puts it")."""
SAYING = _words("makes made puts put sets told goes points pointed spells spelled words lays")
ENUMERATORS = _words("first second third fourth fifth last next finally firstly secondly thirdly lastly")
"""What numbers the quotes of a proof where it stands alone on their line ("First:")."""
FIELD_WORDS = _words(
    "context source sources document documents quote quotes evidence text passage passages citation citations proof "
    "proofs excerpt excerpts record records extract extracts original reference references id section page the provided"
)
"""What a field of a record is called, or what it holds where it points to the source as a whole."""
SECTION_NAMES = _words(
    "introduction methods results discussion conclusion conclusions background title table figure summary chart ct "
    "mri imaging radiology pathology neuropathology histopathology nursing oncology board meeting minutes clinic "
    "clinical medical team mdt neuro"
)
"""What a section of the source may be called: a quote under the name of one may not be from another."""
PAPERS = _words("report reports letter letters note notes record records document paper article protocol context text")
METHODS = _words("mri ct imaging")
"""Names of documents only beside another one: "MRI report:" is a source, "MRI:" says how a finding was made."""
ABSENCE_WORDS = _words(
    "no none not nothing empty there any such specific suitable applicable matching found find available present "
    "identified exist exists does do did can could cannot contain contains mention provide provides information "
    "needed required left blank intentionally"
)
ABSENCE_MARKS = frozenset({"no", "none", "not", "nothing", "empty", "cannot", "blank"})
EMPHASIS = _words(
    "emphasis italics italic underlining underlined bold highlighting highlighted translation translated spelling "
    "punctuation capitals"
)
EMPHASIS_NOTES = EMPHASIS | _words("added mine my our ours by the author editor in original not me us is")
"""An editor's note on the look of a quote."""
WHOLE_NOTES = frozenset({"n/a", "na", "nil", "null", "sic", "emphasis added", "emphasis mine", "ibid", "none"})
ABSENT_THINGS = _words("context text passage passages document documents excerpt excerpts source sources")
NUMBERED_WORDS = _words(
    "quote quotes proof evidence citation reference ref source passage excerpt context paragraph paragraphs para line "
    "lines sentence sentences page pages p pp section table figure report letter note document item number study "
    "trial abstract part doc docs chunk"
)

MAX_REMARK_CHARACTERS = 120
MAX_REMARK_WORDS = 12

_PREFACE = (
    FUNCTION_WORDS | REPORTING_WORDS | SOURCE_WORDS | PROOF_WORDS | QUALIFYING_WORDS | CONNECTIVES | TURNS_OF_PHRASE
)
_SPEAKS_OF_SOURCES = REPORTING_WORDS | SOURCE_WORDS | PROOF_WORDS
# "No suitable trial was identified" is a finding, so of the sources only those that a completion is given count here.
_ABSENCE = FUNCTION_WORDS | REPORTING_WORDS | PROOF_WORDS | QUALIFYING_WORDS | ABSENCE_WORDS | ABSENT_THINGS
# Two-word names of documents whose first word would claim something elsewhere.
_DOCUMENT = re.compile(
    r"\b(?:(?:tumou?r|multidisciplinary)[ -](?=board\b|team\b)"
    r"|(?:discharge|biopsy|operative|surgical|progress|molecular|genetic|genomic|laboratory|lab|referral|follow-up|trial)"
    r"[ -](?=(?:summary|letter|reports?|notes?|results)\b))"
)
# "First-line" is a treatment, not the first line of the context.
_FINDING = re.compile(r"\b(?:first|second|third|fourth|next|last)[- ]lines?\b")
_LEADING_NOTE = re.compile(r"([\[(][^\[\]()\n]{1,80}[\])])[\s.,:;]{1,8}")
_LABEL = re.compile(r"([^:\n]{1,80}):{1,2}\s{1,8}")
_OTHER_LABEL = re.compile(
    r"([^:\n|\t»≫›>–—→⇒]{1,80}?)(?:\s{0,2}(?:[»≫›>]{1,3}|=>|->|[→⇒])(?!\s*\d)|\s{0,4}[|\t]|(?P<dash>\s(?:[–—]|--?)))\s{1,8}"
)
"""“Record – ”, “SOURCE ≫ ” and the first cell of a row; before a figure an angle compares. A title of the source has a
dash behind it too (“HISTOPATHOLOGY REPORT – ”), so there only a bare pointer is a label."""
_ROW_NUMBER = re.compile(r"(\d{1,3})[ ]{0,4}[|\t]\s{0,4}(?=.+[|\t]\s{0,4}([^|\t\n]{1,80})\Z)")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\{(\w{1,20})\*?\}?")
_POINTING = re.compile(r"[\w .,]{1,40}")
_INTRODUCTION = re.compile(r"((?:according|as|in|per|from)\b[^,\n]{1,80}),\s{1,8}", re.IGNORECASE)
_THAT_CLAUSE = re.compile(r"([^,:\n]{1,80}?)\sthat\s{1,8}")
_TRAILING_NOTE = re.compile(r"\s([\[(][^\[\]()\n]{1,80}[\])])[.,;]?$")
_TRAILING_SOURCE = re.compile(r"(?:\s(?:[–—-]{1,2}|<-|←|//)\s|\s{0,4}[|\t]\s{0,4})([^–—\n|\t]{1,80})$")
_TRAILING_ATTRIBUTION = re.compile(r",\s((?:according|as|per|so|from)\s[^,\n]{1,80})$")
_LETTERS = frozenset("abcdefgh")
_WORD_OR_MARK = re.compile(r"\w+|[^\w\s]")
_PUNCTUATION = frozenset(",.:;-–—()[]{}'’\"“”*_#/&→←⇒⇐<>=|")
# One number only: "(115–155)" is a laboratory range, "[12, 14]" may be an interval.
_REFERENCE_NUMBER = re.compile(r"\[\^?\d{1,2}\]|\{\d{1,2}\}|[*\u2020\u2021]")
_REFERENCES = re.compile(r"\[\d{1,2}(?: ?[,;–-] ?\d{1,2}){1,9}\]|\(\d{1,2}\)|\[\^\d{1,2}\]|\{\d{1,2}\}")
_UNFINISHED = re.compile(r"\b(?:that|the|an?|of|in|for|on|to|by|which|is|are|was|were|and|or|any|such)$")
_POINTERS = _words("this that it these those which above following")
_PLACE = (
    r"(?:(?:a (?:little|few lines)|further|much|also|lines?|immediately|just|shortly|and|see|then) ){0,3}"
    r"(?:earlier|later|above|below|before|after|elsewhere|on|up|down|back)"
    r"(?: (?:in|on|of) (?:the|this) (?:same )?(?:text|context|document|passage|page|letter|report|note))?"
)
_POINTS_ON = re.compile(
    rf"[\s.…–—-]*(?:(?:and |then |also )?(?:again|once again|once more|repeated|ditto)"
    rf"|[(\[](?:{_PLACE}|again|repeated|ditto):?[)\]]:?|(?:compare|cf\.?|see(?: also)?)(?: {_PLACE})?:?)[\s…]*",
    re.IGNORECASE,
)
"""What leads from one quote to another of the same text. Where a place stands without its brackets it may be a time:
"Earlier: …" says something about a finding."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_RAISED = re.compile(r"[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]{1,3}")
_BEHIND_SENTENCE = re.compile(rf"(?<=[.!?\"”’»])\s?(?:{_REFERENCES.pattern})[.,;]?$")
"""Several numbers, or one in round brackets, are references only there: elsewhere they may be an interval, a count."""
_AUTHOR_YEAR = re.compile(
    r"[\[(][A-Z][\w'’-]{1,30}(?:,? (?:et al\.?|(?:and|&) [A-Z][\w'’-]{1,30}))?,? \(?(?:19|20)\d\d[a-z]?\)?[\])]"
)


def claims_nothing(text: str, *, alone: bool = True) -> bool:
    """Whether trimmed, unquoted `text` of a proof is a plain preface, a source note or a "none". What does not stand
    `alone` but leads up to a quote or follows it is no "none": "The report does not state:" takes the quote back."""
    if len(text) > MAX_REMARK_CHARACTERS:
        return False
    bare = text.strip(" \t\n\r*_#")
    if _REFERENCE_NUMBER.fullmatch(bare) or _AUTHOR_YEAR.fullmatch(bare.rstrip(".,;:")):
        return True
    if (environment := _ENVIRONMENT.fullmatch(bare)) and environment[1] in ENVIRONMENTS:
        return True
    words = _plain_words(bare)
    if words is None or _RAISED.fullmatch(bare):
        return True
    if not words or _FINDING.search(bare.lower()):
        return False
    if words <= EMPHASIS_NOTES | _PREFACE and words & EMPHASIS:
        return True
    if words <= CONNECTIVES | ENUMERATORS:
        return True
    if words <= _PREFACE:
        return bool(words & _SPEAKS_OF_SOURCES - METHODS)
    if not alone or _UNFINISHED.search(bare.lower()):
        return False
    return words <= _ABSENCE and bool(words & ABSENCE_MARKS)


def speaks_of_quote(text: str) -> bool:
    """Whether a "none" points at something said before: "This is not stated." """
    return bool(_POINTERS & set(_WORD_OR_MARK.findall(text.lower())))


def points_on(text: str) -> bool:
    """Whether `text`, which stands between two quotes, leads from one to the other ("again:", "(earlier:)")."""
    return len(text) <= MAX_REMARK_CHARACTERS and _POINTS_ON.fullmatch(text) is not None


def refers(text: str) -> bool:
    """Whether `text`, which stands behind a quoted sentence, only holds numbers of references."""
    return _REFERENCES.fullmatch(text.strip(" .,;")) is not None


def says_none(text: str) -> bool:
    """Whether `text`, even in quotation marks, only says that there is no quote. A quoted "not identified" may be
    a finding; a quoted "no relevant quote" is none."""
    if len(text) > MAX_REMARK_CHARACTERS:
        return False
    words = _plain_words(text)
    if words is None:
        return True
    return words <= _ABSENCE and bool(words & ABSENCE_MARKS) and bool(words & (PROOF_WORDS | ABSENT_THINGS))


def leading_remark(text: str) -> int:
    """How much of the beginning of a line of evidence is a preface or note, its colon or comma included."""
    head = text[:MAX_REMARK_CHARACTERS]
    if (note := _LEADING_NOTE.match(head)) and claims_nothing(note[1], alone=False):
        return note.end()
    if (label := _LABEL.match(head)) and claims_nothing(label[1], alone=False) and not _numbers_only(label[1]):
        return label.end()
    if (label := _OTHER_LABEL.match(head)) and _is_other_label(label):
        return label.end()
    if (row := _ROW_NUMBER.match(text)) and claims_nothing(row[2], alone=False):
        return row.end()
    if (phrase := _INTRODUCTION.match(head)) and claims_nothing(phrase[1], alone=False):
        return phrase.end()
    if (clause := _THAT_CLAUSE.match(head)) and claims_nothing(clause[1], alone=False) and _has_report(clause[1]):
        return clause.end()
    return 0


def _is_other_label(label: re.Match[str]) -> bool:
    if label["dash"]:
        return points_only(label[1]) and not any(character.isdigit() for character in label[1])
    return claims_nothing(label[1], alone=False) and not _numbers_only(label[1])


def heading_of(remark: str) -> str:
    """The number or the name of a section that a leading remark consists of: the source may have its own there."""
    bare = remark.strip(" \t\n:|*_#[]().,–—>»≫").rstrip()
    if bare.isdigit():
        return bare
    words = set(_WORD_OR_MARK.findall(bare.lower()))
    return bare if words & SECTION_NAMES and not words & PAPERS else ""


def points_only(text: str) -> bool:
    """Whether a quotation is nothing but a pointer to the source, as a field or a cell holds it ("context")."""
    if not _POINTING.fullmatch(text):
        return False
    words = _plain_words(text)
    return words is not None and bool(words) and words <= FIELD_WORDS


def trailing_remark(text: str) -> int:
    """Where a source note at the end of a line of evidence begins; the length of `text` where there is none."""
    tail_start = max(0, len(text) - MAX_REMARK_CHARACTERS)
    if number := _BEHIND_SENTENCE.search(text, tail_start):
        return number.start()
    for pattern in (_TRAILING_NOTE, _TRAILING_SOURCE, _TRAILING_ATTRIBUTION):
        found = pattern.search(text, tail_start)
        if not found or not claims_nothing(found[1], alone=False) or _REFERENCES.fullmatch(found[1]):
            continue
        if pattern is not _TRAILING_ATTRIBUTION or _names_source(found[1]):  # ", as stated" may be the source's own
            return found.start()
    return len(text)


def _numbers_only(label: str) -> bool:
    """ "Second:" before a sentence may be a word of the source ("First: 20 Gy, second: 24 Gy")."""
    words = _plain_words(label)
    return words is not None and bool(words) and words <= ENUMERATORS


def _names_source(text: str) -> bool:
    return not (SOURCE_WORDS | PROOF_WORDS).isdisjoint(_WORD_OR_MARK.findall(text.lower()))


def _has_report(text: str) -> bool:
    return bool((REPORTING_WORDS | SAYING).intersection(_WORD_OR_MARK.findall(text.lower())))


def _plain_words(text: str) -> frozenset[str] | None:
    """The words of `text` but for the numbers of quotes, pages and the like; None where the whole is a note such
    as "N/A"; no words where it is too long or holds nothing that could be a remark."""
    plain = _DOCUMENT.sub("", text.lower())
    if plain.strip(" .,:;()[]{}-–—\"'") in WHOLE_NOTES:
        return None
    spoken = [part for part in _WORD_OR_MARK.findall(plain) if part not in _PUNCTUATION]
    return frozenset() if len(spoken) > MAX_REMARK_WORDS else frozenset(_without_numbering(spoken))


def _without_numbering(spoken: list[str]) -> list[str]:
    """Drop "2" and "A" of "Quote 2" and "Report A": short, and only after a word that is commonly numbered."""
    words: list[str] = []
    numbered = False
    for word in spoken:
        if numbered and (word in _LETTERS or (word.isdigit() and len(word) <= 3)):
            continue
        if words and _YEAR.fullmatch(word) and words[-1] in SOURCE_WORDS:
            continue
        numbered = numbered or word in NUMBERED_WORDS
        words.append(word)
    return words
