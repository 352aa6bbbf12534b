"""Keys of single words and numbers: what reads alike has one key."""

from __future__ import annotations

import re
from functools import lru_cache

from evaluator import lexicon


def _plural(word: str) -> str:
    if len(word) < 4 or word[-1] != "s" or word[-2:] in ("ss", "us", "is"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses", "zes")):
        return word[:-2]
    return word[:-1]


def _spelling(word: str) -> str:
    """British and American spelling give one key; the key itself need not be a word."""
    if len(word) < 5:
        return word
    word = word.replace("ae", "e").replace("oe", "e").replace("yse", "yze").replace("sulph", "sulf")
    if "is" in word[-_ISATIONS:]:
        word = _ISE.sub(r"iz\1", word)
    word = word.replace("our", "or").replace("ll", "l")
    return _RE.sub("er", word) if len(word) > 4 and word[-1] == "e" else word


_ISE = re.compile(r"is(e[drs]?|ing|ation|ations|er|ers)$")
_ISATIONS = len("isations")
_RE = re.compile(r"(?<=[^\W\d_aeiou])re$")


@lru_cache(maxsize=50_000)
def word_key(word: str) -> str:
    """The key of one folded word, out of context."""
    word = lexicon.SYNONYMS.get(word, word)
    if not word.isascii() or not word.isalpha():
        return word
    key = _plural(word if is_name(word) else _spelling(word))
    return lexicon.SYNONYMS.get(key, key)


def number_key(surface: str) -> str:
    """One key for 1,000 and 1000, 54.0 and 54, 03 and 3; versions and dates such as 1.2.3 stay as they are."""
    decimal = _DECIMAL_COMMA.fullmatch(surface)
    plain = f"{decimal[1] or decimal[3]}.{decimal[2] or decimal[4]}" if decimal else surface.replace(",", "")
    if plain.count(".") > 1:
        return plain
    if "." not in plain:
        return plain[1:] if len(plain) == 2 and plain[0] == "0" else plain
    whole, _, decimals = plain.partition(".")
    decimals = decimals.rstrip("0")
    return (whole or "0") + ("." + decimals if decimals else "")


_DECIMAL_COMMA = re.compile(r"(\d+),(\d{1,2})|(0),(\d{3})")


def is_number(key: str) -> bool:
    return key[:1].isdigit() and " " not in key


def is_name(surface_word: str) -> bool:
    """Whether a folded word (or joined run such as `h3-k27m`) names a drug, gene, mutation or trial."""
    return _known_name(surface_word) if len(surface_word) <= _REMEMBERED else _names_something(surface_word)


_REMEMBERED = 64
"""Characters up to which a word is worth remembering: a hostile run of a megabyte is not."""


def _names_something(surface_word: str) -> bool:
    bare = surface_word.replace("-", "")
    if bare in lexicon.DRUGS or bare in lexicon.SHORT_NAMES:
        return True
    if not bare.isalpha() and any(map(str.isdigit, bare)):
        return bare[:1].isalpha() and sum(map(str.isalpha, bare)) <= 12
    return len(bare) >= 7 and bare.endswith(lexicon.DRUG_ENDINGS)


_known_name = lru_cache(maxsize=50_000)(_names_something)
