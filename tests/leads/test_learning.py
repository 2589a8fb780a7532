"""What is learned beyond words: signals every offer shares, topics held out, keyboard noise."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from leads.interpret import interpret
from leads.interpret.holdout import Example, folds, leave_topics_out
from leads.interpret.marks import marks_of
from leads.interpret.reading import Cues
from leads.interpret.signals import find_signals
from leads.management.commands import train_opinion
from leads.normalize import extract
from leads.normalize.document import read
from leads.normalize.folding import fold


@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("تصليح مظلات وخيام بخصم كبير", "discount"),
        ("النتيجة مضمونة ١٠٠٪", "promise"),
        ("الحقوا الكمية محدودة", "scarce"),
        ("we noticed your company has no fleet insurance", "yours"),
        ("apartments for rent by the sea", "for_sale"),
        ("Dear website owner, good day", "salute"),
        ("send the OTP you received", "secret"),
        ("hal 3andokom bab? bekam", "asks_us"),
        ("نوصلك العسل لباب بيتك", "serves_you"),
        ("our nurses come to your home", "serves_you"),
        ("شواحن اصلية باعلى جودة", "brag"),
        ("٣ عبوات ب ٢٩٩", "bare_price"),
        ("١٩٩ بدل ٤٥٠", "bare_price"),
        ("التوصيل علينا لكل المحافظات", "everywhere"),
        ("نشتري غسالات مستعملة", "buys"),
        ("ابعتولي صورة العقد", "asks_plural"),
        ("i paid last week", "i_did"),
    ],
)
def test_a_turn_of_offers_is_seen_whatever_is_offered(text: str, signal: str) -> None:
    assert signal in find_signals(fold(text))


def test_who_speaks_of_a_price_neither_asks_nor_offers() -> None:
    assert not {"asks_us", "asks_plural"} & set(find_signals(fold("باعلى الاسعار")))


def test_who_asks_us_to_send_something_gives_no_order_to_act() -> None:
    assert "act" not in find_signals(fold("ابعتولي اللوكيشن"))


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("نوصلك العسل لباب بيتك ب ٢٩٩", "<offers only twice>"),
        ("عندكم ستاير؟ ابعتولي الموديلات", "<wants only>"),
        ("باب خشب", "<neither>"),
        ("انا شفت خصم ٢٠٪ عندكم", "<wants 2>"),
    ],
)
def test_the_marks_tell_who_offers_and_who_wants(text: str, mark: str) -> None:
    document, candidates = read(text), extract(text, region="EG")
    assert mark in marks_of(Cues(document, candidates), candidates)


@pytest.mark.parametrize(
    "text", ["lkjh poiu mnbv", "kkkk jjjj", "ضصثق فغعه", "test test", "xcvb 77 dfgh"]
)
def test_keyboard_noise_is_no_message(text: str) -> None:
    assert interpret(text, extract(text, region="EG"), region="EG").is_spam


@pytest.mark.parametrize("text", ["ههههه", "hhhh", "هل", "1", "ok", "a b c", "بلاط", "Mr. Hamdy"])
def test_laughter_and_short_words_are_no_noise(text: str) -> None:
    assert not interpret(text, extract(text, region="EG"), region="EG").is_spam


def test_each_topic_is_held_out_once() -> None:
    examples = [Example("spam", f"topic {n}", "x") for n in range(7)] + [
        Example("job", "mixed", "y")
    ]
    held = list(folds(examples, 3))
    assert sorted(topic for part in held for topic in part) == [f"topic {n}" for n in range(7)]


def test_a_topic_is_read_by_a_model_that_did_not_learn_it() -> None:
    spam = [f"احصل على قرض فوري بدون كفيل رقم {n}" for n in "ابجد"]
    jobs = [f"ابحث عن وظيفة محاسب وهذه سيرتي {n}" for n in "ابجد"]
    examples = [Example("spam", "loans", text) for text in spam]
    examples += [Example("job", "seekers", text) for text in jobs]
    found = leave_topics_out(examples, count=2)
    assert found.messages == 8
    assert found.hits + found.missed == 4


def test_measuring_writes_no_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output, said, few = tmp_path / "weights.tsv", StringIO(), tmp_path / "few.tsv"
    few.write_text("spam\tloans\tقرض فوري\njob\tseekers\tابحث عن وظيفة\n", encoding="utf-8")
    monkeypatch.setattr(train_opinion, "_EXAMPLES", few)
    call_command("train_opinion", leave_topics_out=2, output=output, stdout=said)
    assert not output.exists()
    assert "2 messages of unseen topics: spam F1" in said.getvalue()


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("We are Cedar Point Bakers, please quote 40 steel racks", "Cedar Point Bakers"),
        ("Olive Branch Ventures is looking for 30 office chairs", "Olive Branch Ventures"),
        ("We need 12 doors for our site, thanks. Palm Crest Catering", "Palm Crest Catering"),
        ("احنا مطاعم السفرة محتاجين تكييف", "مطاعم السفرة"),
    ],
)
def test_a_company_is_told_by_where_its_name_stands(text: str, company: str) -> None:
    found = [item.value for item in extract(text, region="AE") if item.field == "company"]
    assert found[:1] == [company]


@pytest.mark.parametrize(
    "text",
    [
        "Price for two sofas please. Karim Mansour",
        "Kindly call us. IT Support",
        "Need doors in Al Ain",
    ],
)
def test_a_person_a_role_and_a_place_are_no_company(text: str) -> None:
    found = [item for item in extract(text, region="AE") if item.field == "company"]
    assert not [item for item in found if item.confidence >= 0.5]


@pytest.mark.parametrize(
    ("text", "region", "dialect"),
    [
        ("أتقدم بطلب توريد أثاث إداري وفق الأصناف المرفقة.", "EG", "msa"),
        ("نأمل إرسال العينات إلى المستودع قبل نهاية الأسبوع.", "SA", "msa"),
        ("البلاط وصل مكسر من السواق", "SA", "gulf"),
        ("عايزة اعرف المواعيد", "EG", "egyptian"),
    ],
)
def test_careful_spelling_tells_the_written_language(text: str, region: str, dialect: str) -> None:
    assert interpret(text, extract(text, region=region), region=region).dialect.value == dialect
