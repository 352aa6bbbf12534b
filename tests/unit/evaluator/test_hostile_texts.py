"""Texts made to be slow: ten times the text may take fifteen times the time, and nothing raises.

Context and completion grow one at a time: 1,000 citations in a context of a megabyte cost 1,000 searches whatever is
done, which is why both are bounded.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from time import process_time

import pytest

from evaluator import facts, folded_context, normalize, terms
from evaluator.evaluate import assess
from evaluator.protocols import RUNGS
from evaluator.types import Case

SMALL, LARGE = 6_000, 60_000
AT_MOST = 15.0
FLOOR = 0.02
"""Seconds under which a small text's time says more about the machine than about the text."""

REMEMBERED = (
    normalize._fold_long, normalize._fold_short, folded_context._case_context, folded_context._long_context,
    facts._read, terms._remembered_atoms,
)  # fmt: skip

TRUE = "The patient received 54 Gy in 30 fractions over six weeks."
CHARACTERS = "".join(
    chr(code)
    for wanted in sorted({unicodedata.category(chr(code)) for code in range(0x110000)})
    for code in [code for code in range(0x30000) if unicodedata.category(chr(code)) == wanted][:40]
)


def repeated(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def numbered(unit: str, size: int) -> str:
    return "".join(unit.format(number) for number in range(size // len(unit)))


def a_completion(proof: str, answer: str = "54 Gy") -> str:
    return f"<think>Look.</think><proof>{proof}</proof><answer>{answer}</answer>"


# name: (how the context grows, the completion it is searched for)
CONTEXTS: dict[str, tuple[Callable[[int], str], str]] = {
    "one letter": (lambda n: "a" * n, a_completion(f'"{"a" * 2_000}"')),
    "one letter, half a quote": (lambda n: "a" * n, a_completion(f'"{"a" * 9_000} b"')),
    "blanks": (lambda n: "a" + " " * n + "b", a_completion('"a b c d"')),
    "single letters": (lambda n: repeated("a b ", n), a_completion(f'"{"b a " * 700}c"')),
    "every kind of character": (lambda n: repeated(CHARACTERS, n), a_completion(f'"{CHARACTERS[:300]}"')),
    "near ties": (
        lambda n: numbered("The dose was {:04} Gy in 30 fractions to the pons. ", n),
        a_completion('"The dose was 99999 Gy in 30 fractions to the pons."'),
    ),
    "ties": (lambda n: repeated(TRUE + " ", n), a_completion('"received 54 Gy"')),
    "ties inside of words": (lambda n: repeated("x54 Gyx ", n), a_completion('"54 Gy"')),
    "ties of parts": (
        lambda n: repeated("one two thre four fiv six seven. ", n),
        a_completion('"' + " ... ".join(["one two three", "four five six"] * 5) + '"'),
    ),
    "digits": (lambda n: "dose " + "9" * n, a_completion(f'"dose {"9" * 2_000}8"')),
    "grouped digits": (lambda n: repeated("1,000,", n), a_completion(f'"{"1,000," * 400}"')),
    "versions": (lambda n: repeated("1.", n), a_completion(f'"{"1." * 1_000}"')),
    "hyphens": (lambda n: repeated("a-b-", n), a_completion(f'"{"a-b-" * 500}c"')),
    "hyphenation": (lambda n: repeated("a-\n", n), a_completion('"a b c d"')),
    "dashes": (lambda n: repeated(" -", n), a_completion('"a b c d"')),
    "raised digits": (lambda n: "a" + repeated("¹,²", n), a_completion('"a b c d"')),
    "short forms": (lambda n: numbered("Xa yb (XY{:04}) ", n), a_completion('"a b c d"')),
    "brackets": (lambda n: repeated("[1,", n), a_completion('"a b c d"')),
    "pointers": (lambda n: repeated("(see fig ", n), a_completion('"see fig and more"')),
    "bracketed words": (lambda n: repeated("[the] ", n), a_completion(f'"{"[the] " * 300}"')),
    "entities": (lambda n: repeated("&lt;&a", n), a_completion('"a b c d"')),
    "tags": (lambda n: repeated("<b>", n), a_completion('"a b c d"')),
    "list numbers": (lambda n: numbered("{:02}. some words here\n", n), a_completion('"some words herr 1. some"')),
    "accents": (lambda n: "a" + "\u0301" * n, a_completion('"a b c d"')),
    "dates": (lambda n: repeated("3 March ", n), a_completion(f'"{"March 3 " * 200}"')),
    "number words": (
        lambda n: repeated("two hundred and fifty thousand ", n),
        a_completion(f'"{"fifty thousand two hundred and " * 50}"'),
    ),
    "no blanks": (lambda n: repeated("abcdefgh", n), a_completion(f'"{"abcdefgx" * 250}"')),
    "a script without blanks": (
        lambda n: repeated("患者は放射線治療を受けた。", n),
        a_completion(f'"{"患者は放射線療法を受けた。" * 100}"'),
    ),
}

# name: how the completion grows, in a context of one sentence
COMPLETIONS: dict[str, Callable[[int], str]] = {
    "true quotes": lambda n: a_completion(repeated(f'"{TRUE}"\n', n)),
    "false quotes": lambda n: a_completion(numbered('"some other text number {:04} here"\n', n)),
    "one quote": lambda n: a_completion('"' + "a" * n + '"'),
    "every kind of character": lambda n: a_completion(f'"{repeated(CHARACTERS, n)}"', repeated(CHARACTERS, n)),
    "tags within tags": lambda n: repeated("<think><proof><answer>", n),
    "tags closed in a row": lambda n: repeated("<proof>a", n // 2) + repeated("</proof>", n // 2),
    "JSON with bare quotation marks": lambda n: (
        f'{{"proof": "{repeated("the “dose” was ", n)}", "answer": "54 Gy"}}'.replace("“", '"').replace("”", '"')
    ),
    "JSON with false keys": lambda n: '{"proof": "' + repeated('", "x": "', n) + '", "answer": "54 Gy"}',
    "JSON of quotation marks": lambda n: '{"proof": "' + '"' * n,
    "JSON without end": lambda n: '{"proof": [' + repeated('"a b c d e", [', n),
    "JSON braces": lambda n: repeated('{"proof": ', n),
    "YAML list": lambda n: "think: a\nanswer: b\nproof:\n" + repeated('  - "a b c d e"\n', n),
    "YAML braces": lambda n: "think: a\nanswer: b\nproof: " + repeated("{a: ", n),
    "YAML that is none": lambda n: "think: a\nanswer: b\nproof: " + repeated('"a" b: [\n', n),
    "ellipses": lambda n: a_completion(f'"{repeated("received ... 54 Gy ... ", n)}"'),
    "full stops": lambda n: a_completion('"' + ". " * (n // 2) + '"'),
    "list numbers": lambda n: a_completion(numbered("{}. some words here\n", n)),
    "prefaces": lambda n: a_completion(repeated("The context states: a b c, \n", n)),
    "open quotation marks": lambda n: a_completion(repeated("“a b c d ", n)),
    "blank proof": lambda n: a_completion("\n" * n),
    "bracketed words": lambda n: a_completion(f'"{repeated("[the] ", n)}"'),
    "digits": lambda n: a_completion(f'"{"9" * n}"', "9" * n),
    "numbers": lambda n: a_completion(f'"{numbered("{:05} ", n)}"', numbered("{:05} ", n)),
    "names": lambda n: a_completion(f'"{TRUE}"', numbered("ONC{:04} ", n)),
    "doses": lambda n: a_completion(f'"{TRUE}"', repeated("5 mg/kg/day ", n)),
    "abstentions": lambda n: a_completion(f'"{TRUE}"', repeated("the context does not contain the ", n)),
    "denials": lambda n: a_completion(f'"{TRUE}"', repeated("not explicitly further no conflict but ", n)),
    "reasoning": lambda n: f"<think>{repeated('a “b” c ', n)}</think>{a_completion(TRUE)}",
}


def seconds(case: Case, completion: str) -> float:
    """CPU seconds of a call that finds nothing remembered; of a short one the better of two."""
    times = []
    while not times or (times == times[:1] and times[0] < 0.2):
        for remembered in REMEMBERED:
            remembered.cache_clear()
        start = process_time()
        assess(case, completion, RUNGS)
        times.append(process_time() - start)
    return min(times)


def growth(made: Callable[[int], tuple[Case, str]]) -> float:
    """How many times longer the large text takes: the best of three tries, as other work on the machine also takes the
    processor's caches."""
    ratios = []
    while len(ratios) < 3 and not any(ratio <= AT_MOST for ratio in ratios):
        small, large = (seconds(*made(size)) for size in (SMALL, LARGE))
        ratios.append(large / max(small, FLOOR))
    return min(ratios)


def a_case(context: str) -> Case:
    return Case("1", context, "What dose was given?", "54 Gy in 30 fractions")


@pytest.mark.parametrize("name", CONTEXTS)
def test_time_grows_no_faster_than_a_hostile_context(name: str) -> None:
    grow, completion = CONTEXTS[name]
    assert growth(lambda size: (a_case(grow(size)), completion)) <= AT_MOST


@pytest.mark.parametrize("name", COMPLETIONS)
def test_time_grows_no_faster_than_a_hostile_completion(name: str) -> None:
    assert growth(lambda size: (a_case(TRUE), COMPLETIONS[name](size))) <= AT_MOST


@pytest.mark.parametrize("grow", [CONTEXTS["one letter"][0], CONTEXTS["digits"][0]], ids=["letters", "digits"])
def test_a_quote_as_long_as_its_context_is_searched_in_time(grow: Callable[[int], str]) -> None:
    """Both grow: a text of one letter has as many equally good places as letters."""
    small, large = (seconds(a_case(grow(size)), a_completion(f'"{grow(size // 2)} b"')) for size in (SMALL, LARGE))
    assert large <= 100 * max(small, FLOOR)
