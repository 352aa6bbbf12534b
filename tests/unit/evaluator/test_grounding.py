import pytest

from evaluator.grounding import DEFAULT_THRESHOLD, ground_all, regrade
from evaluator.types import DiffKind, GroundingStatus
from tests.unit.evaluator.grounding_cases import LETTER, TRIAL, a_citation, grounded, passage

LONG = " ".join(f"Visit {n} found the child {n} weeks after treatment in a stable state." for n in range(1, 40))


def test_a_verbatim_quote_is_exact_and_reads_back() -> None:
    grounding = grounded("Median OS was 11.2 months", TRIAL)
    assert grounding.status is GroundingStatus.EXACT
    assert grounding.similarity == 100.0
    assert passage(grounding, TRIAL) == "Median OS was 11.2 months"
    assert grounding.alterations == ()


@pytest.mark.parametrize(
    "quote",
    [
        "MEDIAN OS WAS 11.2 MONTHS",
        "“Median OS was\u00a011.2  months”",
        "Median OS was 11.2 months.",
        "Median\nOS was 11.2 months;",
        "aged 2-18 years received panobinostat",
        "platelets must be at least 75,000/µL",
        "Re\u2011irradiation with 20 Gy in 10 fractions may be considered if at least 6 months have elapsed",
    ],
)
def test_typography_alone_leaves_a_quote_exact(quote: str) -> None:
    assert grounded(quote, TRIAL).status is GroundingStatus.EXACT


def test_the_span_counts_in_the_context_as_received() -> None:
    context = "😀 “Intro”\u00a0— then  the ﬁnal\u200b dose\u00ad of 54\u2009Gy was given."
    grounding = grounded("the final dose of 54 Gy was given", context)
    assert grounding.status is GroundingStatus.EXACT
    assert passage(grounding, context) == "the ﬁnal\u200b dose\u00ad of 54\u2009Gy was given"


def test_only_an_exact_quote_reaches_one_hundred() -> None:
    assert grounded("recommended outside a trial", LETTER).similarity < 100.0
    assert grounded("We recommend focal radiotherapy, 54Gy in 30 daily fractions", LETTER).similarity < 100.0


def test_a_word_inside_another_is_no_match() -> None:
    assert grounded("methylated", "The MGMT promoter was unmethylated here.").status is not GroundingStatus.EXACT
    assert grounded("5 mg", "He takes 15 mg at night.").status is not GroundingStatus.EXACT
    assert grounded("5 mg", "He takes 2.5 mg at night.").status is not GroundingStatus.EXACT
    assert grounded("5 mg at night", "The change was −5 mg at night.").status is not GroundingStatus.EXACT


def test_a_sign_is_not_taken_for_a_bullet() -> None:
    assert grounded("-5 mg at night", "He takes 5 mg at night.").status is not GroundingStatus.EXACT
    assert grounded("> 5 mg at night", "He takes 5 mg at night.").status is not GroundingStatus.EXACT
    assert grounded("- 5 mg at night", "He takes 5 mg at night.").status is GroundingStatus.EXACT


@pytest.mark.parametrize("quote", ["the", "the pons", "a lesion", "progressive ataxia"])
def test_one_or_two_plain_words_are_no_evidence(quote: str) -> None:
    grounding = grounded(quote, LETTER)
    assert grounding.status is GroundingStatus.UNSCORABLE
    assert "too short" in grounding.reason


@pytest.mark.parametrize("quote", ["54 Gy", "36.8 °C", "ONC201", "Temozolomide", "H3 K27M-altered", "625 mg"])
def test_a_quantity_or_a_name_is_evidence_however_short(quote: str) -> None:
    assert grounded(quote, LETTER).status is GroundingStatus.EXACT


@pytest.mark.parametrize("quote", ["", "   ", "…", "“ ”", "---", "\u200b"])
def test_a_quote_without_words_is_unscorable(quote: str) -> None:
    grounding = grounded(quote, LETTER)
    assert grounding.status is GroundingStatus.UNSCORABLE
    assert grounding.span is None


def test_nothing_is_found_in_an_empty_context() -> None:
    grounding = grounded("the lesion of the pons", "")
    assert grounding.status is GroundingStatus.UNGROUNDED
    assert grounding.span is None
    assert grounding.reason == "Nothing in the context resembles the quote."


def test_a_fabricated_sentence_is_ungrounded() -> None:
    grounding = grounded("Surgery cured every child within a year of the first operation.", TRIAL)
    assert grounding.status is GroundingStatus.UNGROUNDED


def test_a_quote_that_swallows_its_context_is_ungrounded() -> None:
    grounding = grounded(LETTER, "There is no hydrocephalus.")
    assert grounding.status is GroundingStatus.UNGROUNDED


def test_quoting_nearly_the_whole_context_is_flagged() -> None:
    assert grounded(TRIAL, TRIAL).covers_context
    assert grounded(TRIAL[: int(len(TRIAL) * 0.95)].rsplit(" ", 1)[0], TRIAL).covers_context
    assert not grounded(TRIAL[: len(TRIAL) // 2].rsplit(" ", 1)[0], TRIAL).covers_context
    assert not grounded("There is no hydrocephalus.", "There is no hydrocephalus.").covers_context


def test_of_two_passages_the_one_with_the_quoted_dose_is_found() -> None:
    context = "Arm A received 54 Gy in 30 fractions of 1.8 Gy. Arm B received 59.4 Gy in 33 fractions of 1.8 Gy."
    grounding = grounded("received fifty-nine point four Gy", context)
    assert grounding.span is None or grounding.status is not GroundingStatus.EXACT
    grounding = grounded("arm B received 59.4Gy in 33 fractions", context)
    assert grounding.status is GroundingStatus.FUZZY
    assert passage(grounding, context) == "Arm B received 59.4 Gy in 33 fractions"


def test_a_near_tie_goes_to_the_passage_with_fewer_alterations() -> None:
    start = (
        "the child was treated at home by the nurse of the unit for the whole of the spring and of the summer, with "
    )
    middle = (
        "dexamethasone at a dose of two milligrams twice daily and omeprazole by mouth, and the weight of the child "
    )
    end = "rose from nineteen to twenty-two kilograms while the gait and the speech became better"
    quote = start + middle + end
    other_dose = quote.replace("two milligrams", "ten milligrams")
    same_dose = quote.replace("two milligrams twice daily", "2 mg b.i.d.").replace("twenty-two kilograms", "22 kg")
    context = f"In one case, {other_dose}. In the next, {same_dose}."
    grounding = grounded(quote, context)
    assert grounding.status is GroundingStatus.FUZZY
    assert passage(grounding, context) == same_dose


def test_of_exact_repeats_the_first_wins_unless_it_is_negated() -> None:
    context = "There was no evidence of spread. Later there was evidence of spread in the spine. Evidence of spread."
    assert grounded("evidence of spread", context).span is not None
    grounding = grounded("evidence of spread", context)
    assert grounding.status is GroundingStatus.EXACT
    assert grounding.span is not None
    assert grounding.span.start == context.index("evidence of spread in the spine")


def test_the_parts_of_an_elided_quote_are_told() -> None:
    grounding = grounded("The left facial palsy improved […] abducens palsy persisted", TRIAL)
    assert [TRIAL[part.start : part.end] for part in grounding.parts] == [
        "The left facial palsy improved",
        "abducens palsy persisted",
    ]
    assert grounding.status is GroundingStatus.FUZZY


def test_an_ellipsis_that_stands_in_the_source_is_no_elision() -> None:
    context = "He said: well … not today, and left the ward."
    assert grounded("well ... not today, and left", context).status is GroundingStatus.EXACT


def test_a_mistyped_word_that_the_context_knows_is_another_word() -> None:
    context = "The message was read by the nurse. The massage was done by the mother on Sunday evening."
    assert grounded("The message was done by the mother on Sunday", context).status is GroundingStatus.ALTERED
    assert grounded("The messsage was read by the nurse", context).status is GroundingStatus.FUZZY


def test_a_mistyped_word_before_a_dose_is_another_drug() -> None:
    context = "At night she takes zolferam 10 mg with food. At noon she eats potatoes with her brother."
    assert grounded("At night she takes zolferan 10 mg with food", context).status is GroundingStatus.ALTERED
    assert grounded("At noon she eats potatoez with her brother", context).status is GroundingStatus.FUZZY


def test_a_short_form_that_the_context_does_not_explain_is_another_word() -> None:
    context = "The large lesion (T2) was seen by the doctor. The large lesion was stable in May."
    assert grounded("The T2 was stable in May", context).status is not GroundingStatus.FUZZY


def test_a_passage_begins_at_its_own_first_word() -> None:
    context = "In May the child and the boy and the old dog walked to the sea with a nurse."
    grounding = grounded("the old dog walkd to the sea", context)
    assert passage(grounding, context) == "the old dog walked to the sea"
    assert grounding.alterations == ()


def test_scraps_far_apart_are_not_one_quote() -> None:
    grounding = grounded("Visit 1 … stable state", LONG)
    assert grounding.status is not GroundingStatus.EXACT
    far = grounded("Visit 1 found the child … 39 weeks", LONG)
    assert far.status in (GroundingStatus.ALTERED, GroundingStatus.UNGROUNDED)


def test_the_diff_covers_the_quote_and_the_passage() -> None:
    quote = "MRI showed an expansile T2-hyperintense leesion … 4.2 × 3.8 × 3.5 cm"
    grounding = grounded(quote, LETTER)
    assert "".join(run.cited for run in grounding.diff) == quote
    assert DiffKind.CHANGED not in {run.kind for run in grounding.diff}


def test_below_the_threshold_the_closest_passage_and_its_alterations_are_kept() -> None:
    grounding = grounded("We recommend focal proton therapy, 50 Gy in 25 daily sessions", LETTER)
    assert grounding.status is GroundingStatus.UNGROUNDED
    assert grounding.span is not None
    assert grounding.alterations
    assert f"below the threshold of {DEFAULT_THRESHOLD:.0f}" in grounding.reason


def test_another_threshold_needs_no_new_search() -> None:
    quotes = ["54 Gy in 33 daily fractions", "There is no hydrocephalus", "We recommend proton therapy, 50 Gy", "the"]
    for quote in quotes:
        for threshold in (50.0, 70.0, 85.0, 97.0, 100.0):
            assert regrade(grounded(quote, LETTER), threshold) == grounded(quote, LETTER, threshold)


def test_citations_keep_their_order() -> None:
    citations = [a_citation("There is no hydrocephalus"), a_citation("nothing of the kind is said here")]
    found = ground_all(citations, LETTER)
    assert [grounding.citation for grounding in found] == citations
    assert [grounding.status for grounding in found] == [GroundingStatus.EXACT, GroundingStatus.UNGROUNDED]


@pytest.mark.parametrize("sign", ["unless", "if", "except"])
def test_a_restriction_after_the_quote_counts_only_in_the_same_sentence(sign: str) -> None:
    quote = "Steroids are given twice a day"
    assert grounded(quote, f"{quote} {sign} glucose is high.").status is GroundingStatus.ALTERED
    assert grounded(quote, f"{quote}. {sign.title()} glucose is high, call.").status is GroundingStatus.EXACT
    assert grounded(f"{quote}.", f"{quote}.\n{sign} glucose is high, call.").status is GroundingStatus.EXACT


def test_a_negation_in_the_clause_before_does_not_reach_into_the_quote() -> None:
    context = "He did not vomit, but the headache was severe at night. No fever. The gait was unsteady today."
    assert grounded("the headache was severe at night", context).status is GroundingStatus.EXACT
    assert grounded("The gait was unsteady today", context).status is GroundingStatus.EXACT
