import pytest

from evaluator.alterations import compare, diff_runs, find_alterations
from evaluator.types import AlterationKind as Kind
from evaluator.types import DiffKind


@pytest.mark.parametrize(
    ("cited", "source", "kind"),
    [
        ("a dose of 50 Gy", "a dose of 54 Gy", Kind.NUMBER),
        ("a dose of 5.4 Gy", "a dose of 54 Gy", Kind.NUMBER),
        ("a dose of 54 cGy", "a dose of 54 Gy", Kind.UNIT),
        ("20 mg orally", "20 mg/m² orally", Kind.UNIT),
        ("seen on 3 May 2023", "seen on 3 March 2023", Kind.NUMBER),
        ("it was effective", "it was not effective", Kind.NEGATION),
        ("it was not effective", "it was effective", Kind.NEGATION),
        ("the promoter was methylated", "the promoter was unmethylated", Kind.NEGATION),
        ("lesion with enhancement", "lesion without enhancement", Kind.NEGATION),
        ("H3 K27I was found", "H3 K27M was found", Kind.NAME),
        ("treated with vinblastine weekly", "treated with vincristine weekly", Kind.NAME),
        ("survival increased", "survival decreased", Kind.DIRECTION),
        ("T2 hypointense lesion", "T2 hyperintense lesion", Kind.DIRECTION),
        ("the right facial palsy", "the left facial palsy", Kind.SIDE),
        ("taken weekly at night", "taken daily at night", Kind.FREQUENCY),
        ("given intravenously now", "given orally now", Kind.ROUTE),
        ("WHO grade III glioma", "WHO grade IV glioma", Kind.GRADE),
        ("a phase 3 trial", "a phase 2 trial", Kind.GRADE),
        ("platelets < 50", "platelets > 50", Kind.COMPARATOR),
        ("surgery after chemotherapy", "surgery before chemotherapy", Kind.ORDER),
        ("all children responded", "some children responded", Kind.QUANTIFIER),
        ("steroids must be given", "steroids may be given", Kind.MODALITY),
        ("the tumour was resected", "the tumour was biopsied", Kind.WORD),
        ("the tumour responded", "the tumour partly and briefly responded", Kind.OMISSION),
        ("the tumour truly and quickly responded", "the tumour responded", Kind.INSERTION),
    ],
)
def test_a_change_of_meaning_has_a_kind(cited: str, source: str, kind: Kind) -> None:
    (alteration,) = find_alterations(cited, source)
    assert alteration.kind is kind


@pytest.mark.parametrize(
    ("cited", "source"),
    [
        ("the tumor was localized", "the tumour was localised"),
        ("54Gy in thirty fractions", "54 Gy in 30 fractions"),
        ("2 mg twice daily", "2 mg b.i.d."),
        ("the dose was given", "dose was given"),
        ("radio-therapy", "radiotherapy"),
        ("the tumuor was seen", "the tumour was seen"),
        ("it isn't effective", "it is not effective"),
    ],
)
def test_a_difference_of_form_is_no_alteration(cited: str, source: str) -> None:
    assert find_alterations(cited, source) == ()


def test_a_message_reads_like_a_remark() -> None:
    (changed,) = find_alterations("a dose of 50 Gy", "a dose of 54 Gy")
    assert changed.message == "The quote says 50 Gy, the source 54 Gy."
    (dropped,) = find_alterations("it was effective", "it was not effective")
    assert dropped.message == "The quote leaves out “not”."


def test_spans_lead_to_the_differing_words() -> None:
    cited, source = "Give 50\u00a0Gy “now”", "Please give 54 Gy  now"
    number = next(a for a in find_alterations(cited, source) if a.kind is Kind.NUMBER)
    assert cited[number.citation_span.start : number.citation_span.end] == number.cited == "50"
    assert source[number.context_span.start : number.context_span.end] == number.source == "54"


def test_two_changes_are_told_apart() -> None:
    kinds = {a.kind for a in find_alterations("left palsy after 54 Gy", "right palsy before 54 Gy")}
    assert kinds == {Kind.SIDE, Kind.ORDER}


def test_the_diff_hides_nothing_and_marks_three_kinds() -> None:
    cited, source = "The tumor got 50 Gy, safely.", "The tumour got 54 Gy, safely"
    runs = diff_runs(compare(cited, source))
    assert "".join(run.cited for run in runs) == cited
    assert "".join(run.source for run in runs) == source
    assert [run.kind for run in runs] == [
        DiffKind.SAME,
        DiffKind.HARMLESS,
        DiffKind.SAME,
        DiffKind.CHANGED,
        DiffKind.SAME,
    ]
