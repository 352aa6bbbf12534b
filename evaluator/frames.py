"""What a quote leaves out before it: a frame that takes the statement back, a condition, a word that it hangs on.

"It is a myth that", "In mice,", "Only after the scan,": a quote that starts behind one of these says more than its
source does. One that starts behind "According to the protocol," or "It was noted that" does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from evaluator import lexicon
from evaluator.terms import Atom, is_number
from evaluator.types import AlterationKind


@dataclass(frozen=True, slots=True)
class Frame:
    """The words before a quote that it hangs on: from `first` to `last`. `message` has a place for them."""

    first: Atom
    last: Atom
    kind: AlterationKind
    message: str


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAKES_BACK = "The quote starts after “{}”: the source does not say that it is so."
_CONDITION = "The quote leaves out the condition “{}”."
_GUESS = "The quote starts after “{}”: the source is less certain."

ERRORS = _words(
    "wrong wrongly mistake mistaken mistakenly error errors erroneous erroneously incorrect incorrectly false falsely "
    "untrue inaccurate misread misreported misquoted misleading misleadingly fabricated"
)
"""What says that a statement is not so."""
_UNTRUE = ERRORS | _words(
    "myth rumor rumour rumors rumours misconception misbelief fallacy dispute disputes disputed disputing doubt doubts "
    "doubted doubtful doubting contest contests contested challenge challenges challenged question questions "
    "questioned contrary reject rejects rejected rejecting refute refutes refuted dismiss dismisses dismissed retract "
    "retracts retracted withdrawn disproved disproven deny denies denied hypothesis hypothesized hypothesised theory "
    "theoretical notion idea claim claims claimed allege alleges alleged allegation allegedly assertion contention "
    "pretend pretends pretended speculation speculated supposition supposed supposedly assumption assumed taught used "
    "once formerly convinced fancies insists insisted fear fears feared worry worries worried hope hopes hoped dream "
    "dreams dreamt dreamed imagine imagines imagined wish wishes wished possibility chance chances risk danger "
    "suggestion impression unproven unclear unlikely little lacking premature ruled excluded "
    "too remains far impossible failed fails proposal "
    "propose proposed proposes proposal suppose supposing view belief beliefs believed believes believe"
)
"""What makes a clause with "that" behind it something that the source does not state."""
_SURE = _words(
    "doubt question only merely surprising surprised surprisingly surprise forget forgotten coincidence wonder"
)
"""`There is no doubt that`, `it is not surprising that`: denied is the doubt."""
_CHECKS = _words("confirm check ensure verify ascertain")
_FACTS = _words("confirmed confirm confirms established proved proven clear known showed shown demonstrated")
"""Behind these no doubt is meant by a lighter word before them (`too`, `once`)."""
_LIGHT = _words("little too remains far used once formerly question questions challenge view chance risk danger idea")
_THINKING = _words(
    "believe believes believed think thinks thought fear fears feared hope hopes hoped suspect suspects suspected "
    "doubt doubts doubted assume assumes assumed suppose supposes guess guesses wish wishes pretend pretends imagine "
    "imagines query suppose"
)
"""Verbs that need no "that" before what is thought."""
_DOUBTFUL = _words(
    "wrongly mistakenly erroneously falsely incorrectly allegedly supposedly purportedly misread misreported"
)
"""What makes the statement behind the verb beside it one that is not so."""
_SUBJECTS = _words("i we you he she it they one there the a an this that his her its their")

_ALWAYS = _words(
    "if unless provided providing assuming supposing should had were until except wherever lest pending barring failing"
)
"""Openings that make what follows their comma hang on a condition."""
_WHEN_ORDERED = _words("once when whenever after as before where while given without")
"""Openings that do so where an order follows; in a story they tell the time."""
_ORDERS = _words(
    "give raise lower start stop continue restart reduce hold withhold take resume increase decrease double halve omit "
    "delay repeat switch change add begin use administer avoid consider call ring no do return keep clamp lay check"
)
_MODALS = _words("must should may can will shall")
_EXCEPTING = (
    ("apart", "from"),
    ("aside", "from"),
    ("other", "than"),
    ("except", "for"),
    ("excluding",),
    ("but", "for"),
)
"""Before a group of patients these restrict; `apart from the headache` only says more."""
_GOES_ON = _words("which who whose whom and or nor with without so")
"""With these the quote begins in the middle of something: it is read as a piece."""
_ELSEWHERE = _words(
    "mice mouse rats rat rodents animals dogs monkeys primates rabbits adults vitro xenografts xenograft culture "
    "cultures volunteers theory simulation models model"
)
_GROUPS = _words(
    "patients patient children child adults adult those infants infant adolescents boys girls women men people "
    "participants anyone anybody babies teenagers weights"
)
_NARROWED = _words(
    "over under above below older younger with without who whose weighing aged on in from between less more heavier "
    "lighter < > >= <= not already receiving taking having"
)
_PHRASES_OF_CONDITION = (
    ("in", "the", "absence"),
    ("in", "absence"),
    ("in", "case"),
    ("in", "the", "case"),
    ("in", "the", "event"),
    ("as", "long", "as"),
    ("so", "long", "as"),
    ("on", "condition"),
    ("by", "mistake"),
    ("even", "if"),
    ("not", "until"),
    ("not", "before"),
    ("not", "unless"),
    ("subject", "to"),
    ("there", "being"),
)
_VERSIONS = _words("amendment revision draft version versions superseded retracted outdated obsolete oversight")
_OTHER = _words("another other different unrelated")
_PERSONS = lexicon.PERSONS | _words("patient patients children family relative sibling siblings participant case cases")
_NAMED_APART = _words("liposomal pegylated peg nab depot placebo mock sham dummy")
"""What makes another medicine of the name behind it."""
_FORMS = _words("tablet tablets capsule capsules drop drops puff puffs unit units ampoule ampoules sachet sachets")
_FORMER = _words("formerly previously originally historically")
_REPORTING = _words(
    "say says said tell tells told report reports reported write writes wrote state states stated claim claims claimed "
    "think thinks thought believe believes believed"
)


def find_frame(before: Sequence[Atom], gap: str, inside: Sequence[Atom], *, opens: bool) -> Frame | None:
    """What is lost before a quote. `before` are the words of its clause up to it, `gap` is the text between the two,
    `inside` are the words of the passage; `opens` says that a sentence begins with `before`."""
    last, first = before[-1], inside[0]
    surface = last.surface
    if surface == "that":
        return _not_stated(before)
    if gap.strip() == ",":
        return None if first.surface in _GOES_ON else _fronted(before, inside, opens=opens)
    if surface in _THINKING and (
        surface in ("query", "suppose", "imagine") or (len(before) > 1 and first.surface in _SUBJECTS)
    ):
        return Frame(last, last, AlterationKind.MODALITY, _GUESS)
    doubtful = next((atom for atom in before[-3:] if atom.surface in _DOUBTFUL), None)
    if doubtful is not None:
        return Frame(doubtful, last, AlterationKind.MODALITY, _TAKES_BACK)
    if last.key == "as needed":
        return Frame(last, last, AlterationKind.FREQUENCY, "The quote leaves out “{}” before it.")
    if surface in _NAMED_APART and gap.strip() in ("", "-"):
        return Frame(last, last, AlterationKind.NAME, "The quote leaves out “{}”, a part of the name.")
    if is_number(last.key):
        if gap == " " and (first.surface in _FORMS or first.key in _MASSES):
            return Frame(last, last, AlterationKind.NUMBER, "The quote leaves out the number “{}” before its unit.")
        return None
    if surface == "a" and first.surface in ("few", "little"):
        return Frame(last, last, AlterationKind.QUANTIFIER, "The quote leaves out “{}” before it.")
    if surface in _FORMER and is_number(first.key):
        return Frame(last, last, AlterationKind.ORDER, "The quote starts after “{}”: it is not so any more.")
    if surface in lexicon.PRONOUNS and len(before) > 1 and before[-2].surface in ("if", "unless", "whether"):
        return Frame(before[-2], last, AlterationKind.MODALITY, _CONDITION)
    if surface == "out" and len(before) > 1 and before[-2].surface in ("rule", "ruled", "ruling", "rules"):
        return Frame(before[-2], last, AlterationKind.NEGATION, _TAKES_BACK)
    if surface == "to":
        return _no_reason(before)
    return None


_MASSES = _words("gy cgy mg mcg ml iu %")


def _not_stated(before: Sequence[Atom]) -> Frame | None:
    """A verb or noun before "that" which does not say that it is so, or asks to see to it."""
    if before[0].surface in _CHECKS:
        return Frame(before[0], before[-1], AlterationKind.MODALITY, _TAKES_BACK)
    denied = _not_shown(before)
    if denied is not None:
        return Frame(denied, before[-1], AlterationKind.NEGATION, _TAKES_BACK)
    for atom in reversed(before[:-1]):
        surface = atom.surface
        if surface in _FACTS and not any(other.surface in ("be", "to", "not") for other in before):
            return None
        if surface in _UNTRUE and (surface not in _LIGHT or _is_weighty(before, atom)):
            return Frame(atom, before[-1], AlterationKind.MODALITY, _TAKES_BACK)
        if surface in lexicon.SCOPE_ENDS and surface not in ("then", "since", "which"):
            return None
    return None


def _not_shown(before: Sequence[Atom]) -> Atom | None:
    """The negation of what would show it: `no trial has demonstrated that`, `this does not mean that`."""
    shown = False
    for atom in reversed(before[:-1]):
        if atom.surface in _SURE or atom.surface == "that" or atom.surface in lexicon.SCOPE_ENDS:
            return None
        shown = shown or atom.surface in _SHOWING
        if shown and (
            atom.surface in ("no", "not", "never", "cannot", "nobody", "none", "neither") or atom.key == "not"
        ):
            return atom
    return None


_SHOWING = _words(
    "show shows showed shown demonstrate demonstrated demonstrates prove proves proved proven proof evidence reason "
    "sign signs suggest suggests suggested indicate indicates indicated say says said mean means meant establish "
    "established confirm confirmed think thinks thought believe believes believed true certain clear sure likely "
    "claim claimed know known find found conclude concluded assume assumed infer imply implies guarantee agree agreed "
    "accept accepted"
)
"""What would make the clause behind "that" a fact, and does not where it is denied."""


def _is_weighty(before: Sequence[Atom], atom: Atom) -> bool:
    """Whether a light word makes a doubt: `too small to show that`, `once thought that`, `used to be taught that`."""
    at = next(index for index, other in enumerate(before) if other is atom)
    following = [other.surface for other in before[at + 1 : at + 4]]
    if atom.surface in ("once", "formerly"):
        return not {"confirmed", "shown", "noted", "told"} & set(following)
    if atom.surface in ("used", "far"):
        return following[:1] == [{"used": "to", "far": "from"}[atom.surface]]
    if atom.surface in ("question", "questions", "challenge", "view", "chance", "risk", "danger", "idea"):
        return True
    return "to" in following or atom.surface == "little"


def _fronted(before: Sequence[Atom], inside: Sequence[Atom], *, opens: bool) -> Frame | None:
    """A condition or a restriction before the comma behind which the quote starts."""
    start = 1 if before[0].surface in ("and", "but", "so", "then", "or") and len(before) > 1 else 0
    opening = before[start:]
    words = tuple(atom.surface for atom in opening)
    first = words[0]
    told = Frame(opening[0], before[-1], AlterationKind.OMISSION, _CONDITION)
    polite = words[:2] in (("if", "i"), ("if", "you"), ("if", "anything"))
    if first == "only" and words[1:2] and words[1] in _ONLY_IN:
        return told
    if first in _ALWAYS and not polite and (first not in ("had", "were", "should") or (opens and len(words) > 2)):
        return told
    if any(words[: len(phrase)] == phrase for phrase in _PHRASES_OF_CONDITION):
        return told
    ordered = inside[0].surface in _ORDERS or any(atom.surface in _MODALS for atom in inside[:4])
    if first in _WHEN_ORDERED and ordered and words[:2] != ("once", "again"):
        return told
    found = set(words)
    spoken = not found.isdisjoint(_VERBS)
    if first in _PLACES and len(words) <= _FEW and "only" in found and not spoken:
        return told
    if any(words[: len(phrase)] == phrase for phrase in _EXCEPTING) and found & _GROUPS:
        return told
    if first in _PLACES:
        if found & _OTHER and found & _PERSONS:
            return told
        if first == "in" and len(words) <= 4 and found & _ELSEWHERE:
            return told
        if first in ("for", "in", "among") and (not spoken or "who" in found) and _narrows(words):
            return told
    if any(word in ERRORS or word in _VERSIONS for word in words[:4]):
        return told
    return None


_FEW = 8
_ONLY_IN = _words("after if when in for with on where once at under those patients children by before during while")
_PLACES = _words("in for among at with on after within during under by before")
_VERBS = lexicon.AUXILIARIES - {"in", "by"}


def _narrows(words: Sequence[str]) -> bool:
    """Whether a group of patients is named and narrowed: `for patients over 52 kg`, `in those with a shunt`."""
    for index, word in enumerate(words[1:4], 1):
        if word in _GROUPS and index + 1 < len(words):
            rest = words[index + 1 : index + 3]
            plural = word.endswith(("s", "en")) or word in ("those", "people", "anyone", "anybody")
            return any(other in _NARROWED or (plural and is_number(other)) for other in rest)
    return False


def _no_reason(before: Sequence[Atom]) -> Frame | None:
    """`little reason to`, `too early to`."""
    for atom in reversed(before[-6:-1]):
        if atom.surface in ("little", "few", "too", "scant"):
            return Frame(atom, before[-1], AlterationKind.NEGATION, _TAKES_BACK)
        if atom.surface in lexicon.SCOPE_ENDS:
            return None
    return None


def elided_frame(before: Sequence[Atom]) -> Frame | None:
    """What an ellipsis leaves out between two parts of one clause, where the second is said by somebody or denied."""
    for index, atom in enumerate(before):
        if atom.surface == "that" and index and (before[index - 1].surface in _REPORTING):
            return Frame(before[index - 1], atom, AlterationKind.OMISSION, _TAKES_BACK)
        if atom.surface == "that":
            return _not_stated(before[: index + 1])
    return None


def condition_heading(words: Sequence[str]) -> bool:
    """Whether a heading before a colon is a condition: `If under 10 kg:`, `For patients over 52 kg:`."""
    return words[0] in ("if", "unless", "only", "except") or (words[0] in ("for", "in") and _narrows(words))


def takes_back(words: Sequence[str]) -> bool:
    """Whether a heading denies its first half: `Planned but not done:`."""
    return any(one in ("but", "and") and other in ("not", "never") for one, other in pairwise(words))


def of_another(words: Sequence[str]) -> bool:
    """Whether a heading speaks of somebody else: `The note of another child was filed here:`."""
    return any(one in _OTHER and next_one in _PERSONS for one, next_one in pairwise(words))


def denies_list(words: Sequence[str]) -> bool:
    """Whether a heading denies the list behind its colon: `has none of the following`."""
    return bool(words) and words[-1] in ("following", "these") and any(w in lexicon.SCOPE_NEGATIONS for w in words)
