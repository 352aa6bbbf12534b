"""What can be checked in a text without understanding it: its numbers, names, words and denials, each comparable."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from evaluator import lexicon
from evaluator.measures import Measure, read_measures
from evaluator.mentions import Mention, names, short_mutations
from evaluator.normalize import Folded, fold
from evaluator.terms import Atom, is_number, read_atoms
from evaluator.types import Span

MAX_READ = 20_000
"""Code points of an answer that are read for facts."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CLAUSE_START = re.compile(
    r"[.!?;:](?= |$)"
    r"|,? (?=with no\b)"
    r"|,? (?=(?:but|however|although|though|whereas|while|without|neither|nor|rather than|instead of)\b)"
    r"|,? (?=(?:because|since|unless|so that)\b)"
    r"|, (?=(?:not|no|she|he|it|they|the|as|and|which|who|when|where|if|for|so)\b)"
    r"| and (?=(?:\w+ ){0,2}(?:not|no|never|without)\b)"
)
_DENIALS = _words(
    "no not n't never without neither nor none cannot deny denies denied lack lacks lacked lacking absence absent "
    "excluded exclude excludes fail fails failed rather instead"
)
_AGREE = _words("agree match tally concur fit")
"""What two sources do not do where they conflict: that denies nothing."""
_EMPTY_WORDS = lexicon.ARTICLES | _words(
    "of in on at by for to with from as and or that which this these those it its is are was were be been being has "
    "have had do does did there who whom whose their his her he she they i we you your our not no yes patient child "
    "boy girl per than then also both given according context text report said say says states state stated total "
    "received receive approximately evidence sign signs known answer any some present seen found noted shown detected"
)
_NUMBERED_LIST = re.compile(r"(?:^|\n)[ \t]*[(\[]?$")
_YES_NO = re.compile(
    r"\W{0,5}(yes|no|none)\b(?! (?:\w+ ){0,2}(?:evidence|known|sign|mention|information))(?=[ ,.:;!-]|$)"
)
_PLAIN_NO = re.compile(r"\W{0,5}no \w")
_TAG = re.compile(r"</?[a-zA-Z]{1,12}>")
_DATE = re.compile(r"\d{1,2} [a-z]+")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of one statement: the keys of its words, those that carry meaning, and how many denials it holds."""

    span: Span
    keys: frozenset[str]
    words: frozenset[str]
    denials: int

    @property
    def denied(self) -> bool:
        return self.denials > 0


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read of `text`: `measures` and `names` (dates are names) in order of appearance; `words` are the keys
    that carry meaning, numbers and units apart; `keys` all of them; `joined` the keys run together, for names that are
    spelled with and without blanks. `polarity` is "yes" or "no" where the text begins so, else ""."""

    text: str
    measures: tuple[Measure, ...]
    names: tuple[Mention, ...]
    keys: frozenset[str]
    words: frozenset[str]
    joined: str
    clauses: tuple[Clause, ...]
    polarity: str

    @property
    def affirmed_keys(self) -> frozenset[str]:
        """The keys of the clauses that deny nothing."""
        return frozenset().union(*(clause.keys for clause in self.clauses if not clause.denied))

    @property
    def denials(self) -> int:
        """How many denials there are."""
        return sum(clause.denials for clause in self.clauses)

    @property
    def denied(self) -> bool:
        """Whether anything is denied."""
        return self.denials > 0

    def denies(self, position: int) -> bool:
        """Whether what stands at `position` of the text is denied there."""
        return any(c.denied and c.span.start <= position < c.span.end for c in self.clauses)

    def holds_name(self, name: Mention) -> bool:
        """Whether the name stands here in any spelling."""
        return name.key in self.joined

    def affirms_name(self, name: Mention) -> bool:
        """Whether the name stands here outside of a denial."""
        mine = [own for own in self.names if own.key == name.key]
        return self.holds_name(name) and not (mine and all(self.denies(own.span.start) for own in mine))


def read_facts(text: str) -> Facts:
    """The facts of a text; of a long one, of its beginning."""
    return _read(_TAG.sub(lambda tag: " " * len(tag.group()), text[:MAX_READ]))


@lru_cache(maxsize=2048)
def _read(text: str) -> Facts:
    folded, atoms = fold(text), read_atoms(text)
    keys = frozenset(atom.key for atom in atoms)
    return Facts(
        text=text,
        measures=tuple(measure for measure in read_measures(text) if not _numbers_a_list(text, measure)),
        names=tuple(sorted((*names(text), *_dates(folded, atoms)), key=lambda name: name.span.start)),
        keys=keys,
        words=_meaning(keys),
        joined=short_mutations("".join(atom.key for atom in atoms)),
        clauses=_clauses(folded, atoms),
        polarity=_polarity(folded.text),
    )


def _polarity(text: str) -> str:
    """The "yes" or "no" that a text begins with; "No enhancement" is a denial and not an answer to yes or no."""
    found = _YES_NO.match(text)
    if found is None or (found.group(1) == "no" and _PLAIN_NO.match(text)):
        return ""
    return "no" if found.group(1) == "none" else found.group(1)


def _clauses(folded: Folded, atoms: tuple[Atom, ...]) -> tuple[Clause, ...]:
    found: list[Clause] = []
    start = 0
    for end in [*(cut.end() for cut in _CLAUSE_START.finditer(folded.text)), len(folded.text)]:
        inside = [atom for atom in atoms if start <= atom.start < end]
        if inside:
            denials = sum(
                (atom.surface in _DENIALS or atom.key in _DENIALS) and following.surface not in _AGREE
                for atom, following in zip(inside, (*inside[1:], inside[-1]), strict=True)
            )
            keys = frozenset(atom.key for atom in inside)
            span = folded.original_span(inside[0].start, inside[-1].end)
            found.append(Clause(span, keys, _meaning(keys), denials))
        start = end
    return tuple(found)


def _dates(folded: Folded, atoms: tuple[Atom, ...]) -> list[Mention]:
    dates = []
    for atom in atoms:
        if _DATE.fullmatch(atom.key) and atom.key.split()[1] in lexicon.MONTHS:
            span = folded.original_span(atom.start, atom.end)
            dates.append(Mention(atom.key, folded.original[span.start : span.end], span))
    return dates


_SAME_SENSE = {
    word: group.split()[0]
    for group in (
        "retain retained keep kept preserve preserved maintain maintained",
        "omit omitted skip skipped leave left leaving miss missed",
        "stop stopped discontinue discontinued cease ceased end ended",
        "start started begin began begun commence commenced initiate initiated",
        "reduce reduced lower lowered decrease decreased halve fell fall fallen drop dropped",
        "raise raised increase increased rise rose risen",
        "forbid forbidden forbids prohibit prohibited prohibits disallow disallowed bar barred",
        "allow allowed permit permitted permits",
        "last lived live survive survived survival",
        "noon midday",
        "continue continues carry go goes going proceed",
        "restart restarted resume resumed",
        "schedule scheduled plan planned",
        "operation operated surgery",
        "require required requires need needed needs",
        "medicine medication drug",
        "child children boy girl",
    )
    for word in group.split()
}
"""Words that answers use for each other: they count as the same when it is asked whether an answer says enough, never
when it is asked whether it says something else."""


def _meaning(keys: frozenset[str]) -> frozenset[str]:
    return frozenset(
        _SAME_SENSE.get(key, key)
        for key in keys
        if key not in _EMPTY_WORDS and key not in lexicon.UNITS and not is_number(key) and any(map(str.isalnum, key))
    )


def _numbers_a_list(text: str, measure: Measure) -> bool:
    """Whether a bare number only counts the items of a list ("2. …", "(3) …")."""
    end = measure.start + len(measure.text.rstrip("."))
    following = text[end : end + 2]
    if measure.dimension or following.strip() not in {".", ")", "]", ":"}:
        return False
    return _NUMBERED_LIST.search(text[max(0, measure.start - 20) : measure.start]) is not None
