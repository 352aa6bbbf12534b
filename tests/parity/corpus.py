"""A seeded set of completions for parity tests: cases × ways to quote × edits of the quote × ways to answer.

Every sample carries the labels of how it was made, so that a divergence can be told by its cause.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from evaluator.types import Case

BUILT_IN = Path(__file__).resolve().parents[2] / "assets" / "cases" / "dipg.jsonl"

SHORT = 200
"""From as many characters on difflib ignores common letters."""

_FACTS = (
    "The patient received 54 Gy in 30 fractions to the pons over six weeks.",
    "Dexamethasone 2 mg was given twice daily during radiotherapy and then tapered.",
    "There was no evidence of leptomeningeal spread on the staging scan of the spine.",
    "The median overall survival was 11.2 months in the group treated with panobinostat.",
    "Biopsy showed an H3 K27M-mutant diffuse midline glioma of grade 4.",
    "Sequencing found an ACVR1 mutation in 6 of the 24 samples that were examined.",
    "A left sixth nerve palsy was noted at presentation, with ataxia of three weeks.",
    "Progression was seen on the second scan, four months after the end of radiotherapy.",
)
_FILLER = (
    "The family was seen in clinic together with the specialist nurse and the school was informed in writing.",
    "Blood counts were checked every second week and remained within the limits set by the local pharmacy.",
    "Appointments were moved to the afternoon because the journey to the hospital takes about two hours.",
    "Imaging was reported by two readers who did not know of each other and met when they had finished.",
    "Swallowing was assessed by the therapist, who advised thickened fluids and small frequent meals.",
    "Consent was given by both parents after a discussion that an interpreter joined by telephone.",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """One completion of a case. `edit` says what became of the quote, `style` how the proof sets it off, `answer`
    what the answer does, `form` how the trace is written, `length` the context: "short", "long" or
    "pair" (of two sentences)."""

    case: Case
    completion: str
    edit: str
    style: str
    answer: str
    form: str
    length: str


def _context(draw: random.Random, length: str) -> str:
    sentences = list(_FACTS)
    if length == "long":
        sentences += [draw.choice(_FILLER) for _ in range(100)]
    draw.shuffle(sentences)
    return " ".join(sentences)


def _drop_word(quote: str, word: str) -> str:
    return quote.replace(f" {word} ", " ", 1)


def edits(quote: str, draw: random.Random) -> dict[str, str]:
    """The quote as it stands and as models change it, by name of the change."""
    words = quote.split()
    middle = len(words) // 2
    typo = max(range(len(words)), key=lambda index: len(words[index]))
    swapped = words[typo][0] + words[typo][2] + words[typo][1] + words[typo][3:]
    digits = [index for index, character in enumerate(quote) if character in "0123456789"]
    made = {
        "verbatim": quote,
        "upper case": quote.upper(),
        "no full stop": quote.rstrip("."),
        "line break": " ".join(words[:middle]) + "\n" + " ".join(words[middle:]),
        "first half": " ".join(words[:middle]),
        "typo": " ".join([*words[:typo], swapped, *words[typo + 1 :]]),
        "dropped article": _drop_word(_drop_word(quote, "the"), "a"),
        "dropped not": _drop_word(_drop_word(quote, "no"), "not"),
        "dropped words": " ".join(words[: middle - 1] + words[middle + 2 :]),
        "fabricated": "The tumour board recommended a trial of proton therapy at another centre next spring.",
        "true and fabricated": f"{quote} The tumour board then recommended proton therapy at another centre.",
        "fabricated and true": f"The tumour board then recommended proton therapy at another centre. {quote}",
        "paraphrase": "As documented, " + " ".join(reversed(words)),
        "too short": words[0],
    }
    if digits:
        at = draw.choice(digits)
        made["changed number"] = quote[:at] + str((int(quote[at]) + 3) % 10) + quote[at + 1 :]
    return {name: text for name, text in made.items() if name == "verbatim" or text != quote}


def styles(quote: str, other: str) -> dict[str, str]:
    """Proofs that offer the quote, by name of the way."""
    return {
        "quoted": f'"{quote}"',
        "curly": f"“{quote}”",
        "bare": quote,
        "bullet": f"- {quote}",
        "preface": f'The context states: "{quote}"',
        "two": f'"{quote}"\n"{other}"',
    }


def answers(expected: str) -> dict[str, str]:
    """Answers by what they do; the last of each kind is not in the published word lists."""
    return {
        "right": expected,
        "right in a sentence": f"According to the context, it is {expected}",
        "close": expected[:-1] if len(expected) > 8 else expected + "s",
        "wrong": "Craniospinal irradiation with concurrent vincristine",
        "abstains": "The context does not contain this information.",
        "abstains otherwise": "This was not mentioned.",
        "abstains unlisted": "Nothing in the text tells.",
        "prompted refusal": "I cannot answer based on the provided context.",
        "refuses": "I'm sorry, but as an AI I am unable to give medical advice.",
        "conflict": "The sources give conflicting doses.",
        "empty": "",
    }


def forms(proof: str, answer: str) -> dict[str, str]:
    """Completions by the way in which they are written."""
    think = "Look for the sentence that answers the question."
    fields = {"analysis": think, "proof": proof, "final": answer}
    yaml = "\n".join(f"{key}: {json.dumps(value)}" for key, value in fields.items())
    return {
        "tags": f"<think>{think}</think>\n<proof>{proof}</proof>\n<answer>{answer}</answer>",
        "aliases": f"<reasoning>{think}</reasoning><evidence>{proof}</evidence><final>{answer}</final>",
        "channels": "".join(f"<|channel|>{key}<|message|>{value}<|end|>\n" for key, value in fields.items()),
        "json": json.dumps(fields),
        "fenced json": f"```json\n{json.dumps(fields, indent=1)}\n```",
        "yaml": f"```yaml\n{yaml}\n```",
        "bare yaml": yaml,
        "no answer": f"<think>{think}</think>\n<proof>{proof}</proof>",
        "cut answer": f"<think>{think}</think>\n<proof>{proof}</proof>\n<answer>{answer}",
        "cut proof": f"<think>{think}</think>\n<proof>{proof}\n<answer>{answer}</answer>",
        "no proof": f"<think>{think}</think>\n<answer>{answer}</answer>",
        "empty proof": f"<think>{think}</think>\n<proof></proof>\n<answer>{answer}</answer>",
        "swapped": f"<answer>{answer}</answer>\n<proof>{proof}</proof>",
        "plain": f"{proof} {answer}",
        "nothing": "  \n",
    }


def synthetic(seed: int = 20) -> Iterator[Sample]:
    """Every edit in one style and the other styles verbatim, every answer, every form, in short and long contexts."""
    draw = random.Random(seed)
    for length in ("short", "long"):
        for number, fact in enumerate(_FACTS):
            other = _FACTS[(number + 3) % len(_FACTS)]
            expected = " ".join(fact.rstrip(".").split()[2:7])
            case = Case(f"{length}-{number}", _context(draw, length), "What does the record say?", expected)
            for edit, quote in edits(fact, draw).items():
                for style in ("quoted", "bare"):
                    yield _sample(case, edit, quote, style, "right", "tags", other, length)
            for style in styles(fact, other):
                yield _sample(case, "verbatim", fact, style, "right", "tags", other, length)
            for answer in answers(expected):
                yield _sample(case, "verbatim", fact, "quoted", answer, "tags", other, length)
            for form in forms("", ""):
                yield _sample(case, "verbatim", fact, "quoted", "right", form, other, length)
            trace = f"<think>The dose is not mentioned twice.</think><answer>{expected}</answer>"
            traced = Case(f"{case.id}-traced", case.context, case.question, trace)
            for answer, text in (("right", expected), ("abstains", "The context does not contain this information.")):
                completion = forms(f'"{fact}"', text)["tags"]
                yield Sample(traced, completion, "traced gold", "quoted", answer, "tags", length)
            for gold in ("The context does not contain this.", "The sources are conflicting on this."):
                declining = Case(f"{case.id}-{gold[:9]}", case.context, case.question, gold)
                for answer in ("right", "abstains", "conflict", "prompted refusal"):
                    yield _sample(declining, "verbatim", fact, "quoted", answer, "tags", other, length)


def short(seed: int = 22) -> Iterator[Sample]:
    """Two sentences as a context of less than SHORT characters, one of them quoted with every edit, in every style and
    with every answer: where the reference measures similarity without its shortcuts for long texts."""
    draw = random.Random(seed)
    facts = [*_FACTS, *(quote for quote in _quotes() if len(quote) < SHORT // 2)]
    for number, fact in enumerate(facts):
        other = facts[(number + 1) % len(facts)]
        case = Case(f"pair-{number}", f"{other} {fact}", "What does it say?", " ".join(fact.rstrip(".").split()[2:7]))
        if len(case.context) >= SHORT:
            continue
        for edit, quote in edits(fact, draw).items():
            yield _sample(case, edit, quote, "quoted", "right", "tags", other, "pair")
        for style in styles(fact, other):
            yield _sample(case, "verbatim", fact, style, "right", "tags", other, "pair")
        for answer in answers(case.expected or ""):
            yield _sample(case, "verbatim", fact, "quoted", answer, "tags", other, "pair")


def _quotes() -> Iterator[str]:
    """The quotes of the built-in cases that are long enough to be edited."""
    for row in map(json.loads, BUILT_IN.read_text(encoding="utf-8").splitlines() if BUILT_IN.is_file() else ()):
        for quote in (" ".join(quote.split()) for quote in row["quotes"]):
            if len(quote) > 40 and len(quote.split()) >= 6 and max(map(len, quote.split())) >= 4:
                yield quote


def built_in(seed: int = 21) -> Iterator[Sample]:
    """The same on the cases of the project, where there are any: each case with a few edits of its own quotes."""
    if not BUILT_IN.is_file():
        return
    draw = random.Random(seed)
    for row in map(json.loads, BUILT_IN.read_text(encoding="utf-8").splitlines()):
        if not row["quotes"]:
            continue
        case = Case(row["id"], row["context"], row["question"], row["expected"])
        length = "long" if len(case.context) >= 4_000 else "short"
        quote = " ".join(row["quotes"][0].split())
        if len(quote.split()) < 6:
            continue
        for edit, text in edits(quote, draw).items():
            yield _sample(case, edit, text, "quoted", "right", "tags", quote, length)
        for answer in ("wrong", "abstains", "conflict", "prompted refusal"):
            yield _sample(case, "verbatim", quote, "quoted", answer, "tags", quote, length)


def _sample(case: Case, edit: str, quote: str, style: str, answer: str, form: str, other: str, length: str) -> Sample:
    proof = styles(quote, other)[style]
    completion = forms(proof, answers(case.expected or "")[answer])[form]
    return Sample(case, completion, edit, style, answer, form, length)
