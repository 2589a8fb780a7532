"""Messages written before the rules were looked at: what was learned from them must not be lost."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from leads.evaluation import evaluate, read_labelled
from leads.interpret import Interpretation, interpret
from leads.interpret.learning import learn
from leads.interpret.opinion import INTENTS, read_opinion
from leads.management.commands import train_opinion
from leads.normalize import extract
from leads.normalize.folding import fold

HERE = Path(__file__).parent
BLIND, OWN = HERE / "enquiries_blind.jsonl", HERE / "enquiries.jsonl"
CLOSES = 0.9  # from here a lead is put away without being looked at


def understood(text: str, region: str = "EG") -> Interpretation:
    return interpret(text, extract(text, region=region), region=region)


def genuine_rows() -> Iterator[dict[str, Any]]:
    for path in (OWN, BLIND):
        yield from (row for row in read_labelled(path) if row["labels"]["intent"] != "spam")


def test_the_blind_batches_stay_well_above_the_floors() -> None:
    figures = evaluate(read_labelled(BLIND)).as_dict()
    fields, accuracy = figures["fields"], figures["accuracy"]
    assert figures["spam"]["f1"] >= 0.95
    assert accuracy["intent"] >= 0.95
    assert accuracy["category"] >= 0.93
    assert accuracy["language"] >= 0.98
    assert min(fields["phones_e164"]["f1"], fields["emails"]["f1"]) >= 0.98
    assert fields["budget"]["f1"] >= 0.9


def test_no_genuine_message_of_any_batch_is_put_away_as_spam() -> None:
    closed = [
        row["id"]
        for row in genuine_rows()
        if understood(row["text"], row["default_region"]).spam.value >= CLOSES
    ]
    assert closed == []


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("شركة قروض وتمويل محتاجة ١٢ مكتب موظفين و٣ كراسي انتظار", "EG"),
        ("our crypto exchange needs 40 desks and a reception counter in Dubai, send price", "AE"),
        ("نبي ستائر لعيادة مساج بالرياض ٥ غرف كم السعر", "SA"),
        ("عندنا كازينو فيه قاعة افراح ومحتاجين سجاد ٤٠٠ متر", "EG"),
        ("digital marketing agency looking for glass partitions, 60 sqm, Sharjah", "AE"),
    ],
)
def test_a_customer_whose_own_trade_sounds_like_spam_is_no_spam(text: str, region: str) -> None:
    assert not understood(text, region).is_spam


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("امتى الصنايعي هييجي يقفل الشغل؟", "support"),
        ("وين صارت شحنتي", "support"),
        ("when will your fitters finish the stairs", "support"),
        ("العمال خدشوا الارضية ومشيوا", "complaint"),
        ("your crew cracked two tiles and left", "complaint"),
        ("رجعولي المقدم، مش عايز اكمل", "complaint"),
        ("مين هيتحمل تمن اللوح اللي اتكسر", "complaint"),
        ("عايز حد ييجي ياخد مقاس الدولاب", "purchase"),
        ("موافقين على عرضكم، نبدأ التنفيذ", "purchase"),
        ("نبحث عن موزعين لمنتجاتنا في بلدكم", "partnership"),
        ("لو جبتلكم زباين ليا نسبة؟", "partnership"),
        ("is this the number of the pharmacy", "other"),
        ("هل هذا رقم المستوصف", "other"),
        ("ممكن اشتغل عندكم حارس", "job"),
        ("ابعتلي الكود اللي وصلك على الواتساب", "spam"),
        ("ادخل الرابط وسجل واكسب ٣٠٠ دولار يوميا", "spam"),
    ],
)
def test_turns_of_phrase_tell_the_intent(text: str, intent: str) -> None:
    assert understood(text).intent.value == intent


def test_what_broke_at_the_customers_own_is_no_complaint_but_a_wish() -> None:
    assert understood("شباك المحل انكسر ومحتاج واحد جديد النهارده").intent.value == "purchase"
    assert understood("الشباك اللي ركبتوه انكسر").intent.value in {"complaint", "support"}


def test_the_second_opinion_alone_puts_no_message_away() -> None:
    reading = understood("hello, bookings for the spring cruise to the islands are open")
    assert reading.spam.value < CLOSES


def test_the_second_opinion_knows_all_intents_and_is_a_distribution() -> None:
    opinion = read_opinion(fold("متابعين حقيقيين لصفحتك"))
    assert tuple(opinion) == INTENTS
    assert max(opinion, key=lambda name: opinion[name]) == "spam"
    assert sum(2.718281828**value for value in opinion.values()) == pytest.approx(1.0, abs=1e-6)


def test_learning_gives_the_same_weights_every_time() -> None:
    examples = [("job", "my cv"), ("job", "cv sent"), ("spam", "win cash"), ("spam", "cash win")]
    assert learn(examples) == learn(examples)


def test_training_writes_weights_from_a_labelled_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "examples.tsv"  # all that ship take half a minute
    shipped.write_text("quote_request\tdesks\tكم سعر المكتب\n", encoding="utf-8")
    monkeypatch.setattr(train_opinion, "_EXAMPLES", shipped)
    rows = [{"text": "ارفق سيرتي", "labels": {"intent": "job"}}] * 2
    source, output = tmp_path / "rows.jsonl", tmp_path / "weights.tsv"
    source.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    call_command("train_opinion", str(source), output=output, stdout=StringIO())
    assert "<bias>\t" in output.read_text(encoding="utf-8")


def test_training_names_an_unknown_intent(tmp_path: Path) -> None:
    source = tmp_path / "rows.jsonl"
    source.write_text(json.dumps({"text": "x", "labels": {"intent": "greeting"}}), encoding="utf-8")
    with pytest.raises(CommandError, match="greeting"):
        call_command("train_opinion", str(source), output=tmp_path / "w.tsv", stdout=StringIO())
