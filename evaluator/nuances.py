"""What a quote changes although its words read alike: the case of a unit, a guess at a short form, a tense, a plural.

Alignment takes words of one key for the same and passes over an article, a copula, a hyphen. Here the few are found
where a careful reader would not: `5 mM` is no `5 mm`, `arm A` no `arm`, `a few` not `few`, `re-signed` not `resigned`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from evaluator.alterations import Comparison
from evaluator.casing import CASED
from evaluator.likeness import Knows
from evaluator.normalize import Folded
from evaluator.outward import case_alteration, sign_alterations
from evaluator.short_forms import guesses
from evaluator.terms import Atom, Role, is_number
from evaluator.types import Alteration, AlterationKind, DiffKind, Span


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COUNTED = _words(
    "child patient lesion tumor tumour metastasis dose tablet capsule seizure cycle infusion injection nodule node "
    "cyst relapse recurrence bleed fracture transfusion parent brother sister sibling eye arm leg limb hand foot side "
    "lung kidney ventricle hemisphere drug antibiotic participant responder death boy girl catheter shunt operation "
    "course mutation fit focus deposit"
)
"""Nouns of which one is another finding than several."""
_IRREGULAR = {"children": "child", "metastases": "metastasis", "feet": "foot", "foci": "focus"}
_TENSES = {"is": "now", "are": "now", "was": "then", "were": "then"}
_HANGS_ON_OF = _words("free out instead short none devoid because regardless rid clear exclusive ahead")
_SIGNED = _words(
    "is was were are be of to by from at than change changes excess balance difference score deficit gain loss shift "
    "level about approximately minus"
)
"""Words behind which a dash before a number is its sign."""
_CUT_APART = _words(
    "re-signed re-formed re-covered re-creation re-presented re-sent re-lay re-leased re-serve re-sort re-turned "
    "re-mark re-pressed re-count re-act re-sound re-dress re-side re-collect re-strain re-solve re-solved re-seal "
    "re-set un-ionised un-ionized co-op now-here not-able no-table no-body no-thing may-be al-together for-given "
    "dis-charge in-different in-valid over-time not-ice"
)
"""Words that mean something else without the hyphen or blank in them."""
_THINGS = _words(
    "tumor tumour tumors tumours lesion lesions disease illness therapy therapies drug drugs medicine medicines "
    "medication medications study studies trial trials dose doses scan scans radiotherapy chemotherapy surgery biopsy "
    "glioma dipg dmg mri hospital clinic"
)
"""What a bracket may say that a pronoun stands for, if the text before names it."""
_NAMED_BEFORE = 600
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{2}0")


def hidden_alterations(comparison: Comparison, knows: Knows) -> tuple[Alteration, ...]:
    """What the pieces of a comparison that read alike change all the same, in reading order."""
    found = list(_of_pieces(comparison, knows))
    cited, source = _originals(comparison)
    found += sign_alterations(comparison.cited, cited, comparison.source, source)
    return tuple(found)


def _originals(comparison: Comparison) -> tuple[Span, Span]:
    cited, source = comparison.cited_atoms, comparison.source_atoms
    return (
        comparison.cited.original_span(cited[0].start, cited[-1].end) if cited else Span(0, 0),
        comparison.source.original_span(source[0].start, source[-1].end) if source else Span(0, 0),
    )


def _of_pieces(comparison: Comparison, knows: Knows) -> Iterator[Alteration]:
    cited, source = comparison.cited_atoms, comparison.source_atoms
    copulas: list[tuple[int, int, str, bool]] = []
    signed = bool(source) and comparison.source.text.find("- ", source[0].start, source[-1].end) >= 0
    for piece in comparison.pieces:
        if piece.kind is DiffKind.CHANGED:
            continue
        if piece.kind is DiffKind.SAME:
            one, other = cited[piece.c0], source[piece.s0]
            surface = other.surface
            kind = None
            if one.surface != surface:
                kind = _word_change(comparison, piece.c0, piece.s0, knows)
            elif surface in CASED:
                change = case_alteration(
                    comparison.cited, one.start, one.end, comparison.source, other.start, other.end
                )
                if change is not None:
                    yield change
            if signed and kind is None and surface[0].isdigit() and _loses_sign(comparison, one, other, piece.s0):
                kind = AlterationKind.NUMBER
            if kind is not None:
                yield _told(comparison, one, other, kind)
        elif piece.c0 == piece.c1:
            yield from _dropped(comparison, source, piece.s0, AlterationKind.OMISSION)
            copulas += [
                (piece.c0, k, source[k].surface, False)
                for k in range(piece.s0, piece.s1)
                if source[k].surface in _TENSES
            ]
        elif piece.s0 == piece.s1:
            yield from _dropped(comparison, cited, piece.c0, AlterationKind.INSERTION)
            copulas += [
                (k, piece.s0, cited[k].surface, True) for k in range(piece.c0, piece.c1) if cited[k].surface in _TENSES
            ]
        else:
            yield from _exchanged(comparison, cited[piece.c0 : piece.c1], source[piece.s0 : piece.s1], knows)
    if len(copulas) > 1:
        yield from _tenses(comparison, copulas)


def _word_change(comparison: Comparison, c: int, s: int, knows: Knows) -> AlterationKind | None:
    """The kind of change of two words that are written differently and have one key."""
    one, other = comparison.cited_atoms[c], comparison.source_atoms[s]
    if is_number(one.key):
        pair = (one.surface, other.surface)
        long = max(pair, key=len)
        if _THOUSANDS.fullmatch(long) and min(pair, key=len).count(".") <= 1 and "," not in min(pair, key=len):
            return AlterationKind.NUMBER
        return None
    if guesses(comparison, one, other, knows):
        return AlterationKind.WORD
    single = _single(other.surface)
    if (
        single not in _COUNTED
        or single != _single(one.surface)
        or (s and is_number(comparison.source_atoms[s - 1].key))
    ):
        return None
    if any(atom.surface in _ONE for atom in comparison.cited_atoms[max(0, c - _NEAR) : c]):
        return None  # "an expansile lesions" still says that it is one
    return AlterationKind.QUANTIFIER


_ONE = _words("a an one each every this another")
_NEAR = 6


def _single(word: str) -> str:
    return word if word in _COUNTED else _IRREGULAR.get(word) or word.removesuffix("s")


def _loses_sign(comparison: Comparison, one: Atom, other: Atom, s: int) -> bool:
    """Whether the number stands behind a sign and a blank (`a change of - 8`), and the quote leaves the sign out."""
    text, quoted = comparison.source.text, comparison.cited.text
    if text[other.start - 2 : other.start] != "- " or "-" in quoted[max(0, one.start - 2) : one.start]:
        return False
    return s > 0 and comparison.source_atoms[s - 1].surface in _SIGNED


def _dropped(comparison: Comparison, atoms: Sequence[Atom], index: int, kind: AlterationKind) -> Iterator[Alteration]:
    """A word that stands on one side only and is taken for an article or the like."""
    atom = atoms[index]
    following = atoms[index + 1] if index + 1 < len(atoms) else None
    before = atoms[index - 1] if index else None
    change: AlterationKind | None = None
    if atom.role is Role.ASIDE:
        if kind is AlterationKind.INSERTION and atom.surface in _THINGS and not _is_named(comparison, atom.surface):
            change = AlterationKind.INSERTION
    elif atom.surface == "a" and following is not None and following.surface in ("few", "little"):
        change = AlterationKind.QUANTIFIER
    elif atom.surface == "a" and kind is AlterationKind.OMISSION and _is_label(comparison.source, atom):
        change = AlterationKind.NAME
    elif atom.surface == "of" and before is not None and following is not None:
        numbers = kind is AlterationKind.OMISSION and is_number(before.key) and is_number(following.key)
        hangs = before.surface in _HANGS_ON_OF and not is_number(following.key)
        change = AlterationKind.WORD if numbers or hangs else None
    if change is not None:
        yield _alone(comparison, atom, change, kind is AlterationKind.INSERTION)


def _exchanged(
    comparison: Comparison, cited: Sequence[Atom], source: Sequence[Atom], knows: Knows
) -> Iterator[Alteration]:
    one, other = cited[0], source[0]
    if len(cited) == len(source) == 1:
        if other.surface == "a" and _is_label(comparison.source, other):
            yield _told(comparison, one, other, AlterationKind.NAME)
        elif one.role is Role.ASIDE and one.surface in _THINGS and not _is_named(comparison, one.surface):
            yield _told(comparison, one, other, AlterationKind.INSERTION)
        elif guesses(comparison, one, other, knows):
            yield _told(comparison, one, other, AlterationKind.WORD)
        return
    for side, joined, folded in ((cited, source, comparison.cited), (source, cited, comparison.source)):
        if len(side) == 2 and len(joined) == 1 and f"{side[0].surface}-{side[1].surface}" in _CUT_APART:
            span = folded.original_span(side[0].end, side[1].start)
            if "\n" not in folded.original[span.start : span.end]:  # a word that a line end cuts is the same word
                yield _told(comparison, one, other, AlterationKind.WORD, cited[-1], source[-1])


def _tenses(comparison: Comparison, copulas: Sequence[tuple[int, int, str, bool]]) -> Iterator[Alteration]:
    """`was 4 mg` and `is 4 mg`: either copula may be dropped, one may not stand for the other."""
    for one, other in pairwise(copulas):
        put_in, left_out = (one, other) if one[3] else (other, one)
        near = abs(one[0] - other[0]) <= 1 and abs(one[1] - other[1]) <= 1
        if near and one[3] != other[3] and _TENSES[put_in[2]] != _TENSES[left_out[2]]:
            c, s = put_in[0], left_out[1]
            yield _told(comparison, comparison.cited_atoms[c], comparison.source_atoms[s], AlterationKind.ORDER)


def _is_label(source: Folded, atom: Atom) -> bool:
    """Whether an `A` of the source is a name (`arm A`, `vitamin A`) and no article."""
    span = source.original_span(atom.start, atom.end)
    original = source.original
    if original[span.start : span.end] != "A":
        return False
    before = original[max(0, span.start - 20) : span.start].rstrip(" \u00a0-/")
    if not before or not before[-1].isalnum() or "\n" in original[span.start - 2 : span.start]:
        return False
    return not (_SHOUTED.search(before) and original[span.end + 1 : span.end + 3].isupper())


_SHOUTED = re.compile(r"[A-Z]{2,}$")


def _is_named(comparison: Comparison, word: str) -> bool:
    """Whether a thing that a bracket names is named by the text before the end of the passage."""
    end = comparison.source_atoms[-1].end if comparison.source_atoms else 0
    text = comparison.source.text
    stem = word.removesuffix("s").replace("tumour", "tumo").replace("tumor", "tumo")
    return stem in text[max(0, end - _NAMED_BEFORE) : end]


def _told(
    comparison: Comparison,
    one: Atom,
    other: Atom,
    kind: AlterationKind,
    end: Atom | None = None,
    stop: Atom | None = None,
) -> Alteration:
    cited = comparison.cited.original_span(one.start, (end or one).end)
    source = comparison.source.original_span(other.start, (stop or other).end)
    said = comparison.cited.original[cited.start : cited.end]
    stated = comparison.source.original[source.start : source.end]
    return Alteration(kind, said, stated, cited, source, f"The quote says “{said}”, the source “{stated}”.")


def _alone(comparison: Comparison, atom: Atom, kind: AlterationKind, added: bool) -> Alteration:
    folded = comparison.cited if added else comparison.source
    span = folded.original_span(atom.start, atom.end)
    text = folded.original[span.start : span.end]
    if added:
        place = comparison.source_atoms[0].start if comparison.source_atoms else 0
        at = comparison.source.original_span(place, place).start
        message = f"The quote adds “{text}”, which the source does not say here."
        return Alteration(kind, text, "", span, Span(at, at), message)
    at = comparison.cited.original_span(comparison.cited_atoms[0].start, comparison.cited_atoms[0].start).start
    return Alteration(kind, "", text, Span(at, at), span, f"The quote leaves out “{text}”.")
