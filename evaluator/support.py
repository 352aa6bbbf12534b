"""Whether what an answer states by itself is borne out by the passages that it quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from evaluator import lexicon
from evaluator.facts import Clause, Facts, read_facts
from evaluator.likeness import word_kind
from evaluator.measures import Measure, may_be_computed, same_amount
from evaluator.mentions import Mention
from evaluator.normalize import fold
from evaluator.terms import is_number, word_key

MAX_EVIDENCE = 100
"""Quoted passages that are read; an answer that needs more has not chosen any."""
MAX_FOUND = 20

_MAX_CLAUSES = 100
_COUNTED = frozenset(("dose", "fraction", "cycle", "time", "point"))
_PLACE = re.compile(
    r"\b(?:sections?|paragraphs?|pages?|tables?|figures?|lines?|parts?|items?|chapters?) $", re.IGNORECASE
)
_FEW = 12
_LOOK = 24
"""Characters behind a number of the context in which its unit stands."""
_SAME_STATEMENT = 0.7
_MIN_WORDS = 2
_NO_DRUG = r"(?<!ed)(?<!ing)(?<!ly)(?<!al)(?<!ive)(?<!tion)(?<!ment)(?<!nce)"
_DOSED_BEFORE = re.compile(rf"([^\W\d_]{{6,}}){_NO_DRUG} $")
_DOSED = re.compile(rf" of ([^\W\d_]{{6,}}){_NO_DRUG}\b")
_SEPARATORS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A statement of an answer that no quote bears out. `computable`: it may be a result of numbers that were quoted
    or asked about, so that no rule can tell. `reason` follows "The answer …" and has no full stop."""

    text: str
    computable: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Sources:
    """What may bear an answer out. `evidence` are the quoted passages. `expected` is the expected answer, None without
    one: it bears out what it holds if `calculated`, or what stands nowhere in `context` and so must be a result."""

    evidence: tuple[str, ...]
    context: str
    question: str
    expected: str | None
    calculated: bool


def find_unsupported(answer: str, sources: Sources) -> tuple[Unsupported, ...]:
    """The numbers, names and denials of `answer` that nothing bears out, in this order; the first twenty of them."""
    return tuple(islice(_Search(sources).run(read_facts(answer)), MAX_FOUND))


class _Search:
    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._asked = read_facts(sources.question)
        self._evidence = [read_facts(text) for text in sources.evidence[:MAX_EVIDENCE]]
        self._expected = read_facts(sources.expected or "")

    def run(self, said: Facts) -> Iterator[Unsupported]:
        for measure in said.measures:
            if not _PLACE.search(said.text[: measure.start]):
                yield from self._number(measure, said)
        for name in said.names:
            yield from self._name(name)
        yield from self._dosed(said)
        for clause in said.clauses[:_MAX_CLAUSES]:
            yield from self._statement(clause)

    def _number(self, measure: Measure, said: Facts) -> Iterator[Unsupported]:
        counts_words = not measure.dimension or (measure.number == 1 and measure.dimension in _COUNTED)
        if counts_words and not any(map(str.isdigit, measure.text)):
            return  # "one of the two", "one dose" count words rather than findings
        known = (*self._evidence, self._asked)
        if any(_states(facts, measure) for facts in known) or self._in_table(measure):
            return
        in_context = self._number_in_context(measure)
        counted = not measure.dimension and measure.number <= _FEW  # "ten planned" is "10 planned"
        if _states(self._expected, measure) and (self._sources.calculated or not in_context or counted):
            return
        given = [other for facts in known for other in facts.measures]
        if self._sources.calculated:
            given += self._expected.measures
        if self._sources.calculated and any(m.number == measure.number and not m.dimension for m in given):
            return  # a column of numbers whose heading was not quoted
        computable = not in_context and (self._sources.calculated or may_be_computed(measure, given))
        computable = computable or self._is_total(measure, said)
        yield Unsupported(measure.text, computable, f"says ‘{measure.text}’, which {_whereabouts(in_context)}")

    def _is_total(self, measure: Measure, said: Facts) -> bool:
        """Whether amounts of the same kind that the answer gives with it, and that were quoted, add up to it."""
        kind = [m for m in said.measures if m.dimension == measure.dimension and m is not measure]
        quoted = [m for m in kind if any(_states(facts, m) for facts in self._evidence)]
        return any(one.value + other.value == measure.value for one in quoted for other in quoted)

    def _name(self, name: Mention) -> Iterator[Unsupported]:
        if any(facts.holds_name(name) for facts in (*self._evidence, self._asked)):
            return
        in_context = _squeezed(name.text) in _squeezed(self._sources.context)
        if self._expected.holds_name(name) and (self._sources.calculated or not in_context):
            return
        yield Unsupported(name.text, False, f"names ‘{name.text}’, which {_whereabouts(in_context)}")

    def _dosed(self, said: Facts) -> Iterator[Unsupported]:
        """What is given in a dose, by whatever name: "Macrogol 3 mg", "3 mg of macrogol"."""
        known = frozenset().union(*(facts.keys for facts in (*self._evidence, self._asked, self._expected)))
        for measure in said.measures:
            if not measure.dimension.startswith("mass"):
                continue
            for found in (_DOSED_BEFORE.search(said.text[: measure.start]), _DOSED.match(said.text[measure.end :])):
                word = found[1] if found else ""
                key = word_key(word.casefold())
                if word and key not in known and key not in lexicon.DOSAGE_FORMS and word_kind(key) is None:
                    yield Unsupported(word, False, f"gives a dose of ‘{word}’, which stands in no quote")

    def _statement(self, clause: Clause) -> Iterator[Unsupported]:
        """A clause that denies what a quote says, or says what a quote denies."""
        if len(clause.words) < _MIN_WORDS:
            return
        needed = _SAME_STATEMENT * len(clause.words)
        others = (other for facts in self._evidence for other in facts.clauses[:_MAX_CLAUSES])
        alike = [other for other in others if len(clause.words & other.words) >= needed]
        if alike and all(other.denied != clause.denied for other in alike):
            how = "denies what its quote says" if clause.denied else "says what its quote denies"
            words = ", ".join(sorted(clause.words & alike[0].words)[:4])
            yield Unsupported(words, False, f"{how} (in speaking of {words})")

    def _in_table(self, measure: Measure) -> bool:
        """Whether the bare number is quoted, and its unit with it elsewhere, as in a column and its heading."""
        units = {key for key in read_facts(measure.text).keys if not is_number(key)}
        quoted = {key for facts in self._evidence for key in facts.keys}
        bare = (other for facts in self._evidence for other in facts.measures if not other.dimension)
        return units <= quoted and any(other.number == measure.number for other in bare)

    def _number_in_context(self, measure: Measure) -> bool:
        written, text = f"{measure.number.normalize():f}", fold(self._sources.context).text
        if written not in text:
            return False
        pattern = rf"(?<![\d.]){re.escape(written)}(?:\.0+)?(?!\d|\.\d)"
        places = list(islice(re.finditer(pattern, text), MAX_FOUND))
        if not measure.dimension or len(places) == MAX_FOUND:
            return bool(places)
        after = (read_facts(text[place.start() : place.end() + _LOOK]).measures for place in places)
        return any(same_amount(measure, found[0]) for found in after if found)


def _states(facts: Facts, measure: Measure) -> bool:
    """Whether the same number stands there: with the same kind of unit, where the answer gives one."""
    return any(
        same_amount(measure, other) and (not measure.dimension or other.dimension == measure.dimension)
        for other in facts.measures
    )


def _whereabouts(in_context: bool) -> str:
    return "stands in the context, but in no quote" if in_context else "stands in no quote"


def _squeezed(text: str) -> str:
    return _SEPARATORS.sub("", fold(text).text)
