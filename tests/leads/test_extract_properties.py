"""Whatever is written, reading it never fails and the evidence is where it says it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.interpret import interpret
from leads.normalize import extract

_PIECES = st.sampled_from(
    ["مطبخ", "٤ متر", "عايز", "0100 123 4567", "a@b.example", "ميزانية", "١٢ الف", "جنيه", "شركة",
     "النور",
     "\x00", "\u202e", "\u200f", "ـ", "ً", "👍", "\ud800", "ﷺ", "²", "½", "\n", "،", "-", "3ayz",
     "villa",
     "$", "999999999999999999", "1.2.3.4", "@@", "http://x.example/?q=1", "م/", "Eng.", "ابو",
     "في", "×", "ﻼ"]
)  # fmt: skip


def _read(text: str) -> None:
    found = extract(text, region="EG")
    for item in found:
        if item.start is not None and item.end is not None:
            assert text[item.start : item.end] == item.raw
            assert item.raw
        assert 0 <= item.confidence <= 1
    reading = interpret(text, found)
    assert 0 <= reading.spam.value <= 1
    assert 0 <= reading.probability.value <= 1
    for reason in reading.intent.reasons:
        assert str(reason)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_and_every_span_holds_what_was_written(text: str) -> None:
    _read(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=25), st.sampled_from(["", " "]))
def test_any_mixture_of_telling_pieces_is_read(pieces: list[str], between: str) -> None:
    _read(between.join(pieces))


@pytest.mark.parametrize(
    "text",
    ["", " ", "\x00", "\ud800\udfff", "\u202e\u202d\u2066", "👍🏽" * 50, "ـ" * 500, "1" * 5000,
     "@" * 5000,
     "a@" * 3000, "و" * 5000, "5 x " * 3000, "عايز ٤ متر مطبخ، " * 12_000, "1,000," * 4000],
    ids=lambda text: repr(text[:12]),
)  # fmt: skip
def test_hostile_texts_are_read(text: str) -> None:
    _read(text)


def test_a_very_long_text_is_read_up_to_a_limit() -> None:
    found = extract("x " * 100_000 + "call 01001234567", region="EG")

    assert all(item.end is None or item.end <= 20_000 for item in found)


def test_an_unknown_region_is_no_error() -> None:
    assert extract("باب خشب", region="")
    assert extract("باب خشب", region="ZZ")
