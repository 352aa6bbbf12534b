"""Dangerous edits of what is ranked and timed: clock, age, comparator, grade, phase, frequency."""

from __future__ import annotations

from tests.edits.families import Family, Harm
from tests.edits.wording import HYPHENS, one_of, others, pairs, rule, word

_CLOCK = one_of(
    rule(r"\b(\d\d?):(\d\d)\b", lambda f, draw: f"{(int(f[1]) + draw.choice([1, 2, 12])) % 24:02d}:{f[2]}"),
    rule(r"\b(\d\d?):(\d\d)\b", lambda f, draw: f"{f[1]}:{(int(f[2]) + draw.choice([15, 20, 35])) % 60:02d}"),
    *others("morning", "evening", "afternoon", "noon", "night"),
    *pairs(("midday", "midnight"), ("day", "night")),
)
_AGES = one_of(
    rule(
        rf"\b(\d{{1,2}})(?=[\s{HYPHENS}](?:years?|y|months?)(?:[\s{HYPHENS}]old)?\b)",
        lambda f, draw: str(max(1, int(f[1]) + draw.choice([-3, -2, -1, 1, 2, 3, 10]))),
    ),
    rule(rf"(?<=\d[\s{HYPHENS}])year(?=s?[\s{HYPHENS}]old|s\b)", "month"),
    rule(r"(?<=\baged\s)(\d+)", lambda f, draw: str(int(f[1]) + draw.choice([1, 2, 5]))),
    *pairs(("infant", "adolescent"), ("child", "adult"), ("children", "adults"), ("young", "old")),
)
_COMPARATORS = one_of(
    rule("≥", lambda f, draw: draw.choice(["≤", ">", "<", "="])),
    rule("≤", lambda f, draw: draw.choice(["≥", "<", ">", "="])),
    rule(r"(?<![-\w/])<(?!\w*>)", lambda f, draw: draw.choice([">", "≥", "≤"])),
    rule(r"(?<![-\w])>(?=\s?\d)", lambda f, draw: draw.choice(["<", "≤", "≥"])),
    *pairs(("at least", "at most"), ("more than", "less than"), ("above", "below"), ("over", "under")),
    *pairs(("greater than", "smaller than"), ("up to", "at least"), ("longer than", "shorter than")),
    word("at least", "exactly", "less than", "no more than"),
    word("about", "exactly", "more than"),
    word("within", "after"),
    word("almost", "more than"),
    word("no more than", "more than"),
)
_GRADES = one_of(
    rule(
        r"\b(WHO|CTCAE|CNS WHO)?(\s?)(grade|stage)(\s)([0-5])\b(?!\.\d)",
        lambda f, draw: f"{f[1] or ''}{f[2]}{f[3]}{f[4]}" + draw.choice([n for n in "12345" if n != f[5]]),
    ),
    rule(
        r"(?<=\bgrade\s)(IV|III|II|I)\b",
        lambda f, draw: draw.choice([n for n in ("I", "II", "III", "IV") if n != f[1]]),
    ),
    rule(r"(?<=\bLansky\s)(\d+)", lambda f, draw: str(int(f[1]) + draw.choice([10, -10, -20]))),
    rule(r"(?<=\bGCS\s)(\d+)", lambda f, draw: str(int(f[1]) - draw.choice([1, 2, 3]))),
    *pairs(("high-grade", "low-grade"), ("mild", "severe"), ("moderate", "severe"), ("mild", "moderate")),
    word("high grade", "low grade"),
)
_PHASES = one_of(
    rule(r"(?<=\bphase\s)([1-3])\b", lambda f, draw: draw.choice([n for n in "123" if n != f[1]])),
    rule(r"(?<=\bphase\s)(III|II|I)\b", lambda f, draw: draw.choice([n for n in ("I", "II", "III") if n != f[1]])),
    rule(
        rf"\b((?i:level|cycle|arm|group|cohort|course|week|day|patient|version|part))(\s)(\d+|[A-D])\b(?![./{HYPHENS}]\d)",
        lambda f, draw: (
            f"{f[1]}{f[2]}"
            + (
                str(int(f[3]) + draw.choice([1, 2]))
                if f[3].isdigit()
                else draw.choice([c for c in "ABCD" if c != f[3]])
            )
        ),
        flags=0,
    ),
)
_FREQUENCIES = one_of(
    *others("daily", "weekly", "monthly"),
    *others("once", "twice", "three times", "four times"),
    *pairs(("every day", "every week"), ("each day", "each week"), ("alternate days", "consecutive days")),
    *pairs(("a day", "a week"), ("per day", "per week"), ("per week", "per month"), ("a week", "a month")),
    *pairs(("morning", "evening"), ("continuous", "intermittent"), ("every week", "every month")),
    rule(r"(?<=\bevery\s)(\d+|two|three|four|five|six|eight)\b", lambda f, draw: draw.choice(["seven", "10", "nine"])),
    rule(rf"\b(once|twice)[\s{HYPHENS}](daily|weekly)", lambda f, draw: draw.choice(["as needed", "every other day"])),
)


RANKS: tuple[Family, ...] = tuple(
    Family(name, Harm.DANGEROUS, edit)
    for name, edit in (
        ("time of day", _CLOCK),
        ("age", _AGES),
        ("comparator", _COMPARATORS),
        ("grade and severity", _GRADES),
        ("phase, cycle and group", _PHASES),
        ("frequency", _FREQUENCIES),
    )
)
