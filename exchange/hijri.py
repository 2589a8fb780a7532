"""Days of the Hijri calendar, as Saudi Arabia counts them (Umm al-Qura), from 1300 to 1500.

The lengths of months are those of the Unicode project's ICU 78.2 (calendar "islamic-umalqura"),
read off through `Intl.DateTimeFormat`; before 1356 the calendar is a reconstruction.
"""

from datetime import date, timedelta
from itertools import accumulate

from crm_project.kit.text import normalise

FIRST_YEAR, LAST_YEAR = 1300, 1500
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
_FIRST_DAY = date(1882, 11, 12)  # 1 Muharram 1300
_SHORT, _LONG = 29, 30  # days of a month
# Three hexadecimal digits per year; the lowest bit is Muharram, a set bit a month of 30 days.
_LENGTHS = (
    "5552ab9372b657636cb55aaa95649e95d2ba5b53aab4ba9652e2ad56db5a752f25e8ad16a56ab56b4da9b92b25"
    "64ba9b35a6d95d4da5d4aa955369752f46e96d46a953525d4bd9ba3b4b69b2aa554ada5d2da6d9eaae94d2ac56"
    "4aea6d56ad55d4aa9352ba5b53a6b5ea9d52d29a554ad56daea6e4ed1da2aaa95a2da5b9bb27646c95552ab4db"
    "aba5b4da9d52aa592d26d8ed2daad5aa5a4b4979372b6975d69d52c9592b25b4db9d55d2da5d4aa9554daad3aa"
    "bd2bc4b89a9552d5adb6a6d4dc9d92aa69562ae56d36ab55aaa94d49d95d2ba5b55aad55a9a92e26e55dada6d4"
    "6a5b27a4d4ad56db5a754f49e92d26a563566b5baab92b2568ba9b55aada5b4da9b52a9a536276575af26d46a9"
    "5552ad4bd9ba574b69b52a9552da5d4daad96b2e95e2ac9692eaad56ad65d4a"
)
_MASKS = [int(_LENGTHS[at : at + 3], 16) for at in range(0, len(_LENGTHS), 3)]
_STARTS = [  # days from the first day to the beginning of each year
    0,
    *accumulate(12 * _SHORT + mask.bit_count() for mask in _MASKS),
]
MONTHS = {
    normalise(name): number
    for number, names in enumerate(
        (
            ("محرم", "المحرم", "muharram", "moharram"),
            ("صفر", "safar"),
            ("ربيع الأول", "ربيع أول", "rabi al-awwal", "rabi i", "rabi 1"),
            ("ربيع الآخر", "ربيع الثاني", "ربيع ثاني", "rabi al-thani", "rabi al-akhir", "rabi ii"),
            ("جمادى الأولى", "جمادى الأول", "جماد أول", "jumada al-ula", "jumada al-awwal", "jumada i"),
            ("جمادى الآخرة", "جمادى الثانية", "جمادى الثاني", "جماد ثاني", "jumada al-akhirah",
             "jumada al-thani", "jumada ii"),
            ("رجب", "rajab"),
            ("شعبان", "shaban", "sha'ban", "shaaban"),
            ("رمضان", "ramadan", "ramadhan"),
            ("شوال", "shawwal", "shawal"),
            ("ذو القعدة", "ذي القعدة", "ذوالقعدة", "dhu al-qadah", "dhul qadah", "dhul-qadah",
             "zul qada"),
            ("ذو الحجة", "ذي الحجة", "ذوالحجة", "dhu al-hijjah", "dhul hijjah", "dhul-hijjah",
             "zul hijja"),
        ),
        1,
    )
    for name in names
}  # fmt: skip


def to_gregorian(year: int, month: int, day: int) -> date:
    """Return the day that a Hijri date is. Raises ValueError when there is no such day.

    >>> to_gregorian(1446, 9, 1), to_gregorian(1447, 1, 1)
    (datetime.date(2025, 3, 1), datetime.date(2025, 6, 26))
    """
    if year not in YEARS or not 1 <= month <= 12:
        raise ValueError(f"no Hijri month {month} of {year}")
    mask = _MASKS[year - FIRST_YEAR]
    longest = _LONG if mask >> (month - 1) & 1 else _SHORT
    if not 1 <= day <= longest:
        raise ValueError(f"no day {day} in month {month} of {year}")
    before = _SHORT * (month - 1) + (mask & ((1 << (month - 1)) - 1)).bit_count()
    return _FIRST_DAY + timedelta(days=_STARTS[year - FIRST_YEAR] + before + day - 1)
