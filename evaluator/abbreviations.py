"""Short forms that a context explains, as in `overall survival (OS)`."""

from __future__ import annotations

import re

from evaluator.normalize import fold
from evaluator.terms import Keys, Phrases, atoms_of, phrases_of

_SHORT_FORM = re.compile(r"\(\s?([A-Z][A-Za-z0-9-]{1,9}|[a-z]{1,2}[A-Z][A-Za-z0-9-]{0,7})s?\s?\)")
_REACH = 90
"""Characters before the bracket in which the long form must begin."""


def find_abbreviations(context: str) -> Phrases:
    """Make each short form and its long form read alike. The long form is the shortest run of words before the bracket
    that begins with the first letter of the short form and holds the others in order (the rule of Schwartz and Hearst,
    2003)."""
    keys: dict[Keys, str] = {}
    for match in _SHORT_FORM.finditer(context):
        short = match[1]
        long = _long_form(context[max(0, match.start() - _REACH) : match.start()], short)
        if long is None:
            continue
        long_keys = tuple(atom.key for atom in atoms_of(fold(long)))
        short_keys = tuple(atom.key for atom in atoms_of(fold(short)))
        for run in (long_keys, short_keys):
            keys.setdefault(run, "".join(short_keys))
    return phrases_of(keys)


def _long_form(before: str, short: str) -> str | None:
    words = re.split(r"(?<=[\s\-‑–/])", before.rstrip())
    letters = [c for c in short.lower() if c.isalnum()]
    for count in range(max(1, len(letters) // 2), min(len(words), len(letters) + 4) + 1):
        candidate = "".join(words[-count:]).strip()
        if any(mark in candidate for mark in ".;:()\n"):
            return None
        if candidate[:1].lower() != letters[0] or len(candidate) <= len(short) + 2:
            continue
        rest = iter(candidate.lower())
        if all(letter in rest for letter in letters):
            return candidate
    return None
