"""What a message says: one fact per field, in several dialects and writings."""

from typing import Any

import pytest

from leads.normalize import extract


def best(text: str, field: str, region: str = "EG") -> Any:
    """The most certain value of a field that is sure enough to be used."""
    found = [item for item in extract(text, region=region) if item.field == field]
    return found[0].value if found and found[0].confidence >= 0.5 else None


def values(text: str, field: str, region: str = "EG") -> list[Any]:
    return [item.value for item in extract(text, region=region) if item.field == field]


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("كلمني ٠١٠٠١٢٣٤٥٦٧ او 00201111222333", "EG", ["+201001234567", "+201111222333"]),
        ("نركب درايش، 9123 4567", "OM", ["+96891234567"]),
        ("baddi 3 bweb. Rami 70 123 456", "LB", ["+96170123456"]),
        ("فاتورة رقم 20391555", "QA", []),
        ("budget 55000000", "KW", []),
    ],
)
def test_phones_come_in_text_order_and_other_numbers_are_not_phones(
    text: str, region: str, expected: list[str]
) -> None:
    assert values(text, "phone", region) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ايميلSales.Team@Firm.example، شكرا", ["sales.team@firm.example"]),
        ("nour (at) gmail (dot) com", ["nour@gmail.com"]),
        ("a@b.example, c.d+e@f.co.example.", ["a@b.example", "c.d+e@f.co.example"]),
        ("meet @ 5pm at http://user@host.example/x", []),
        ("Email:nour@firm.example", ["nour@firm.example"]),
        ("الايميل:nour+2@firm.example،شكرا", ["nour+2@firm.example"]),
        ("nour@firm.example/omar@firm.example", ["nour@firm.example", "omar@firm.example"]),
        ("nour @ firm.example", ["nour@firm.example"]),
        ("nour at firm dot example", ["nour@firm.example"]),
        ("nour at gmail.com", ["nour@gmail.com"]),
        ("meet us at cafe dot example", []),
        ("visit us @ www.firm.example", []),
    ],
)
def test_emails_are_found_where_text_is_glued_to_them(text: str, expected: list[str]) -> None:
    assert values(text, "email") == expected


@pytest.mark.parametrize(
    ("text", "region", "amount", "low", "currency", "is_stated"),
    [
        ("ميزانيتي مية وعشرين الف جنيه", "EG", 120_000, None, "EGP", True),
        ("الميزانية من ٨٠ ل ٩٥ الف", "EG", 95_000, 80_000, "EGP", False),
        ("budget AED 35k to 42k", "AE", 42_000, 35_000, "AED", True),
        ("we have 1.2M riyal for it", "SA", 1_200_000, None, "SAR", True),
        ("معي حوالي ٣٠٠٠$", "LB", 3000, None, "USD", True),
        ("ما بدي ادفع اكثر من الفين وخمسمية دينار", "JO", 2500, None, "JOD", True),
        ("el mezaneya 300 alf", "EG", 300_000, None, "EGP", False),
        ("budget 40 000 dh max", "MA", 40_000, None, "MAD", True),
        ("Rs 4.5 lakh set aside", "IN", 450_000, None, "INR", True),
        ("budget 5k-7k for the gate", "EG", 7000, 5000, "EGP", False),
        ("ميزانيتي ٣٥٠٠٠-٤٠٠٠٠ جنيه", "EG", 40_000, 35_000, "EGP", True),
        ("عايزة حاجة بين 18 و 20 ألف", "EG", 20_000, 18_000, "EGP", False),
        ("مش عايز ازيد عن عشرة الاف", "EG", 10_000, None, "EGP", False),
        ("عندي ميتين الف للمطبخ والدواليب", "EG", 200_000, None, "EGP", False),
    ],
)
def test_a_budget_is_read_with_its_range_and_currency(
    text: str, region: str, amount: int, low: int | None, currency: str, is_stated: bool
) -> None:
    expected = {"amount": amount, "min": low, "currency": currency, "stated": is_stated}
    assert best(text, "budget", region) == expected


@pytest.mark.parametrize(
    "text",
    [
        "شفت عندكم كنبة بـ ١٢٠٠٠ جنيه لسه موجودة؟",
        "the 3,000 EGP sofa on your page, is it leather?",
        "عرضكم QT-9500 وصلنا",
        "بعتوا لي عرض ب ٧٢ الف وغيركم عرض ٦٥ الف",
        "دفعت ٢٠ الف مقدم ومحدش كلمني",
        "السعر ٣٥٠ ريال للمتر غالي",
        "target $0.62/pc",
        "محتاج ٤٠٠ كرتونة",
    ],
)
def test_a_price_quoted_paid_or_asked_about_is_no_budget(text: str) -> None:
    assert best(text, "budget") is None


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("مطبخ طوله ٤ متر وربع", 4.25, "m"),
        ("باركيه لشقة ٩٥ متر", 95, "m2"),
        ("عايز بابين خشب زان", 2, "pcs"),
        ("مطلوب حديد تسليح ٦٠ طن", 60, "ton"),
        ("HDPE pipe qty 2.4 km", 2400, "m"),
        ("3 x 40' HC of boxes", 3, "container"),
        ("كابلات بطول 1.200 متر", 1200, "m"),
        ("curtains for 84 rooms", 84, "room"),
        ("شبابيك مقاس ٢٤٠ في ١٦٠ عدد ١٢", 12, "pcs"),
    ],
)
def test_the_main_quantity_is_read_with_its_unit(text: str, value: float, unit: str) -> None:
    assert best(text, "quantity") == {"value": value, "unit": unit}


@pytest.mark.parametrize(
    "text", ["خبرة ٤ سنين في المطابخ", "order 7718 please", "5 floors building", "ضمان ١٠ سنوات"]
)
def test_years_codes_and_floors_are_no_quantity(text: str) -> None:
    assert best(text, "quantity") is None


@pytest.mark.parametrize(
    ("text", "region", "city", "country"),
    [
        ("شقتي في سيدي جابر", "EG", "Alexandria", "EG"),
        ("فيلا بالعين محتاجه مضخات", "AE", "Al Ain", "AE"),
        ("ana fe za2azi2", "EG", "Zagazig", "EG"),
        ("baddi parquet b trablos", "LB", "Tripoli", "LB"),
        ("توصيل الى طرابلس", "LY", "Tripoli", "LY"),
        ("دار فكازا", "MA", "Casablanca", "MA"),
        ("office in Business Bay", "EG", "Dubai", "AE"),
        ("حي الروضه بجده", "SA", "Jeddah", "SA"),
    ],
)
def test_a_place_gives_city_and_country(text: str, region: str, city: str, country: str) -> None:
    assert (best(text, "city", region), best(text, "country", region)) == (city, country)


@pytest.mark.parametrize(
    "text", ["عايز نجف مودرن للريسبشن", "أبو فيصل يسلم عليكم", "ستائر من الصين", "عيني وجعاني"]
)
def test_words_that_are_also_places_are_not_taken_for_them(text: str) -> None:
    assert best(text, "city") is None
    assert best(text, "country") is None


def test_a_district_is_kept_as_written() -> None:
    assert best("فيلا في كمبوند بيفرلي هيلز، الشيخ زايد", "region") == "كمبوند بيفرلي هيلز"
    assert best("شقة بالسالمية حي السلام الجديد", "region", "KW") == "السلام الجديد"


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("باب زجاج اوتوماتيك", "doors_locks"),
        ("مطبخ المنيوم", "kitchens"),
        ("3ayez as3ar el sata2er", "curtains_blinds"),
        ("as3ar el matabe5", "kitchens"),
        ("زليج لدار", "marble_tiles"),
        ("منظومة شمسية", "lighting_electrical"),
        ("gate valves DN50", "industrial_supplies"),
    ],
)
def test_the_thing_wanted_decides_the_category_not_its_material(text: str, category: str) -> None:
    assert best(text, "product_category") == category


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("انا اسمي دعاء وعايزة ستاير", "دعاء"),
        ("م/ نجلاء، ادارة المشتريات 0882345678", "نجلاء"),
        ("نبي ارضيات، بو عبدالله 99776655", "بو عبدالله"),
        ("Regards, Anil Menon, Gulf Horizon Contracting Co", "Anil Menon"),
        ("Call me on 98765 12345 after 7 – Sneha", "Sneha"),
        ("تواصل: 0506001122 خالد المطيري", "خالد المطيري"),
    ],
)
def test_the_sender_is_named_without_title(text: str, name: str) -> None:
    assert best(text, "person_name", "KW") == name


@pytest.mark.parametrize(
    "text",
    ["كل سنة وانتم طيبين وعيد سعيد", "المندوب احمد قال بكرة", "شارع الملك فيصل", "Dear Sir/Madam"],
)
def test_other_people_streets_and_greetings_are_not_the_sender(text: str) -> None:
    assert best(text, "person_name") is None


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("شركة النيل للخدمات البترولية تطلب مواسير", "شركة النيل للخدمات البترولية"),
        ("مهندس بشركة الراية للانشاءات بدمنهور", "شركة الراية للانشاءات"),
        ("Karim, Coral Bay Hotels, need beds", "Coral Bay Hotels"),
        ("quote for sahara petrochem fze", "sahara petrochem fze"),
        ("شركة تانية عرضت سعر اقل", None),
        ("السادة شركة مدار", None),
    ],
)
def test_a_company_is_its_name_and_not_any_company(text: str, company: str | None) -> None:
    assert best(text, "company") == company


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("عايز باركيه HDF", "ar"),
        ("do u have blackout curtains? thx", "en"),
        ("3ayz a3raf as3ar el matabe5", "arabizi"),
        ("عايزة quotation لـ gypsum board please", "mixed"),
        ("Bonjour, prix pour 12 fenêtres svp", "other"),
        ("Здравствуйте", "other"),
        ("1", "other"),
    ],
)
def test_the_language_is_told(text: str, language: str) -> None:
    assert best(text, "language") == language


def test_specifications_are_quoted_in_text_order() -> None:
    found = values("شباك المنيوم مقاس 120x160 دبل جلاس ٦ ملي ابيض", "specs")

    assert found[:2] == ["المنيوم", "120x160"]
    assert "دبل جلاس" in found
