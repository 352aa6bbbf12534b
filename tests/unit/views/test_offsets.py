from hypothesis import given
from hypothesis import strategies as st

from dipg_ui.views.offsets import encodable, utf16_of
from evaluator.types import Span

ANY_TEXT = st.text(st.characters(codec=None), max_size=40)


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_an_emoji_takes_two_units_and_moves_what_follows() -> None:
    assert utf16_of("a😀b").span(Span(2, 3)) == [3, 4]


def test_a_non_breaking_hyphen_takes_one_unit() -> None:
    assert utf16_of("K27‑altered").span(Span(4, 11)) == [4, 11]


@given(ANY_TEXT)
def test_every_offset_is_the_number_of_units_before_it(text: str) -> None:
    # Lone surrogates are replaced first: next to each other, two of them would read as one character in UTF-16.
    text = encodable(text)
    conversion = utf16_of(text)
    assert [conversion.at(i) for i in range(len(text) + 1)] == [units(text[:i]) for i in range(len(text) + 1)]


def test_lone_surrogates_become_replacement_characters_of_the_same_length() -> None:
    assert encodable("a\ud800b\udfffc") == "a\ufffdb\ufffdc"


@given(ANY_TEXT)
def test_encodable_text_can_be_encoded_and_keeps_every_offset(text: str) -> None:
    sent = encodable(text)
    sent.encode("utf-8")
    assert [utf16_of(sent).at(i) for i in range(len(text))] == [utf16_of(text).at(i) for i in range(len(text))]
