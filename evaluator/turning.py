"""What belongs to a quote and turns it: a relative clause, an apposition, a bracket, a contrast without a subject of
its own, the predicate of a bare noun; or the next sentence, where that takes it back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from evaluator.fields import ELSEWHERE, ERRORS, MEMBERS, NEGATIVE, NO_MORE, TURNED, UNDONE, UNREAL, word_set, words_of
from evaluator.sequels import Sequel
from evaluator.types import AlterationKind

RESTRICTS = "The quote stops before “{}”, which restricts it."
TAKES_BACK = "The quote stops before “{}”, which takes it back."
SENTENCE_END = re.compile(r"[.!?](?=[\s\"”’)\]]|$)|\n(?=\s*(?:\n|[^a-z\s]))|[|•]")
_OPPOSITE = re.compile(r"\band (negative|positive|abnormal|normal|worse|better|absent|present)\b", re.IGNORECASE)
_OPPOSITES = {
    "negative": "positive", "positive": "negative", "abnormal": "normal", "normal": "abnormal", "worse": "better",
    "better": "worse", "absent": "present", "present": "absent",
}  # fmt: skip
PREPOSITIONS = word_set(
    "in on at for to with by from during after under of per within among before as until over through"
)
_AUXILIARIES = word_set(
    "is was were are has had have can could may might will would should must did does do remains remain remained "
    "seems seemed turned proved proves needs ought"
)
_DETERMINERS = word_set("the a an his her its their our my your no some all both each every another one two")
_CONTRASTS = word_set("but though although yet however albeit")
_HEDGED = word_set(
    "probably likely possibly perhaps presumably maybe allegedly supposedly reportedly apparently hopefully "
    "purportedly conceivably seemingly"
)
_ELIDED_TURN = NEGATIVE | ERRORS | UNDONE | word_set("unable failed stopped restarted resumed vomited no")
_OF_OLD = word_set("old outdated obsolete superseded historical preexisting")


def told(text: str, end: int, message: str = RESTRICTS, kind: AlterationKind = AlterationKind.OMISSION) -> Sequel:
    """The beginning of `text` up to the end of the word that `end` stands in."""
    stop = end
    while stop < len(text) and text[stop] not in " ,;.)]\n":
        stop += 1
    return Sequel(0, stop, kind, message)


_GAP = re.compile(r"[\"”’]*\s*([,(\[:]|[–—-](?=\s))?\s*")
_NEW_CLAUSE = re.compile(
    r"[;]|,? (?:and|so|while|whereas|because|but|yet) (?:the|a|an|he|she|it|they|we|his|her|their|our|this|"
    r"these|there|no|all)\b"
)
_BUT_NOT = re.compile(r"\b(?:but|and|though) (?:not|never)\b", re.IGNORECASE)
_AND_UNDONE = re.compile(
    rf"\b(?:and|but) (?:then |later |soon |was |is |were |are |has been )*(?:{'|'.join(sorted(UNDONE))})\b",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"[)\]]")


def find_dependent(own: str, word: str, inside: Sequence[str]) -> Sequel | None:
    """A relative clause, an apposition, a bracket, a contrast without a subject, a predicate. `word` is the first one
    behind a blank or a comma."""
    if own[0] == " " and word and word not in _DEPENDENT and " and " not in own and " but " not in own:
        return None
    gap = _GAP.match(own)
    sign = gap[1] if gap else None
    start = gap.end() if gap else 0
    stop = _CLOSED.search(own, start) if sign in ("(", "[") else _NEW_CLAUSE.search(own, start)
    segment = own[start : stop.start()] if stop else own[start:]
    words = words_of(segment)
    if not words:
        return None
    first = words[0]
    turned = False
    if first in _CONTRASTS:
        turned = _contrasts(words[1:], segment)
    elif sign in ("(", "[", "–", "—", "-"):
        turned = _aside(words, segment)
    elif sign == "," and first in ("which", "who", "whose", "where"):
        turned = _relative(words, segment)
    elif sign == ",":
        turned = _apposed(words, segment)
    elif sign is None and first in _AUXILIARIES:
        turned = _predicate(words, segment)
    elif sign is None:
        turned = _joined(first, segment, inside)
    return told(own, start + min(len(segment.rstrip()), 80), TAKES_BACK) if turned else None


def _joined(first: str, segment: str, inside: Sequence[str]) -> bool:
    """`for puree but not for water`, `by one and rejected by three`, `positive on the first and negative on …`."""
    opposite = _OPPOSITE.search(segment)
    if opposite and _OPPOSITES[opposite[1].lower()] in inside:
        return True
    phrase = segment.partition(",")[0]
    return first in PREPOSITIONS and bool(_BUT_NOT.search(phrase) or _AND_UNDONE.search(phrase))


_WITHIN_ERROR = re.compile(
    r"(?:within|margin of|standard) (?:the )?errors?|errors? of (?:the |this )?(?:method|measurement)"
)
"""Where "error" is a measure and no fault."""
_DEPENDENT = _CONTRASTS | _AUXILIARIES


def turns(words: Sequence[str], segment: str) -> bool:
    """Whether some of `words`, or a phrase of the text `segment`, says that something is wrong or undone."""
    lowered = _WITHIN_ERROR.sub("", segment.lower())
    if lowered != segment.lower():
        words = words_of(lowered)
    return any(word in ERRORS or word in UNDONE for word in words) or bool(
        TURNED.search(lowered) or NO_MORE.search(lowered)
    )


def _contrasts(words: Sequence[str], segment: str) -> bool:
    """`but was thought too risky`, `though he never took it`; not `but the cyst has grown`."""
    if not words or (words[0] in _DETERMINERS and words[0] != "no"):
        same = words[1:2] and words[1] in _OF_QUOTE
        return (
            bool(words)
            and words[0] in ("the", "this", "that")
            and turns(words[:9] if same else words[:4], segment if same else "")
        )
    return words[0] == "only" or turns(words, segment) or not _ELIDED_TURN.isdisjoint(words[:8])


_OF_QUOTE = word_set("effect benefit response improvement result finding diagnosis relief gain report entry")


def _aside(words: Sequence[str], segment: str) -> bool:
    """In brackets or behind a dash: `(in the model, not in patients)`, `– a vessel, as it turned out`."""
    if turns(words, segment) or words[0] in _HEDGED or words[0] in MEMBERS:
        return True
    denied = any(word in ("not", "never") and after not in ("shown", "only") for word, after in pairwise([*words, ""]))
    if words[0] in ("no", "not") and words[1:2] in (["response"], ["change"], []):
        return False
    short = len(words) <= 6
    return short and (denied or not (UNREAL - _OF_DOCUMENTS).isdisjoint(words) or not ELSEWHERE.isdisjoint(words))


_OF_DOCUMENTS = _HEDGED | word_set("fictional imaginary invented simulated example fictitious draft mock")
"""What a bracket may say of a whole document, which its reader knows, or of a part of it (`possibly related`)."""


def _relative(words: Sequence[str], segment: str) -> bool:
    if turns(words, segment) or not _OF_OLD.isdisjoint(words[1:4]) or not _HEDGED.isdisjoint(words[1:4]):
        return True
    return any(word in ("not", "never", "n't") for word in words[1:4])


def _apposed(words: Sequence[str], segment: str) -> bool:
    if words[0] == "never" or (words[0] in _HEDGED and len(words) < 3):
        return True
    if words[0] in _HEDGED or words[:2] == ["most", "likely"]:
        return turns(words[:9], segment)
    if words[0] in ("a", "an", "the"):
        return turns(words[:9], segment) or any(word in ("nobody", "never") for word in words[:6])
    if words[0] in ("then", "later", "soon", "now", "since"):
        return turns(words[:5], segment[:40])
    return words[0] in UNDONE or words[0] in ERRORS or (words[:1] == ["since"] and turns(words[:3], ""))


def _predicate(words: Sequence[str], segment: str) -> bool:
    if turns(words[:10], segment[:90]) or any(word in ("never", "nobody", "unlikely") for word in words[:9]):
        return True
    return words[0] in ("was", "were", "had", "has", "have") and not _ONLY_MEANT.isdisjoint(words[:4])


_ONLY_MEANT = word_set("suggested considered proposed planned intended contemplated imagined feared hoped")
_JOIN = re.compile(r"[\"”’)\]]*[.!;]?[\"”’)\]]*[ \t]+")
_CORRECTION = re.compile(
    r"(?:no|correction|rather|sorry|erratum|wait)\b[,:]|(?:in truth|in reality|in fact|actually),? (?:it|this|"
    r"that|he|she|they|the)\b",
    re.IGNORECASE,
)
_BACK_TO = re.compile(
    r"(?:but |however,? |yet |in fact,? |actually,? )?(?:this|that|it|these|which|the (?:above|preceding |last |"
    r"previous )?"
    r"(?:\s?(?:statement|entry|sentence|note|claim|figure|result|report|record|value|finding|diagnosis|passage|"
    r"line)))\b",
    re.IGNORECASE,
)
_RETRACTS = re.compile(
    r"\b(?:not (?:so|true|the case|correct|confirmed|borne out|right|done|given)|never (?:happened|took place|"
    r"done|given)|"
    r"(?:turned out|proved|later found|since been shown) to be|(?:has|had|have) (?:since )?been (?:revised|"
    r"amended|corrected)|no longer (?:true|holds|the case|valid|applies))\b",
    re.IGNORECASE,
)
_RECANTS = re.compile(
    r"(?:(?:later|then|since then|afterwards|the next day|\w+ (?:days?|weeks?) later),? )?(?:he|she|they|"
    r"the (?:family|mother|father|parents|patient|authors?|radiologist))\b[^.;]{0,40}?\b(?:(?:taken|took) "
    r"(?:this|it|that|his|her|their)\b[^.;]{0,12}back|withdr(?:ew|awn)|retracted|changed (?:his|her|their) minds?|"
    r"(?:denied|denies|regrets?) (?:this|it|that))\b",
    re.IGNORECASE,
)


def find_retraction(tail: str) -> Sequel | None:
    """A sentence that refers to the quote and takes it back: `This proved to be …`, `That is a mistake`."""
    joined = _JOIN.match(tail)
    if joined is None:
        return None
    ending = SENTENCE_END.search(tail, joined.end())
    sentence = tail[joined.end() : ending.start() if ending else len(tail)][:140]
    back = _BACK_TO.match(sentence)
    if _CORRECTION.match(sentence):
        return told(tail, joined.end() + 2, TAKES_BACK)
    if back is not None:
        words = words_of(sentence)[:12]
        if any(word in ERRORS or word in _TAKEN for word in words) or _RETRACTS.search(sentence[:100]):
            return told(tail, joined.end() + len(sentence), TAKES_BACK)
    if _RECANTS.match(sentence):
        return told(tail, joined.end() + len(sentence), TAKES_BACK)
    return None


_TAKEN = word_set(
    "reversed undone overturned retracted withdrawn revoked disproved disproven refuted cancelled canceled "
    "annulled discredited rescinded"
)
