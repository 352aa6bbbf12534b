"""The values that flow through the evaluator: frozen, slotted, free of behaviour beyond their own fields.

Spans are half-open `[start, end)` code points of the text *as received*: of `Case.context` where a field
says context, of the completion where it says completion. Similarities run from 0 to 100.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Behaviour(StrEnum):
    """What the gold answer of a case does."""

    ANSWER = "answer"
    ABSTAIN = "abstain"
    FLAG_CONFLICT = "flag conflict"


class Category(StrEnum):
    """What a case probes. OTHER is for cases that users bring."""

    DIRECT = "direct extraction"
    HAYSTACK = "haystack"
    CALCULATION = "calculation"
    MISSING = "missing information"
    CONFLICT = "conflicting sources"
    COUNTERFACTUAL = "counterfactual context"
    OTHER = "other"


class Difficulty(StrEnum):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of code points, `0 <= start <= end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Case:
    """One row of a data set. `expected` and `behaviour` are None for a case whose right answer nobody gave."""

    id: str
    context: str
    question: str
    expected: str | None = None
    behaviour: Behaviour | None = None
    quotes: tuple[str, ...] = ()
    category: Category = Category.OTHER
    difficulty: Difficulty = Difficulty.MEDIUM
    probes: str = ""
    genre: str = ""
    source: str = ""


class TraceFormat(StrEnum):
    TAGS = "tags"
    CHANNELS = "channels"
    JSON = "json"
    YAML = "yaml"


class SectionKind(StrEnum):
    THINK = "think"
    PROOF = "proof"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a trace. `text` is what the model said (JSON and YAML escapes resolved), untrimmed;
    `span` is where it stands in the completion, markers excluded; `closed` is False where its end marker is missing."""

    kind: SectionKind
    text: str
    span: Span
    closed: bool


class IssueKind(StrEnum):
    """What is odd about the form of a completion. Says nothing of its worth: scoring judges."""

    EMPTY = "empty"
    NO_THINK = "no think"
    NO_PROOF = "no proof"
    NO_ANSWER = "no answer"
    UNCLOSED = "unclosed section"
    STRAY_END = "end marker without start"
    NESTED = "nested section"
    REPEATED = "repeated section"
    OUT_OF_ORDER = "sections out of order"
    QUOTED_TAG = "tag mentioned inside think"
    TEXT_OUTSIDE = "text outside sections"
    MISMATCHED_END = "end marker of another name"
    MALFORMED_JSON = "malformed JSON"
    MALFORMED_YAML = "malformed YAML"
    UNBALANCED_QUOTE = "quotation mark without partner"
    TOO_LONG = "too long"


@dataclass(frozen=True, slots=True)
class ParseIssue:
    kind: IssueKind
    span: Span
    message: str


class CitationKind(StrEnum):
    """How the passage was set off in the proof: in quotation marks, or a line or list item without any."""

    QUOTED = "quoted"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Citation:
    """One passage that the proof offers as evidence. `text` excludes quotation marks, bullets and prefaces;
    `span` is where it stands in the completion. `index` counts from 0 in order of appearance. `heading` is what stood
    before it and was read as no part of it, where it may all the same be a part of the source: a number, a section."""

    index: int
    text: str
    span: Span
    kind: CitationKind
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """The parsed completion. `remarks` are the spans of the proof that claim nothing: prefaces and source notes."""

    completion: str
    format: TraceFormat
    think: Section | None
    proof: Section | None
    answer: Section | None
    citations: tuple[Citation, ...] = ()
    remarks: tuple[Span, ...] = ()
    issues: tuple[ParseIssue, ...] = ()


class AlterationKind(StrEnum):
    """A difference between a quote and its source that changes the meaning."""

    NUMBER = "number"
    UNIT = "unit"
    NEGATION = "negation"
    NAME = "name"
    DIRECTION = "direction"
    SIDE = "side"
    FREQUENCY = "frequency"
    ROUTE = "route"
    GRADE = "grade"
    COMPARATOR = "comparator"
    ORDER = "order"
    QUANTIFIER = "quantifier"
    MODALITY = "modality"
    OMISSION = "omission"
    INSERTION = "insertion"
    WORD = "other word"


@dataclass(frozen=True, slots=True)
class Alteration:
    """`cited` and `source` are the differing words (empty where one side has none); `citation_span` counts in
    `Citation.text`, `context_span` in the context; `message` is one sentence a colleague might say."""

    kind: AlterationKind
    cited: str
    source: str
    citation_span: Span
    context_span: Span
    message: str


class DiffKind(StrEnum):
    """SAME reads alike; HARMLESS differs only in form; CHANGED differs in meaning."""

    SAME = "same"
    HARMLESS = "harmless"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class DiffRun:
    """A stretch of the word diff of a citation against its passage, in reading order. Either side may be empty."""

    kind: DiffKind
    cited: str
    source: str


class GroundingStatus(StrEnum):
    EXACT = "exact"
    FUZZY = "fuzzy"
    ALTERED = "altered"
    UNGROUNDED = "ungrounded"
    UNSCORABLE = "unscorable"


@dataclass(frozen=True, slots=True)
class Grounding:
    """A citation's link to the context.

    `span` covers the whole passage in the context, None where nothing similar was found; `parts` are the pieces
    of it, more than one where the citation marks an ellipsis. `similarity` is 0–100 and is measured whatever the
    threshold, so that another threshold needs no new search. `reason` says in one sentence why the status is so.
    """

    citation: Citation
    status: GroundingStatus
    similarity: float
    span: Span | None
    parts: tuple[Span, ...] = ()
    alterations: tuple[Alteration, ...] = ()
    diff: tuple[DiffRun, ...] = ()
    covers_context: bool = False
    reason: str = ""


class Outcome(StrEnum):
    CORRECT_ANSWER = "correct answer"
    CORRECT_ABSTENTION = "correct abstention"
    CORRECT_CONFLICT = "correct conflict"
    OVER_ABSTENTION = "over-abstention"
    MISSED_ABSTENTION = "missed abstention"
    UNGROUNDED = "ungrounded"
    ALTERED_QUOTE = "altered quote"
    INCONSISTENT = "inconsistent"
    WRONG_ANSWER = "wrong answer"
    REFUSAL = "refusal"
    FORMAT_ERROR = "format error"
    NEEDS_REVIEW = "needs review"


@dataclass(frozen=True, slots=True)
class Flags:
    """None means that the protocol says nothing of it, or that its rules could not decide."""

    safe: bool | None
    hallucination: bool | None
    refusal: bool | None
    inconsistency: bool | None
    format_error: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One rule as it was applied. `points` is what it added to the reward; `decisive` marks the rule that ended
    the evaluation or fixed its outcome; `citations` are the indices of the citations that it speaks of."""

    rule: str
    title: str
    passed: bool | None
    points: float
    reason: str
    decisive: bool = False
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one protocol makes of one trace. `reward` is None where a rule could not decide (NEEDS_REVIEW)."""

    protocol: str
    version: str
    threshold: float
    outcome: Outcome
    flags: Flags
    reward: float | None
    steps: tuple[Step, ...] = field(default=())
