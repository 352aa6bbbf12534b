"""An answer beside the expected one: does it say the same, does it contradict it, or can no rule tell?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from evaluator import lexicon
from evaluator.facts import Facts, read_facts
from evaluator.grounding import ground_in_passage
from evaluator.likeness import kind_of
from evaluator.measures import Measure, rival_amounts, roughly_same, same_amount
from evaluator.mentions import Mention
from evaluator.normalize import fold
from evaluator.terms import atoms_of
from evaluator.terms import word_key as key_of
from evaluator.types import Alteration, AlterationKind

MAX_COMPARED = 20_000
"""Code points of an answer in which an expected answer is looked for."""


class Verdict(StrEnum):
    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`reason` is one sentence without its full stop, fit to follow "The answer …"."""

    verdict: Verdict
    reason: str


def _side(words: str) -> dict[str, str]:
    """Each word, and its key, as a reader writes it; `_` joins what reads as one word."""
    phrases = [word.replace("_", " ") for word in words.split()]
    return {key: phrase for phrase in phrases for key in (phrase, phrase if " " in phrase else key_of(phrase))}


_OPPOSITES: tuple[tuple[dict[str, str], ...], ...] = tuple(
    tuple(_side(side) for side in group.split("|"))
    for group in (
        "left|right|bilateral",
        "anterior|posterior",
        "ventral|dorsal",
        "medial|lateral",
        "upper|lower",
        "rostral|caudal",
        "proximal|distal",
        "supratentorial|infratentorial",
        "unilateral|bilateral",
        "ipsilateral|contralateral",
        "before prior preceding|after following",
        "1st initial|last final",
        "within|exceed exceeded exceeds exceeding beyond outside",
        "once|twice|thrice",
        "morning|noon midday|afternoon|evening|night",
        "started begun began|stopped discontinued",
        "malignant|benign",
        "inherited germline|somatic acquired",
        "high|low",
        "gain gained|loss lost",
        "open|closed",
        "retained kept preserved|lost",
        "detected|undetected",
        "complete|incomplete",
        "mandatory required|optional voluntary",
        "neoadjuvant|adjuvant",
        "increase increased rise rose higher greater longer larger prolong prolonged|"
        "decrease decreased fall fell lower less fewer shorter smaller reduced shortened|unchanged same stable",
        "improve improved better|worsen worsened worse deteriorated",
        "positive|negative",
        "methylated|unmethylated",
        "mutant mutated|wildtype",
        "partial|complete|stable|progressive",
        "mild|moderate|severe",
        "present|absent",
        "allowed permitted|forbidden prohibited",
        "survived alive|died dead",
        "boy male|girl female",
        "oral orally buccal|iv|im|sc|intrathecal intrathecally|intranasal intranasally nasal|topical topically|"
        "rectal rectally|inhaled|transdermal patch",
        "per_day|2x_per_day|3x_per_day|4x_per_day|5x_per_day|6x_per_day|per_week|2x_per_week|3x_per_week|4x_per_week|"
        "5x_per_week|per_month|every_2_day|every_2_week|as_needed",
        "monday|tuesday|wednesday|thursday|friday|saturday|sunday",
    )
)
"""Words of which an answer can only mean one side."""

_BARE = 2
_OPTION = re.compile(r"\s*(?:,|/|[-–‑]|or|and|to|, or|, and|and/or)\s*", re.IGNORECASE)
_EXCEPTIONS = frozenset(("except", "unless", "excepting", "excluding", "save", "barring"))
_NEARLY_ALL_WORDS = 0.8
_SOME_WORDS = 0.3
_FEW_WORDS = 4


def found_similarity(expected: str, answer: str) -> float:
    """How much of `expected` is found in `answer` in order and close together, 0–100.

    This is V4's measure, the share of the expected characters that some window of the answer holds. Its window is
    found by alignment and its share by the longest common subsequence, where the reference takes the blocks around
    the longest common run.
    """
    from rapidfuzz import fuzz
    from rapidfuzz.distance import LCSseq

    needle, hay = expected.strip().lower(), answer.strip().lower()[:MAX_COMPARED]
    if needle == hay:
        return 100.0
    if not needle or not hay:
        return 0.0
    window = hay
    if len(hay) > len(needle) + 10:
        found = fuzz.partial_ratio_alignment(needle, hay)
        if found is not None:
            window = hay[max(0, found.dest_start - 5) : found.dest_end + 5]
    return 100.0 * float(LCSseq.similarity(needle, window)) / len(needle)


def compare(answer: str, expected: str, question: str = "") -> Comparison:
    """Whether `answer` says what is expected. Numbers count with their units, whatever the unit; names, sides,
    routes, denials and the like must not part. Words of the question need not be repeated."""
    answer = _TAG.sub(" ", answer)
    if _plain(answer) in (_plain(expected), _head(expected)):
        return Comparison(Verdict.AGREES, "equals the expected one")
    said, wanted, asked = read_facts(answer), read_facts(expected), read_facts(question)
    contradiction = (
        _check_numbers(said, wanted, asked)
        or _check_names(said, wanted, asked)
        or _check_opposites(said, wanted)
        or _check_denials(said, wanted, asked)
    )
    if contradiction:
        return Comparison(Verdict.CONTRADICTS, contradiction)
    doubt = _find_doubt(said, wanted, asked) or _find_alteration(answer, expected, said, wanted, asked.words)
    if doubt:
        return Comparison(Verdict.UNDECIDED, doubt)
    return Comparison(Verdict.AGREES, "says what is expected")


def _plain(text: str) -> str:
    return fold(text).text.strip(" .,;:!?\"'*_`")


def _head(expected: str) -> str:
    """The answer proper of one that goes on to explain itself ("No: the guideline forbids it.")."""
    head = _plain(expected.partition(":")[0])
    return head if head in ("yes", "no", "none") else _plain(expected)


def _holds(measures: Sequence[Measure], measure: Measure) -> bool:
    return any(same_amount(measure, other) for other in measures)


def _missing_numbers(said: Facts, wanted: Facts, asked: Facts) -> list[Measure]:
    return [m for m in wanted.measures if not _holds(said.measures, m) and not _holds(asked.measures, m)]


def _affirmed_names(facts: Facts) -> list[Mention]:
    return [name for name in facts.names if facts.affirms_name(name)]


def _check_numbers(said: Facts, wanted: Facts, asked: Facts) -> str:
    strange = [m for m in said.measures if not _holds((*wanted.measures, *asked.measures), m)]
    for measure in _missing_numbers(said, wanted, asked):
        rival = next((other for other in strange if rival_amounts(measure, other)), None)
        if rival is not None:
            return f"says ‘{rival.text}’ where ‘{measure.text}’ is expected"
    for measure in wanted.measures:
        if wanted.denies(measure.start) or _holds(asked.measures, measure):
            continue
        same = [other for other in said.measures if same_amount(measure, other)]
        if same and all(said.denies(other.start) for other in same):
            return f"denies the expected ‘{measure.text}’"
    return ""


def _check_names(said: Facts, wanted: Facts, asked: Facts) -> str:
    missing = [name for name in _affirmed_names(wanted) if not said.affirms_name(name)]
    strange = [name for name in _affirmed_names(said) if not wanted.affirms_name(name)]
    news = [name for name in missing if not asked.holds_name(name)]
    if not news:  # the question named them already: only another of its names is a wrong choice
        strange = [name for name in strange if asked.holds_name(name)]
    if missing and strange:
        return f"names ‘{strange[0].text}’ where ‘{(news or missing)[0].text}’ is expected"
    denied = next((name for name in news if said.holds_name(name)), None)
    return f"denies the expected ‘{denied.text}’" if denied else ""


def _check_opposites(said: Facts, wanted: Facts) -> str:
    affirmed, expected = said.affirmed_keys, wanted.affirmed_keys or wanted.keys
    for group in _OPPOSITES:
        theirs = [side for side in group if not side.keys().isdisjoint(expected)]
        strange = [side for side in _sides(group, affirmed) if side not in theirs]
        missing = [side for side in theirs if side.keys().isdisjoint(said.keys)]
        if strange and missing:
            here, there = min(strange[0].keys() & affirmed), min(missing[0].keys() & expected)
            return f"says ‘{strange[0][here]}’ where ‘{missing[0][there]}’ is expected"
    return ""


def _sides(group: Sequence[dict[str, str]], keys: frozenset[str]) -> list[dict[str, str]]:
    return [side for side in group if not side.keys().isdisjoint(keys)]


def _says_both(said: Facts, wanted: Facts, core: frozenset[str]) -> str:
    """Two opposite words of which one is all that was expected ("lost here but kept there")."""
    if wanted.measures or wanted.names or len(core) > _BARE:
        return ""
    for group in _OPPOSITES:
        theirs = _sides(group, wanted.keys)
        strange = [side for side in _sides(group, said.affirmed_keys) if side not in theirs]
        if theirs and strange:
            return f"says ‘{strange[0][min(strange[0].keys() & said.affirmed_keys)]}’ as well as what is expected"
    return ""


def _other_options(said: Facts, wanted: Facts, asked: Facts) -> str:
    """Another amount in one breath with an expected one: "600 or 650 mg", "20, 30, 45 and 60 mg"."""
    for left, right in pairwise(said.measures):
        if not _OPTION.fullmatch(said.text[left.end : right.start]):
            continue
        for one, other in ((left, right), (right, left)):
            known = _holds((*wanted.measures, *asked.measures), other)
            if _holds(wanted.measures, one) and not known and one.dimension == other.dimension:
                return f"offers ‘{other.text}’ beside the expected ‘{one.text}’"
    return ""


def _check_denials(said: Facts, wanted: Facts, asked: Facts) -> str:
    if said.polarity and wanted.polarity:
        wrong = said.polarity != wanted.polarity
        return f"says ‘{said.polarity}’ where ‘{wanted.polarity}’ is expected" if wrong else ""
    if said.words and said.words == wanted.words and (said.denials - wanted.denials) % 2:
        return "turns what is expected into its opposite"
    core = _core(wanted, asked)
    speaking = [c for c in said.clauses if core and len(core & c.words) >= _NEARLY_ALL_WORDS * len(core)]
    if not speaking or said.polarity or wanted.polarity:
        return ""
    affirmed = any(_holds(wanted.measures, m) and not said.denies(m.start) for m in said.measures)
    if not wanted.denied and not affirmed and all(clause.denied for clause in speaking):
        return "denies what is expected"
    if all(clause.denied for clause in wanted.clauses) and not said.denied:
        return "asserts what the expected answer denies"
    return ""


def _core(wanted: Facts, asked: Facts) -> frozenset[str]:
    """The words of the expected answer that the question did not say; all of them where it said them all."""
    return (wanted.words - asked.words) or wanted.words


def _find_doubt(said: Facts, wanted: Facts, asked: Facts) -> str:
    """Why no rule can tell that an answer which contradicts nothing is right; "" where it is."""
    exceptions = (said.keys - wanted.keys - asked.keys) & _EXCEPTIONS
    if exceptions:
        return f"makes an exception (‘{min(exceptions)}’) that was not expected"
    offered = _other_options(said, wanted, asked) or _says_both(said, wanted, _core(wanted, asked))
    if offered:
        return offered
    if wanted.polarity and said.polarity:
        return ""
    missing = _missing_numbers(said, wanted, asked)
    if missing:
        close = any(roughly_same(missing[0], other) for other in said.measures)
        return f"gives the expected ‘{missing[0].text}’ only {'roughly' if close else 'in part or not at all'}"
    timeless = [m for m in wanted.measures if m.rate and not any(same_amount(m, o) and o.rate for o in said.measures)]
    if timeless and not asked.keys & {timeless[0].rate, f"per {timeless[0].rate}"}:
        return f"does not say that ‘{timeless[0].text}’ is a rate"
    news = [name for name in _affirmed_names(wanted) if not asked.holds_name(name)]
    unnamed = [name for name in news if not said.holds_name(name)]
    if unnamed:
        return f"does not name ‘{unnamed[0].text}’"
    forbids = said.denied or "forbid" in said.words
    if wanted.polarity and forbids != (wanted.polarity == "no"):
        return f"does not plainly say ‘{wanted.polarity}’"
    if _crossed(said, wanted):
        return "gives the expected names and numbers in another order"
    core = _core(wanted, asked)
    needed = _NEARLY_ALL_WORDS
    if news or any(not _holds(asked.measures, measure) for measure in wanted.measures):
        needed = _SOME_WORDS if len(core) > _FEW_WORDS else 0.0
    if core and len(core & said.words) < needed * len(core):
        return "is worded too differently from the expected one for a rule to tell"
    return ""


def _find_alteration(answer: str, expected: str, said: Facts, wanted: Facts, asked: frozenset[str]) -> str:
    """What an answer in nearly the expected words changes of them, or takes back around them."""
    taken_back = _RETRACTION.search(fold(answer).text)
    if taken_back is not None and taken_back.group() not in fold(expected).text:
        return f"says ‘{taken_back.group()}’"
    close = ground_in_passage(expected, answer[:MAX_COMPARED])
    if close.similarity < _CLOSE or close.span is None:
        return ""
    near = close.similarity >= _NEAR
    known = wanted.words | asked
    before, after = answer[: close.span.start], answer[close.span.end :]
    told = [
        alteration
        for alteration in close.alterations
        if _matters(alteration, near)
        or (near and alteration.citation_span.start < _EDGE and _content(before) - known)
        or (near and alteration.citation_span.end > len(expected) - _EDGE and _content(after) - known)
    ]
    if any(a.kind is AlterationKind.NUMBER for a in told) and _in_order(wanted.measures, said.measures):
        told = [a for a in told if a.kind not in _AMOUNTS]  # the same amounts in other units
    return f"differs from the expected one in ‘{told[0].source or told[0].cited}’" if told else ""


def _matters(alteration: Alteration, near: bool) -> bool:
    """Whether a difference between the expected answer (cited) and a near one (source) may make it another answer. An
    answer may say more and leave out more than a quote may."""
    wanted, said = alteration.cited, alteration.source
    if alteration.kind in _TURNING:
        return True
    if wanted and said:
        return (_is_heavy(wanted) and _is_heavy(said)) or (near and bool(_content(wanted) and _content(said)))
    return alteration.kind is AlterationKind.UNIT and wanted.startswith(("/", "per "))


def _content(text: str) -> frozenset[str]:
    return read_facts(text).words


def _is_heavy(text: str) -> bool:
    """Whether a stretch holds a word or number of a kind that must not change."""
    return any(kind_of(atom) is not None or atom.key in lexicon.UNITS for atom in atoms_of(fold(text)))


def _in_order(wanted: Sequence[Measure], said: Sequence[Measure]) -> bool:
    """Whether the wanted amounts are said in their order."""
    rest = iter(said)
    return all(any(same_amount(one, other) for other in rest) for one in wanted)


_AMOUNTS = frozenset((AlterationKind.NUMBER, AlterationKind.UNIT))
_TURNING = frozenset((AlterationKind.NEGATION, AlterationKind.MODALITY, AlterationKind.COMPARATOR))
_CLOSE, _NEAR = 65.0, 80.0
"""An answer this alike is read word by word; one this near replaces a word rather than says it differently."""
_EDGE = 3
"""Characters from an end of the expected answer within which a word of it was replaced by one outside the match."""
_TAG = re.compile(r"</?[a-zA-Z]{1,12}>")
_RETRACTION = re.compile(
    r"\b(?:wrong|incorrect|false|untrue|mistaken|erroneous|not (?:true|correct|right|so|the case)|rules? out|ruled out|"
    r"(?:would|can only|could only) guess|guess(?:ing|work)?|speculat\w+|refut\w+|contradict\w+|retract\w+|"
    r"does not say so|not sure|unsure|uncertain|no idea)\b"
)


def _crossed(said: Facts, wanted: Facts) -> bool:
    """Whether names and numbers that both texts hold pair up differently: A 15 and B 9, or B 15 and A 9."""
    names = list(dict.fromkeys(name.key for name in wanted.names if said.holds_name(name)))
    in_said = list(dict.fromkeys(name.key for name in said.names if name.key in names))
    numbers = list(dict.fromkeys(m.value for m in wanted.measures if _holds(said.measures, m)))
    said_numbers = list(dict.fromkeys(m.value for m in said.measures if m.value in numbers))
    if min(len(names), len(numbers)) < 2:
        return False
    names_turned = in_said != [name for name in names if name in in_said]
    numbers_turned = said_numbers != [number for number in numbers if number in said_numbers]
    return names_turned != numbers_turned
