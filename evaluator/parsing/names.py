"""The words by which completions name their parts, as data: the Method page lists them.

Source: the format parser of openenv-dipg-safety 0.1.27 (`med_safety_eval.format_parser`), which knows the tag
names for tags and adds the extra keys for JSON and YAML.
"""

from __future__ import annotations

from collections.abc import Mapping

from evaluator.types import SectionKind

TAG_NAMES: Mapping[SectionKind, tuple[str, ...]] = {
    SectionKind.THINK: ("think", "analysis", "reasoning", "thought"),
    SectionKind.PROOF: ("proof", "trace", "evidence", "quote"),
    SectionKind.ANSWER: ("answer", "final", "conclusion", "result"),
}

EXTRA_KEYS: Mapping[SectionKind, tuple[str, ...]] = {
    SectionKind.THINK: ("thoughts", "explanation"),
    SectionKind.PROOF: ("reference", "source"),
    SectionKind.ANSWER: ("final_answer",),
}

CHANNEL_ENDS: tuple[str, ...] = ("<|end|>", "<|return|>", "<|call|>")

_KIND_OF_TAG = {name: kind for kind, names in TAG_NAMES.items() for name in names}
_KIND_OF_KEY = _KIND_OF_TAG | {name: kind for kind, names in EXTRA_KEYS.items() for name in names}

KEY_NAMES: tuple[str, ...] = tuple(_KIND_OF_KEY)


def kind_of_tag(name: str) -> SectionKind | None:
    """The section that a tag or channel name opens; letter case does not matter."""
    return _KIND_OF_TAG.get(name.lower())


def kind_of_key(key: str) -> SectionKind | None:
    """The section that a JSON or YAML key holds: "Final Answer" and "final-answer" read as "final_answer"."""
    return _KIND_OF_KEY.get(key.strip().lower().replace(" ", "_").replace("-", "_"))


def may_become_tag(beginning: str) -> bool:
    """Whether some tag name starts with these letters: the rest may still be on its way."""
    lowered = beginning.lower()
    return any(name.startswith(lowered) for name in _KIND_OF_TAG)
