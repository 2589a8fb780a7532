"""Reasons of a reading: stored as codes, told in the reader's language whenever they are read."""

import json

import pytest
from django.utils import translation

from leads.interpret import Reason, interpret, sentence
from leads.interpret.reasons import FACTS, SENTENCES
from leads.normalize import extract

OFFER = "نصمم لك موقعا احترافيا لشركتك بخصم ٤٠٪، تواصل معنا الان"


def test_a_reason_is_stored_as_code_and_words_without_any_sentence() -> None:
    stored = json.loads(json.dumps(Reason("intent_purchase", ("ابدأوا",)).as_json()))
    assert stored == {"code": "intent_purchase", "params": {"words": ["ابدأوا"]}}


def test_a_stored_reason_is_told_in_the_language_of_its_reader() -> None:
    stored = Reason("urgency_high", ("ضروري", "اليوم")).as_json()
    with translation.override("en"):
        assert sentence(stored) == "Says it is urgent: ضروري, اليوم"
    with translation.override("ar"):
        told = sentence(stored)
    assert "ضروري، اليوم" in told
    assert "urgent" not in told


def test_a_fact_is_told_in_the_language_of_the_reader_too() -> None:
    stored = Reason("chance_up", fact="budget").as_json()
    with translation.override("en"):
        assert sentence(stored) == "Raises it: names a budget"


def test_a_sentence_of_an_older_row_is_shown_as_it_is() -> None:
    assert sentence("Words of a job-seeker: CV") == "Words of a job-seeker: CV"
    assert sentence("@nobody: hello") == "@nobody: hello"


@pytest.mark.parametrize(
    "reason",
    [
        Reason("tone_none"),
        Reason("spam_signal", ("50%",), "discount"),
        Reason("intent_job", ("سيرتي", "وظيفة")),
    ],
)
def test_a_line_of_a_log_is_read_as_the_reason_it_was(reason: Reason) -> None:
    assert sentence(reason.as_line()) == sentence(reason.as_json()) == str(reason)


@pytest.mark.parametrize("stored", [None, 7, [], {}, {"code": 3, "params": "x"}, {"params": None}])
def test_whatever_is_stored_can_be_shown(stored: object) -> None:
    assert isinstance(sentence(stored), str)


def test_every_reason_of_a_message_has_a_sentence() -> None:
    for text in (
        OFFER,
        "بكام متر الباركيه ضروري",
        "qwerty asdf",
        "hola",
        "please send the invoice",
    ):
        found = interpret(text, extract(text, region="EG"), region="EG")
        for name in ("language", "dialect", "intent", "urgency", "spam", "tone", "probability"):
            for reason in getattr(found, name).reasons:
                assert reason.code in SENTENCES
                assert not reason.fact or reason.fact in FACTS


def test_an_offer_of_a_topic_never_seen_names_what_gave_it_away() -> None:
    found = interpret(OFFER, extract(OFFER, region="SA"), region="SA")
    with translation.override("en"):
        told = " ".join(map(str, found.spam.reasons))
    assert found.is_spam
    assert "لشركتك" in told
