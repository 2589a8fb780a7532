"""Types of inspections for a company that has none yet: air conditioning, solar, maintenance."""

from typing import Any

Item = dict[str, Any]


def _item(kind: str, ar: str, en: str, **columns: Any) -> Item:
    return {"kind": kind, "label_ar": ar, "label_en": en, **columns}


def _under(ar: str, en: str, *items: Item) -> list[Item]:
    return [{**item, "section_ar": ar, "section_en": en} for item in items]


_WALLS = [
    {"code": "1", "ar": "طوب", "en": "Brick"},
    {"code": "2", "ar": "خرسانة", "en": "Concrete"},
    {"code": "3", "ar": "جبس", "en": "Gypsum"},
]
_ROOFS = [
    {"code": "1", "ar": "خرساني مستوٍ", "en": "Flat concrete"},
    {"code": "2", "ar": "صفيح مائل", "en": "Pitched metal"},
    {"code": "3", "ar": "قرميد", "en": "Tile"},
]

TYPES: list[tuple[Item, list[Item]]] = [
    (
        {"code": "ac-survey", "name_ar": "معاينة تكييف", "name_en": "AC survey", "minutes": 60},
        [
            *_under(
                "القياسات", "Measurements",
                _item("number", "الطول", "Length", unit="m", lowest=1, highest=40, is_required=True),
                _item("number", "العرض", "Width", unit="m", lowest=1, highest=40, is_required=True),
                _item("number", "الارتفاع", "Height", unit="m", lowest=2, highest=8),
                _item("number", "طول التمديد", "Pipe run", unit="m", lowest=0, highest=30,
                      included=5, is_required=True, product="pipe"),
            ),
            *_under(
                "الكهرباء", "Power",
                _item("number", "جهد التغذية", "Supply voltage", unit="V", lowest=207, highest=253,
                      is_required=True),
                _item("check", "القاطع الكهربائي", "Circuit breaker", is_required=True),
            ),
            *_under(
                "الموقع", "Site",
                _item("check", "تصريف الماء", "Drainage", is_required=True),
                _item("check", "الجدار يحمل الوحدة", "Wall carries the unit", is_required=True),
                _item("choice", "نوع الجدار", "Kind of wall", choices=_WALLS),
                _item("yes_no", "تلزم رافعة", "A lift is needed", product="lift"),
                _item("text", "ملاحظات", "Remarks"),
            ),
            *_under(
                "الصور", "Photos",
                _item("photo", "صورة الموقع", "Photo of the site", is_required=True),
                _item("photo", "صورة القاطع", "Photo of the breaker"),
            ),
        ],
    ),
    (
        {"code": "solar-survey", "name_ar": "معاينة طاقة شمسية", "name_en": "Solar survey",
         "minutes": 90, "keeps_photo_location": True},
        [
            *_under(
                "السطح", "Roof",
                _item("number", "المساحة المتاحة", "Usable area", unit="m²", lowest=5, highest=2000,
                      is_required=True),
                _item("number", "زاوية الميل", "Tilt", unit="°", lowest=0, highest=60),
                _item("choice", "نوع السطح", "Kind of roof", choices=_ROOFS, is_required=True),
                _item("check", "خلو من الظل", "Free of shade", is_required=True),
            ),
            *_under(
                "الكهرباء", "Power",
                _item("number", "متوسط الاستهلاك الشهري", "Monthly use", unit="kWh", lowest=50,
                      highest=100000, is_required=True),
                _item("check", "لوحة التوزيع", "Distribution board", is_required=True),
                _item("number", "مسافة الكابل", "Cable run", unit="m", included=20, product="cable"),
            ),
            *_under("الصور", "Photos", _item("photo", "صورة السطح", "Photo of the roof")),
        ],
    ),
    (
        {"code": "maintenance", "name_ar": "زيارة صيانة", "name_en": "Maintenance visit",
         "minutes": 45},
        [
            *_under(
                "الفحص", "Check",
                _item("check", "الفلاتر", "Filters", is_required=True),
                _item("check", "المروحة", "Fan", is_required=True),
                _item("check", "التصريف", "Drain"),
                _item("number", "ضغط الغاز", "Gas pressure", unit="psi", lowest=60, highest=140,
                      is_required=True),
                _item("number", "حرارة الهواء الخارج", "Outlet temperature", unit="°C", lowest=6,
                      highest=18),
            ),
            *_under(
                "القطع", "Parts",
                _item("yes_no", "استبدال الفلتر", "Filter replaced", product="filter"),
                _item("text", "ما أُنجز", "What was done"),
            ),
        ],
    ),
]  # fmt: skip
