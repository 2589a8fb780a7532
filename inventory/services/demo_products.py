"""The demo's catalogue as tables. Companies, people and prices are made up."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

CATEGORIES = (  # code, parent, Arabic, English, icon
    ("cooling", "", "التكييف والتبريد", "Cooling", "air-conditioning"),
    ("split", "cooling", "مكيفات سبليت", "Split units", "air-conditioning"),
    ("central", "cooling", "تكييف مركزي", "Central cooling", "building"),
    ("parts", "cooling", "قطع ومواد التركيب", "Parts and materials", "tool"),
    ("solar", "", "الطاقة الشمسية", "Solar energy", "sun"),
    ("panels", "solar", "ألواح شمسية", "Solar panels", "sun"),
    ("inverters", "solar", "محولات وبطاريات", "Inverters and batteries", "bolt"),
    ("services", "", "الخدمات", "Services", "tool"),
)


@dataclass(frozen=True)
class DemoProduct:
    """One product; `quantity` lies in the main warehouse."""

    sku: str
    category: str
    name_ar: str
    name_en: str
    price: Decimal
    cost: Decimal
    quantity: Decimal
    supplier: str = "gulf"
    unit: str = "piece"
    tracking: str = "none"

    @property
    def is_service(self) -> bool:
        """It lies nowhere."""
        return self.category == "services"

    @property
    def is_part(self) -> bool:
        """It lies in the store of spare parts too."""
        return self.category == "parts"


@dataclass(frozen=True)
class DemoSupplier:
    """One supplier; `key` is how the products name it."""

    key: str
    name: str
    contact: str
    phone: str
    email: str
    currency: str
    lead_days: int


SUPPLIERS = (
    DemoSupplier(
        "gulf", "مصنع الخليج للتكييف", "ماهر الأنصاري", "+966500000201", "sales@gulf-ac.example",
        "SAR", 6,
    ),
    DemoSupplier(
        "shams", "شمس التقنية للطاقة", "Lina Haddad", "+966500000202", "orders@shams.example",
        "SAR", 12,
    ),
    DemoSupplier(
        "east", "Eastern Sun Trading", "Wei Chen", "+966500000203", "export@eastsun.example",
        "USD", 35,
    ),
    DemoSupplier(
        "parts", "مؤسسة إمداد للمواد", "سعد البقمي", "+966500000204", "info@emdad.example",
        "SAR", 3,
    ),
)  # fmt: skip

_ROWS: tuple[tuple[Any, ...], ...] = (
    # SKU, category, Arabic, English, price, cost, quantity, supplier, unit, tracking
    ("AC-12-INV", "split", "سبليت إنفرتر 12,000 وحدة", "Inverter split 12,000 BTU", 1890, 1320, 36),
    ("AC-18-INV", "split", "سبليت إنفرتر 18,000 وحدة", "Inverter split 18,000 BTU", 2490, 1780, 44),
    ("AC-24-INV", "split", "سبليت إنفرتر 24,000 وحدة", "Inverter split 24,000 BTU", 3290, 2410, 28),
    ("AC-30-INV", "split", "سبليت إنفرتر 30,000 وحدة", "Inverter split 30,000 BTU", 4150, 3080, 14),
    ("AC-18-STD", "split", "سبليت عادي 18,000 وحدة", "Standard split 18,000 BTU", 1950, 1390, 30),
    ("AC-24-STD", "split", "سبليت عادي 24,000 وحدة", "Standard split 24,000 BTU", 2650, 1920, 22),
    ("AC-WIN-18", "split", "مكيف شباك 18,000 وحدة", "Window unit 18,000 BTU", 1350, 940, 40),
    ("AC-CAS-36", "central", "كاسيت سقفي 36,000 وحدة", "Ceiling cassette 36,000 BTU", 6200, 4650, 9,
     "gulf", "piece", "serial"),
    ("AC-CON-48", "central", "كونسيلد 48,000 وحدة", "Concealed unit 48,000 BTU", 8400, 6300, 6,
     "gulf", "piece", "serial"),
    ("AC-PKG-10T", "central", "وحدة بكج 10 طن", "Package unit 10 t", 21500, 16900, 3,
     "gulf", "piece", "serial"),
    ("VRF-OUT-16", "central", "وحدة VRF خارجية 16 حصان", "VRF outdoor unit 16 HP", 38900, 30500, 2,
     "gulf", "piece", "serial"),
    ("VRF-IN-24", "central", "وحدة VRF داخلية 24,000", "VRF indoor unit 24,000 BTU", 3150, 2380, 12),
    ("AC-CUR-90", "central", "ستارة هوائية 90 سم", "Air curtain 90 cm", 890, 610, 18),
    ("GAS-410", "parts", "غاز تبريد R-410A أسطوانة 11.3 كجم", "Refrigerant R-410A, 11.3 kg", 620, 430,
     48, "parts", "piece", "lot"),
    ("GAS-32", "parts", "غاز تبريد R-32 أسطوانة 9 كجم", "Refrigerant R-32, 9 kg", 690, 495, 30,
     "parts", "piece", "lot"),
    ("GAS-22", "parts", "غاز تبريد R-22 أسطوانة 13.6 كجم", "Refrigerant R-22, 13.6 kg", 540, 390, 16,
     "parts", "piece", "lot"),
    ("PIP-14", "parts", "أنابيب نحاس 1/4 بوصة", "Copper pipe 1/4 in", 14, "8.5", 600,
     "parts", "metre"),
    ("PIP-38", "parts", "أنابيب نحاس 3/8 بوصة", "Copper pipe 3/8 in", 19, "12.2", 540,
     "parts", "metre"),
    ("PIP-58", "parts", "أنابيب نحاس 5/8 بوصة", "Copper pipe 5/8 in", 31, "21.4", 360,
     "parts", "metre"),
    ("INS-13", "parts", "عازل أنابيب 13 مم", "Pipe insulation 13 mm", 6, "2.9", 800,
     "parts", "metre"),
    ("BRK-SS", "parts", "حامل خارجي مقاوم للصدأ", "Rust-proof outdoor bracket", 95, 52, 130, "parts"),
    ("DRN-PMP", "parts", "مضخة تصريف مياه", "Condensate drain pump", 240, 158, 34, "parts"),
    ("CTL-WF2", "parts", "لوحة تحكم Wi-Fi", "Wi-Fi controller", 310, 196, 60, "parts"),
    ("THR-DIG", "parts", "ثرموستات رقمي", "Digital thermostat", 180, 104, 75, "parts"),
    ("CMP-2T", "parts", "كباس خارجي 2 طن", "Outdoor compressor 2 t", 1480, 1060, 11, "gulf",
     "piece", "serial"),
    ("PRT-40A", "parts", "حماية كهربائية 40 أمبير", "Surge protector 40 A", 145, 88, 90, "parts"),
    ("FLT-HEPA", "parts", "فلتر هواء عالي الكفاءة", "High-efficiency air filter", 120, 64, 110,
     "parts"),
    ("DCT-FLX", "parts", "دكت مرن معزول 8 بوصة", "Insulated flexible duct 8 in", 38, 22, 240,
     "parts", "metre"),
    ("PV-550", "panels", "لوح شمسي 550 واط", "Solar panel 550 W", 520, 365, 160, "east", "piece",
     "lot"),
    ("PV-610", "panels", "لوح شمسي 610 واط ثنائي الوجه", "Bifacial solar panel 610 W", 640, 462, 120,
     "east", "piece", "lot"),
    ("PV-RAIL", "panels", "سكة تثبيت ألمنيوم 4 متر", "Aluminium mounting rail 4 m", 110, 71, 220,
     "shams"),
    ("PV-CLAMP", "panels", "مشبك تثبيت الألواح", "Panel clamp", 9, "4.2", 1200, "shams"),
    ("PV-CAB-6", "panels", "كابل شمسي 6 مم²", "Solar cable 6 mm²", 7, "4.1", 1500, "shams", "metre"),
    ("PV-MC4", "panels", "موصل MC4 زوج", "MC4 connector pair", 16, "7.8", 700, "shams", "set"),
    ("INV-5K", "inverters", "محول هجين 5 كيلوواط", "Hybrid inverter 5 kW", 4300, 3150, 15, "east",
     "piece", "serial"),
    ("INV-10K", "inverters", "محول هجين 10 كيلوواط", "Hybrid inverter 10 kW", 7600, 5650, 9, "east",
     "piece", "serial"),
    ("INV-25K", "inverters", "محول ثلاثي الطور 25 كيلوواط", "Three-phase inverter 25 kW", 12900, 9800,
     4, "east", "piece", "serial"),
    ("BAT-5", "inverters", "بطارية ليثيوم 5 كيلوواط ساعة", "Lithium battery 5 kWh", 5900, 4420, 12,
     "east", "piece", "serial"),
    ("BAT-10", "inverters", "بطارية ليثيوم 10 كيلوواط ساعة", "Lithium battery 10 kWh", 10800, 8150, 7,
     "east", "piece", "serial"),
    ("MTR-SM3", "inverters", "عداد ذكي ثلاثي الطور", "Smart meter, three-phase", 760, 520, 25,
     "shams"),
    ("SRV-INST", "services", "تركيب مكيف سبليت", "Split unit installation", 350, 0, 0, "", "visit"),
    ("SRV-MNT", "services", "صيانة دورية", "Periodic maintenance", 220, 0, 0, "", "visit"),
    ("SRV-PV", "services", "تركيب نظام شمسي لكل كيلوواط", "Solar installation per kW", 480, 0, 0, "",
     "piece"),
    ("SRV-HOUR", "services", "ساعة فني", "Technician hour", 120, 0, 0, "", "hour"),
)  # fmt: skip


def _product(row: tuple[Any, ...]) -> DemoProduct:
    numbers = [Decimal(value) for value in row[4:7]]
    return DemoProduct(*row[:4], *numbers, *row[7:])


PRODUCTS = tuple(map(_product, _ROWS))
