"""What a message means: intent, urgency, spam, tone and chance, each with its reasons."""

import pytest
from django.utils import translation

from leads.interpret import Interpretation, interpret
from leads.normalize import extract


def reading(text: str, region: str = "EG", *, is_known_customer: bool = False) -> Interpretation:
    found = extract(text, region=region)
    return interpret(text, found, region=region, is_known_customer=is_known_customer)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("بكام متر السيراميك؟", "quote_request"),
        ("عندي شقة ومحتاج باركيه ٩٥ متر", "quote_request"),
        ("خلاص موافق على العرض، ابعتولي رقم الحساب ادفع العربون", "purchase"),
        ("ممكن حد ييجي ياخد مقاسات الشبابيك؟", "purchase"),
        ("please confirm the order and start production", "purchase"),
        ("امتى هتيجوا تركبوا الستاير؟ اوردر رقم 8841", "support"),
        ("how do I reset the smart lock?", "support"),
        ("الازاز وصل مشروخ ومحدش بيرد، عايز فلوسي", "complaint"),
        ("wrong tiles delivered, I want a full refund", "complaint"),
        ("ابغى وظيفة محاسب وهذي سيرتي الذاتية", "job"),
        ("we manufacture carpets and look for a distributor", "partnership"),
        ("بدي اصير وكيل الكم بالكرك", "partnership"),
        ("المعرض بيفتح الساعة كام؟", "other"),
        ("ok thanks", "other"),
        ("اكسب ٣٠٠ دولار يوميا من التداول بدون خبرة سجل الان", "spam"),
    ],
)
def test_the_intent_is_told(text: str, intent: str) -> None:
    assert reading(text).intent.value == intent


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("محتاج باب النهارده ضروري", "high"),
        ("التسليم خلال ٥ ايام", "high"),
        ("deadline by Thursday for the doors", "high"),
        ("closing 14 days from today for pipes", "normal"),
        ("لم يصلني حتى الآن الايصال", "normal"),
        ("عايز ستاير ومش مستعجل خالص", "low"),
        ("just browsing, maybe next year", "low"),
        ("ارضيات لبيتي", "normal"),
    ],
)
def test_the_urgency_is_told(text: str, urgency: str) -> None:
    assert reading(text).urgency.value == urgency


@pytest.mark.parametrize(
    "text",
    [
        "We can put your website on page one of Google",
        "قرض شخصي بدون كفيل خلال ساعة اتصل الآن",
        "You have won 950,000 USD, send your bank details",
        "asdfgh qwerty zxcvb",
    ],
)
def test_offers_scams_and_nonsense_are_spam_and_never_urgent(text: str) -> None:
    found = reading(text)

    assert found.is_spam
    assert found.intent.value == "spam"
    assert found.urgency.value == "normal"
    assert found.probability.value < 0.05


@pytest.mark.parametrize(
    "text",
    [
        "مطلوب ٢٠٠ كرتونة مجانا التوصيل؟",
        "casino hotel project needs 40 chandeliers, please quote",
        "مرحبا",
    ],
)
def test_enquiries_with_a_suspicious_word_are_no_spam(text: str) -> None:
    assert not reading(text).is_spam


@pytest.mark.parametrize(
    ("text", "region", "dialect"),
    [
        ("عايز اعرف ده بكام دلوقتي", "SA", "egyptian"),
        ("وش افضل سعر عندكم الحين ابغى", "EG", "gulf"),
        ("بدي اعرف قديش هاد هلق", "EG", "levantine"),
        ("شكد السعر واكو عدكم هسه", "EG", "iraqi"),
        ("بغيت نعرف شحال الثمن ديال الباركي", "EG", "maghrebi"),
        ("نرجو تزويدنا بالأسعار لديكم", "EG", "msa"),
        ("باب؟", "JO", "levantine"),
        ("how much is a door", "EG", None),
    ],
)
def test_the_dialect_is_told_by_words_and_else_by_region(
    text: str, region: str, dialect: str | None
) -> None:
    assert reading(text, region).dialect.value == dialect


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("ده نصب! رجعولي الفلوس", "angry"),
        ("تسلم ايديكم الشغل تحفة", "happy"),
        ("محتاج باب", "calm"),
    ],
)
def test_the_tone_is_told(text: str, tone: str) -> None:
    assert reading(text).tone.value == tone


def test_an_order_is_likelier_than_an_enquiry_and_that_than_a_complaint() -> None:
    order = reading("موافق على العرض، هدفع العربون. مطبخ ٤ متر في طنطا 01001234567")
    enquiry = reading("بكام المطبخ؟")
    complaint = reading("المطبخ وصل مكسور وعايز فلوسي")

    chances = [item.probability.value for item in (order, enquiry, complaint)]
    assert chances == sorted(chances, reverse=True)


def test_a_known_customer_is_likelier_to_buy() -> None:
    text = "بكام المطبخ؟"

    known = reading(text, is_known_customer=True)
    assert known.probability.value > reading(text).probability.value


def test_reasons_quote_the_words_that_led_to_the_reading() -> None:
    found = reading("الازاز وصل مشروخ")

    assert "مشروخ" in str(found.intent.reasons[0])


def test_reasons_are_translated_when_they_are_shown() -> None:
    reason = reading("محتاج باب ضروري").urgency.reasons[0]

    with translation.override("en"):
        assert str(reason) == "Says it is urgent: ضروري"


def test_a_firms_own_name_says_nothing_about_its_intent() -> None:
    found = reading("نحتاج فينيل ٣٠٠ متر مربع. شركة الدوحة المتحدة للصيانة", "QA")

    assert found.intent.value == "quote_request"
