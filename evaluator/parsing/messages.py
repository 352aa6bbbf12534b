"""What the parser says of a malformed completion, in sentences for a clinician."""

from __future__ import annotations

from evaluator.types import IssueKind, ParseIssue, SectionKind, Span

TITLES = {SectionKind.THINK: "reasoning", SectionKind.PROOF: "proof", SectionKind.ANSWER: "answer"}


def issue(kind: IssueKind, start: int, end: int, message: str) -> ParseIssue:
    return ParseIssue(kind, Span(start, end), message)


def unclosed(kind: SectionKind, start: int, end: int) -> ParseIssue:
    return issue(IssueKind.UNCLOSED, start, end, f"The {TITLES[kind]} has no end marker.")


def repeated(kind: SectionKind, start: int, end: int) -> ParseIssue:
    return issue(IssueKind.REPEATED, start, end, f"There is another {TITLES[kind]}; only the first one counts.")


def nested(kind: SectionKind, start: int, end: int) -> ParseIssue:
    return issue(IssueKind.NESTED, start, end, f"The {TITLES[kind]} stands within the reasoning.")


def contains_another(kind: SectionKind, start: int, end: int) -> ParseIssue:
    return issue(IssueKind.NESTED, start, end, f"Another section begins within the {TITLES[kind]}.")


def begun_twice(kind: SectionKind, start: int, end: int) -> ParseIssue:
    return issue(IssueKind.NESTED, start, end, f"The {TITLES[kind]} begins a second time before it has ended.")


def mentioned(kind: SectionKind, start: int, end: int) -> ParseIssue:
    message = (
        f"The reasoning mentions the marker of the {TITLES[kind]} in the middle of a line; no section begins there."
    )
    return issue(IssueKind.QUOTED_TAG, start, end, message)


def stray_end(kind: SectionKind | None, start: int, end: int) -> ParseIssue:
    what = "section" if kind is None else TITLES[kind]
    return issue(IssueKind.STRAY_END, start, end, f"An end marker stands where no {what} is open.")


def implied_start(start: int, end: int) -> ParseIssue:
    message = "The reasoning has an end marker but no start marker; it is taken to begin with the completion."
    return issue(IssueKind.STRAY_END, start, end, message)


def mismatched(opened: str, closed: str, start: int, end: int) -> ParseIssue:
    message = f"A section that begins as “{opened}” ends as “{closed}”."
    return issue(IssueKind.MISMATCHED_END, start, end, message)


def missing(kind: SectionKind, length: int) -> ParseIssue:
    kinds = {
        SectionKind.THINK: IssueKind.NO_THINK,
        SectionKind.PROOF: IssueKind.NO_PROOF,
        SectionKind.ANSWER: IssueKind.NO_ANSWER,
    }
    return issue(kinds[kind], length, length, f"There is no {TITLES[kind]}.")


def out_of_order(kind: SectionKind, before: SectionKind, start: int, end: int) -> ParseIssue:
    message = f"The {TITLES[kind]} comes before the {TITLES[before]}."
    return issue(IssueKind.OUT_OF_ORDER, start, end, message)


def outside(start: int, end: int) -> ParseIssue:
    return issue(IssueKind.TEXT_OUTSIDE, start, end, "This text belongs to no section.")
