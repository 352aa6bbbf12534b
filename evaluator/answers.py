"""An answer beside the expected one: does it say the same, does it contradict it, or can no rule tell?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from evaluator.counts import GRADED, check_numbers, holds, missing_numbers, noun_behind, other_options
from evaluator.facts import Facts, read_facts
from evaluator.measures import roughly_same, same_amount
from evaluator.mentions import Mention
from evaluator.nearness import MAX_COMPARED, find_alteration
from evaluator.normalize import fold
from evaluator.opposites import check_opposites, says_both
from evaluator.terms import word_key as key_of


class Verdict(StrEnum):
    AGREES = "agrees"
    CONTRADICTS = "contradicts"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`reason` is one sentence without its full stop, fit to follow "The answer …"."""

    verdict: Verdict
    reason: str


_EXCEPTIONS = frozenset(("except", "unless", "excepting", "excluding", "save", "barring"))


_FALLING = frozenset(
    map(key_of, ["fell", "fall", "fallen", "decrease", "decreased", "reduced", "reduction", "lower", "lowered", "loss"])
)


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
    answer, expected = _TAG.sub(" ", answer), _TAG.sub(" ", expected)
    if _plain(answer) in (_plain(expected), _head(expected)):
        return Comparison(Verdict.AGREES, "equals the expected one")
    said, wanted, asked = read_facts(answer), read_facts(expected), read_facts(question)
    if wanted.keys & _FALLING:  # "−30 %" says that it fell by 30 %
        said = replace(
            said, measures=tuple(replace(m, value=abs(m.value), number=abs(m.number)) for m in said.measures)
        )
    contradiction = (
        check_numbers(said, wanted, asked)
        or _check_names(said, wanted, asked)
        or check_opposites(said, wanted)
        or _check_denials(said, wanted, asked)
    )
    if contradiction:
        return Comparison(Verdict.CONTRADICTS, contradiction)
    doubt = _find_doubt(said, wanted, asked) or find_alteration(answer, expected, said, wanted, asked.words)
    if doubt:
        return Comparison(Verdict.UNDECIDED, doubt)
    return Comparison(Verdict.AGREES, "says what is expected")


def _plain(text: str) -> str:
    return fold(text).text.strip(" .,;:!?\"'*_`")


def _head(expected: str) -> str:
    """The answer proper of one that goes on to explain itself ("No: the guideline forbids it.")."""
    head = _plain(expected.partition(":")[0])
    return head if head in ("yes", "no", "none") else _plain(expected)


def _affirmed_names(facts: Facts) -> list[Mention]:
    return [name for name in facts.names if facts.affirms_name(name)]


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
    affirmed = any(holds(wanted.measures, m) and not said.denies(m.start) for m in said.measures)
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
    offered = other_options(said, wanted, asked) or says_both(said, wanted, _core(wanted, asked))
    if offered:
        return offered
    if wanted.polarity and said.polarity:
        return ""
    missing = missing_numbers(said, wanted, asked)
    if missing:
        close = any(roughly_same(missing[0], other) for other in said.measures)
        return f"gives the expected ‘{missing[0].text}’ only {'roughly' if close else 'in part or not at all'}"
    for measure in wanted.measures:
        noun = noun_behind(said, measure)
        if noun and noun not in wanted.keys | asked.keys:
            return f"gives the expected number of ‘{noun}’"
    graded = [m for m in said.measures if GRADED.search(said.text[: m.start]) and not holds(wanted.measures, m)]
    if graded and GRADED.search(wanted.text) and not holds(asked.measures, graded[0]):
        return f"gives another grade (‘{graded[0].text}’) as well"
    timeless = [m for m in wanted.measures if m.rate and not any(same_amount(m, o) and o.rate for o in said.measures)]
    if timeless and not (asked.keys | said.keys) & {timeless[0].rate, f"per {timeless[0].rate}"}:
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
    if news or any(not holds(asked.measures, measure) for measure in wanted.measures):
        needed = _SOME_WORDS if len(core) > _FEW_WORDS else 0.0
    if core and len(core & said.words) < needed * len(core):
        return "is worded too differently from the expected one for a rule to tell"
    return ""


_TAG = re.compile(r"</?[a-zA-Z]{1,12}>")


def _crossed(said: Facts, wanted: Facts) -> bool:
    """Whether names and numbers that both texts hold pair up differently: A 15 and B 9, or B 15 and A 9."""
    names = list(dict.fromkeys(name.key for name in wanted.names if said.holds_name(name)))
    in_said = list(dict.fromkeys(name.key for name in said.names if name.key in names))
    numbers = list(dict.fromkeys(m.value for m in wanted.measures if holds(said.measures, m)))
    said_numbers = list(dict.fromkeys(m.value for m in said.measures if m.value in numbers))
    if min(len(names), len(numbers)) < 2:
        return False
    names_turned = in_said != [name for name in names if name in in_said]
    numbers_turned = said_numbers != [number for number in numbers if number in said_numbers]
    return names_turned != numbers_turned
