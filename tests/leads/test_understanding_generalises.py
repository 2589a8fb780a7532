"""What is told from the build of a message, whatever its trade: money, parts, questions, tongues."""

import time
from typing import Any

import pytest

from leads.evaluation import answers_of
from leads.interpret import doubted, interpret
from leads.normalize import extract
from leads.normalize.document import read


def answers(text: str, region: str = "EG") -> dict[str, Any]:
    return answers_of(extract(text, region=region))


@pytest.mark.parametrize(
    ("text", "region", "amount"),
    [
        ("كل اللي معايا ٦٠ الف، تنفع للمطبخ؟", "EG", 60000),
        ("فاضلي ٢٥ الف للستاير", "EG", 25000),
        ("عايز باب مصفح بسعر اقل من ٢٠ الف", "EG", 20000),
        ("ابي ستائر للبيت كامل ومبلغي ١٢ الف", "SA", 12000),
        ("ابي كنب ما يطوف ٤٥٠ دينار", "KW", 450),
        ("mizaniyati 500 dinar w abi sataer", "KW", 500),
        ("We collected SAR 75,000, can you do the marble for this amount?", "SA", 75000),
        ("ميزانيتي ما بين خمسة وستة آلاف ريال", "SA", 6000),
        ("عايز اغير كهربا شقة ١٣٠ متر ب ٤٠ الف جنيه", "EG", 40000),
        ("Our cap is EGP 3.2 M for the chillers", "EG", 3200000),
        ("معاي قرض ٩٠ الف ريال للمطبخ، تقدرون عليه بهذا المبلغ؟", "SA", 90000),
        ("عندكم سرير اطفال من ٨ ل ١٢ الف؟", "EG", 12000),
        ("can you make a wardrobe for 9k?", "AE", 9000),
        ("3ayez antreeh be 20 alf", "EG", 20000),
    ],
)
def test_money_the_sender_has_is_a_budget(text: str, region: str, amount: int) -> None:
    assert answers(text, region)["budget_amount"] == amount


@pytest.mark.parametrize(
    "text",
    [
        "المورد السابق كان يعطينا الطن ب ٢٨٠٠ ريال",
        "راتبي ٦٠٠٠ ريال وابي اقسط غرفة نوم، كم القسط",
        "عندي ٥٠٠٠ كيس فاضي عايز اطبعهم",
        "كم سعر السبليت ١٨٠٠٠ وحدة",
        "الباب موديل ٢٢٠٧ ضمانه كام سنة",
        "صفحتي عليها ٣٠٠ الف متابع",
        "اشتريت الكنبة ب ١٢ الف من شهر",
        "سعر ستارة بلاك اوت لاوضة اطفال كام؟",
    ],
)
def test_other_numbers_are_none(text: str) -> None:
    assert answers(text)["budget_amount"] is None


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("مفصلة دولاب المطبخ اتخلعت", "kitchens"),
        ("بطارية القفل خلصت", "doors_locks"),
        ("the battery of the lock is empty", "doors_locks"),
        ("محتاج فترينات زجاج باضاءة", "aluminium_glass"),
        ("marble flooring for the lobby, how much?", "marble_tiles"),
        ("التكييف ٥ حصان بكام؟ المحل ٦٠ متر وفيه واجهة قزاز", "hvac"),
        ("our ceiling for the lighting is 9,000 EGP", "lighting_electrical"),
    ],
)
def test_the_thing_asked_for_is_the_category(text: str, category: str) -> None:
    assert answers(text)["product_category"] == category


def test_the_trade_of_an_applicant_is_no_wish() -> None:
    text = "فني تركيب مطابخ خبرة ١٢ سنة، لو محتاجين حد كلموني"
    candidates = extract(text, region="EG")
    reading = interpret(text, candidates, region="EG")
    assert reading.intent.value == "job"
    assert answers_of(list(doubted(candidates, reading)))["product_category"] is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Guten Tag, was kostet ein Einbauschrank?", "other"),
        ("Goedemiddag, wij zoeken marmer voor Rotterdam", "other"),
        ("Salve, vorrei un preventivo per 30 mq di marmo", "other"),
        ("3ayz bab", "arabizi"),
        ("BUY REAL MARBLE FOR YOUR HOME", "en"),
    ],
)
def test_languages_are_told_by_their_small_words(text: str, language: str) -> None:
    assert read(text).language == language


@pytest.mark.parametrize(
    ("text", "is_spam"),
    [
        ("qwlekj zmxnc qpwoei lskdjf", True),
        ("ماما ده رقمي الجديد، حوليلي ٥٠٠٠ ضروري", True),
        ("our company sells loans and needs 30 desks, our ceiling is 90,000 EGP", False),
        ("just browsing, maybe next year", False),
        ("نسيت الرقم السري حق القفل الذكي كيف ارجعه لوضع المصنع", False),
        ("Please stop sending me promotional messages", False),
        ("الباب قافل علينا ومش عارفين نخرج، حد ييجي حالا", False),
    ],
)
def test_offers_are_told_from_needs(text: str, is_spam: bool) -> None:
    assert interpret(text, extract(text, region="EG"), region="EG").is_spam is is_spam


def test_a_pasted_table_of_numbers_costs_no_more_than_its_head() -> None:
    text = "5k-" * 7000
    started = time.process_time()
    extract(text, region="EG")
    assert time.process_time() - started < 2.0
