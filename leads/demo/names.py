"""Names of fictitious people, companies and places, and the numbers they are reached by."""

from dataclasses import dataclass
from random import Random

MEN = (
    ("محمد", "Mohammed"), ("عبدالله", "Abdullah"), ("فهد", "Fahad"), ("خالد", "Khalid"),
    ("سعود", "Saud"), ("تركي", "Turki"), ("ياسر", "Yasser"), ("سلطان", "Sultan"),
    ("عبدالرحمن", "Abdulrahman"), ("أحمد", "Ahmed"), ("ماجد", "Majed"), ("بندر", "Bandar"),
    ("نايف", "Naif"), ("راكان", "Rakan"), ("إبراهيم", "Ibrahim"), ("يوسف", "Yousef"),
    ("عمر", "Omar"), ("حسن", "Hassan"), ("علي", "Ali"), ("طارق", "Tariq"), ("سامي", "Sami"),
    ("مشعل", "Mishal"), ("وليد", "Waleed"), ("عبدالعزيز", "Abdulaziz"), ("فيصل", "Faisal"),
    ("مازن", "Mazen"), ("زياد", "Ziyad"), ("عادل", "Adel"), ("سعد", "Saad"), ("حمد", "Hamad"),
    ("رائد", "Raed"), ("صالح", "Saleh"), ("غازي", "Ghazi"), ("معاذ", "Moath"), ("أيمن", "Ayman"),
    ("هشام", "Hisham"), ("كريم", "Karim"), ("أنس", "Anas"), ("بدر", "Badr"),
)  # fmt: skip
WOMEN = (
    ("نورة", "Noura"), ("سارة", "Sara"), ("هند", "Hind"), ("ريم", "Reem"), ("منيرة", "Munira"),
    ("لطيفة", "Latifa"), ("جواهر", "Jawaher"), ("دلال", "Dalal"), ("أمل", "Amal"),
    ("مها", "Maha"), ("العنود", "Alanoud"), ("ليلى", "Layla"), ("فاطمة", "Fatima"),
    ("مريم", "Mariam"), ("عبير", "Abeer"), ("هيفاء", "Haifa"), ("دعاء", "Doaa"),
    ("شهد", "Shahad"), ("أروى", "Arwa"), ("خلود", "Khulood"), ("وعد", "Waad"), ("سمر", "Samar"),
    ("غادة", "Ghada"), ("إيمان", "Eman"), ("حصة", "Hessa"), ("بدور", "Budoor"),
    ("رنا", "Rana"), ("بسمة", "Basma"),
)  # fmt: skip
FAMILIES = (
    ("العتيبي", "Alotaibi"), ("الحربي", "Alharbi"), ("القحطاني", "Alqahtani"),
    ("الغامدي", "Alghamdi"), ("الزهراني", "Alzahrani"), ("الشهري", "Alshehri"),
    ("الدوسري", "Aldossari"), ("المطيري", "Almutairi"), ("السبيعي", "Alsubaie"),
    ("الشمري", "Alshammari"), ("القرني", "Alqarni"), ("البقمي", "Albogami"),
    ("العنزي", "Alanazi"), ("المالكي", "Almalki"), ("الجهني", "Aljohani"), ("البلوي", "Albalawi"),
    ("الخالدي", "Alkhaldi"), ("اليامي", "Alyami"), ("الرشيد", "Alrasheed"), ("السالم", "Alsalem"),
    ("الصالح", "Alsaleh"), ("باوزير", "Bawazir"), ("باعشن", "Baeshen"), ("عطية", "Attia"),
    ("الشريف", "Alsharif"), ("مصطفى", "Mostafa"), ("منصور", "Mansour"), ("حمدان", "Hamdan"),
    ("السيد", "Elsayed"), ("فرج", "Farag"), ("الشريدة", "Alshuraida"), ("العمري", "Alomari"),
    ("الأحمدي", "Alahmadi"), ("الثبيتي", "Althubaiti"), ("الحازمي", "Alhazmi"),
    ("السلمي", "Alsulami"), ("الرويلي", "Alruwaili"), ("الهاجري", "Alhajri"),
    ("العجمي", "Alajmi"), ("الفيفي", "Alfaifi"), ("عسيري", "Asiri"), ("خوجة", "Khoja"),
    ("الصبياني", "Alsabyani"), ("البشري", "Albishri"), ("النفيعي", "Alnufaie"),
    ("الجبرين", "Aljibreen"), ("المنيع", "Almanea"), ("الفوزان", "Alfawzan"),
    ("التويجري", "Altuwaijri"), ("الدخيل", "Aldakhil"), ("السديري", "Alsudairi"),
    ("بن لافي", "Bin Lafi"), ("باخشب", "Bakhashab"), ("زيدان", "Zidan"), ("شحاتة", "Shehata"),
    ("الحلو", "Elhelw"), ("قاسم", "Qasim"), ("الطويل", "Altawil"), ("صبحي", "Sobhi"),
    ("الجندي", "Elgendy"), ("حداد", "Haddad"), ("الخطيب", "Alkhatib"), ("نصار", "Nassar"),
    ("درويش", "Darwish"), ("البستاني", "Albustani"), ("المرزوقي", "Almarzouqi"),
)  # fmt: skip
LATIN_GIVEN = (
    "Daniel", "Priya", "Rajesh", "Maria", "James", "Elena", "Bilal", "Joseph", "Anita", "Mark",
    "Imran", "Sophie", "Thomas", "Grace", "Usman", "Lina", "Arjun", "Peter", "Angela", "Ravi",
    "Jennifer", "Carlos", "Nadia", "Steven", "Deepa", "Hannah", "Farhan", "Olivia", "Victor",
    "Rosa",
)  # fmt: skip
LATIN_FAMILY = (
    "Carter", "Nair", "Menon", "Santos", "O'Neil", "Petrova", "Khan", "Mathew", "Desouza",
    "Villanueva", "Sheikh", "Laurent", "Weber", "Mwangi", "Tariq", "Fernandes", "Pillai", "Cruz",
    "Novak", "Bennett", "Iyer", "Schmidt", "Reyes", "Walker", "Bhatt", "Romano", "Malik", "Dalton",
)  # fmt: skip
COMPANY_KINDS = (
    "شركة", "مؤسسة", "مطاعم", "فندق", "عيادات", "مدارس", "مجموعة", "مقاولات", "مكتب", "مصنع",
)  # fmt: skip
COMPANY_NAMES = (
    ("أفق", "Ofuq"), ("رُواء", "Ruwaa"), ("سنابل", "Sanabel"), ("النخبة", "Alnokhba"),
    ("ذُرى", "Thura"), ("بيان", "Bayan"), ("مدى", "Mada"), ("الواحة", "Alwaha"),
    ("سُفرة", "Sofra"), ("الريان", "Alrayyan"), ("نجم", "Najm"), ("ركائز", "Rakaez"),
    ("لبنة", "Labina"), ("شموخ", "Shomookh"), ("إثراء", "Ethraa"), ("وتد", "Watad"),
    ("سحابة", "Sahaba"), ("نماء", "Namaa"), ("الديار", "Aldiyar"), ("قمم", "Qimam"),
)  # fmt: skip
COMPANY_ENDS = ("للتطوير", "للمقاولات", "التجارية", "للاستثمار", "الحديثة", "للتشغيل", "المتحدة")
LATIN_ENDS = ("Contracting", "Facilities", "Hospitality", "Trading", "Development", "Clinics")
DISTRICTS = {
    "riyadh": ("النرجس", "الملقا", "الياسمين", "الصحافة", "القيروان", "العارض", "حطين", "العليا",
               "الملز", "السليمانية", "قرطبة", "المونسية", "النسيم", "السويدي", "اليرموك"),
    "jeddah": ("أبحر الشمالية", "الحمدانية", "الشاطئ", "السامر", "الروضة", "السلامة", "الصفا",
               "البساتين", "النعيم", "المروة"),
}  # fmt: skip
CITIES = {"riyadh": ("الرياض", "الرياض", "الرياض", "الخرج"), "jeddah": ("جدة", "جدة", "مكة")}
LATIN_DISTRICTS = {
    "riyadh": ("Al Malqa", "Al Narjis", "Hittin", "Al Olaya", "Al Yasmin", "Qurtubah"),
    "jeddah": ("Obhur", "Al Hamdaniyah", "Al Shati", "Al Basateen"),
}
CITY_NAMES = {"riyadh": ("الرياض", "Riyadh"), "jeddah": ("جدة", "Jeddah")}
MAIL_HOSTS = ("mail.example", "post.example", "bareed.example", "inbox.example")
MOBILE_DIGITS = "03456789"  # after +966 5: the ranges of Saudi mobile operators
PHONES = 80_000_000  # as many numbers as these ranges have


@dataclass(frozen=True)
class Somebody:
    """A name in both scripts; a company has a contact person's name too."""

    name: str
    latin: str
    is_woman: bool = False


def pick_person(random: Random) -> Somebody:
    """Return a person: given name, sometimes the father's, family."""
    is_woman = random.random() < 0.38
    given, family = random.choice(WOMEN if is_woman else MEN), random.choice(FAMILIES)
    middle = random.choice(MEN) if random.random() < 0.3 else None
    parts = [given, *([middle] if middle else []), family]
    arabic, latin = (" ".join(part[side] for part in parts) for side in (0, 1))
    return Somebody(arabic, latin, is_woman)


def pick_foreigner(random: Random) -> Somebody:
    """Return a person whose name is written in Latin letters only."""
    name = f"{random.choice(LATIN_GIVEN)} {random.choice(LATIN_FAMILY)}"
    return Somebody(name, name)


def pick_company(random: Random) -> Somebody:
    """Return a company's name in both scripts."""
    kind, (arabic, latin) = random.choice(COMPANY_KINDS), random.choice(COMPANY_NAMES)
    end = f" {random.choice(COMPANY_ENDS)}" if kind in ("شركة", "مؤسسة", "مجموعة") else ""
    return Somebody(f"{kind} {arabic}{end}", f"{latin} {random.choice(LATIN_ENDS)}")


def phone_number(index: int) -> str:
    """Return the index-th fictitious Saudi mobile number in E.164: no two are alike.

    >>> phone_number(1), phone_number(2) == phone_number(2 + PHONES)
    ('+966532048271', True)
    """
    place = (index * 48_271 + 22_000_000) % PHONES  # a prime step: every number comes once
    return f"+9665{MOBILE_DIGITS[place // 10_000_000]}{place % 10_000_000:07d}"


def local_phone(phone: str) -> str:
    """Return +9665… as people write it, 05….

    >>> local_phone("+966532048271")
    '0532048271'
    """
    return f"0{phone[4:]}"


def mail_address(latin: str, index: int, host: str = "") -> str:
    """Return an address at a reserved domain (RFC 2606), one for each index."""
    words = "".join(letter if letter.isalnum() else " " for letter in latin.lower()).split()
    return f"{'.'.join(words[:2])}{index}@{host or MAIL_HOSTS[index % len(MAIL_HOSTS)]}"
