"""Products cut into words and phrases that can be left out."""

from typing import Any

import pytest

from xscene_core.newcategory.words import MOST, PHRASE, Span, pieces_of, spoken, without_words


def item(**more: str) -> dict[str, Any]:
    return {"title": "", "description": "", "brand": "", "category": "", "price": 3.0} | more


LONG = item(
    title="Blue wool throw",
    description=" ".join(
        f"Sentence {number} says that the wool number {number} is soft, warm and easy to wash at home."
        for number in range(9)
    ),
    brand="Loom & Sons",
)


def test_every_different_word_of_a_short_text_is_one_piece_wherever_it_stands() -> None:
    lamp = item(title="Red lamp", description="A red reading lamp.", brand="Red House", category="lamp")
    pieces = pieces_of(lamp)
    assert [spoken(lamp, piece) for piece in pieces] == ["Red", "lamp", "A", "reading", "Red House"]
    assert pieces[0] == (Span("title", 0, 3), Span("description", 2, 5))
    left = without_words(lamp, pieces[1])
    assert (left["title"], left["description"], left["category"]) == ("Red", "A red reading .", "")
    assert left["brand"] == "Red House"
    assert left["price"] == 3.0


def test_a_long_text_is_cut_into_phrases_that_cover_all_of_it() -> None:
    pieces = pieces_of(LONG)
    assert len(pieces) <= MOST
    assert [spoken(LONG, piece) for piece in pieces[:3]] == ["Blue", "wool", "throw"]
    phrases = [spoken(LONG, piece) for piece in pieces if piece[0].field == "description"]
    assert all(len(phrase.split()) >= PHRASE for phrase in phrases)
    assert not any("home. Sentence" in phrase for phrase in phrases)
    left = without_words(LONG, [span for piece in pieces for span in piece])
    assert not any(
        character.isalnum() for field in ("title", "description", "brand") for character in left[field]
    )


def test_more_sentences_than_pieces_are_joined() -> None:
    many = item(title="Rug", description=" ".join(f"Word{number} here." for number in range(90)))
    assert len(pieces_of(many)) <= MOST


def test_overlapping_pieces_are_left_out_together() -> None:
    throw = item(title="Blue throw", description="Soft blue wool throw")
    spans = [Span("description", 0, 9), Span("description", 5, 9), Span("description", 5, 14)]
    assert without_words(throw, spans)["description"] == "throw"


def test_scripts_without_spaces_are_cut_too() -> None:
    lamp = item(title="红色台灯")
    assert [spoken(lamp, piece) for piece in pieces_of(lamp)] == ["红", "色", "台", "灯"]
    assert without_words(lamp, pieces_of(lamp)[0])["title"] == "色台灯"


@pytest.mark.parametrize("text", ["", "   ", "!!! ...", "🎁"])
def test_what_has_no_words_has_no_pieces(text: str) -> None:
    assert pieces_of(item(title=text)) == []
