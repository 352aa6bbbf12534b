"""Draw samples of families from the true sentences of documents, seeded; keep only those that are what they claim."""

from __future__ import annotations

import difflib
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.edits.families import Family, Harm, Passage
from tests.edits.wording import plain

BUILT_IN = Path(__file__).resolve().parents[2] / "assets" / "cases" / "dipg.jsonl"
SAMPLES = 300
_MIN_WORDS, _MAX_WORDS = 5, 60
_MIN_PROSE = 3
_ROUNDS = 4
_WINDOW = 3
"""Words on each side of a change by which it is looked for in the rest of the context."""
_OTHERS = 6
_END = re.compile(r"(?<=[a-z)\d%][.!?])[ \u00a0]+(?=[A-Z“\"(])|\n+")
_LEAD = re.compile(r"\s*(?:[•–*☐☑-]\s+|\(?\d{1,2}[.)]\s+|\d+(?:\.\d+)+\.?\s+(?=[A-Z])(?!Gy|MV)|\(?[a-z]\)\s+)*")
"""List marks and the numbers of sections: they are no part of what a sentence says."""
_NEGATORS = {"not", "no", "never", "without", "cannot", "neither", "nor", "none"}


@dataclass(frozen=True, slots=True)
class Sample:
    """A family's edit of a passage: the text of a proof."""

    family: Family
    passage: Passage
    proof: str


def load_contexts(path: Path = BUILT_IN) -> list[str]:
    """The distinct contexts of a JSON Lines file of cases (or of anything with a text field `context`)."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return list(dict.fromkeys(row["context"] for row in rows if isinstance(row.get("context"), str)))


def true_sentences(contexts: Sequence[str]) -> list[Passage]:
    """The sentences of documents that read as statements: some words of prose, not one alone, not a whole page."""
    found = []
    for index, context in enumerate(contexts):
        others = tuple(contexts[(index + step) % len(contexts)] for step in range(1, min(_OTHERS, len(contexts))))
        start = 0
        for end, following in [(m.start(), m.end()) for m in _END.finditer(context)] + [(len(context),) * 2]:
            text = context[start:end]
            mark = _LEAD.match(text)
            begin = start + (mark.end() if mark else 0)
            passage = Passage(context, begin, max(begin, start + len(text.rstrip())), others)
            if _reads_as_statement(passage.text):
                found.append(passage)
            start = following
    return found


def _reads_as_statement(text: str) -> bool:
    words = text.split()
    prose = [word for word in words if re.fullmatch(r"[a-z]{2,}[.,;:]?", word)]
    whole = text.count("“") == text.count("”") and text.count('"') % 2 == 0
    return _MIN_WORDS <= len(words) <= _MAX_WORDS and len(prose) >= _MIN_PROSE and whole


def draw_samples(family: Family, passages: Sequence[Passage], count: int = SAMPLES, seed: int = 0) -> list[Sample]:
    """Up to `count` different samples of a family, fewer where the passages offer no more; the same for a seed."""
    draw = random.Random(f"{seed} {family.name}")
    order = list(passages)
    samples: list[Sample] = []
    seen: set[tuple[int, str]] = set()
    for _ in range(_ROUNDS):
        draw.shuffle(order)
        for passage in order:
            if len(samples) == count:
                return samples
            proof = family.edit(passage, draw)
            if proof is None or (id(passage), proof) in seen or not holds(family, passage, proof):
                continue
            seen.add((id(passage), proof))
            samples.append(Sample(family, passage, proof))
    return samples


def holds(family: Family, passage: Passage, proof: str) -> bool:
    """Whether an edit is what its family claims, as far as a machine can tell: a harmless one differs in form, a
    dangerous one differs in more than form and is nowhere true in the context."""
    if not proof.strip() or proof == passage.text:
        return False
    return family.harm is Harm.HARMLESS or not true_of_context(passage, proof)


def true_of_context(passage: Passage, proof: str) -> bool:
    """Whether the context says elsewhere what a dangerous edit says: as a whole, or each of its changes with the
    words around it."""
    context, edited, source = plain(passage.context), plain(proof), plain(passage.text)
    if _within(edited, context):
        return True
    words, old = edited.split(), source.split()
    changes = [
        (start, end, words[max(0, start - _WINDOW) : end + _WINDOW])
        for tag, _, _, start, end in difflib.SequenceMatcher(None, old, words, autojunk=False).get_opcodes()
        if tag != "equal"
    ]
    return bool(changes) and all(len(window) > 1 and _within(" ".join(window), context) for _, _, window in changes)


def _within(text: str, context: str) -> bool:
    """Whether words stand in a context in a row, and not behind a word that denies them."""
    found = re.search(rf"(?<!\S){re.escape(text)}(?!\S)", context)
    if found is None:
        return False
    before = context[: found.start()].split()[-2:]
    return not _NEGATORS & set(before)
