"""Which encoding a text file of this part of the world is in."""

import codecs

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ENCODINGS = ("utf-8", "utf-16", "windows-1256", "iso-8859-6", "windows-1252", "macroman")
# Letters that Arabic texts are mostly made of; a wrong decoding rarely yields them in a row.
_COMMON = set("المنيوتهربدعسفكقحجطصشخةىأإئضغذءزثآظؤ")


def guess_encoding(sample: bytes) -> str:
    """Return the codec that reads the sample best.

    >>> guess_encoding("محمد علي".encode("cp1256"))
    'windows-1256'
    >>> guess_encoding("Zoë Müller".encode("cp1252"))
    'windows-1252'
    """
    for mark, encoding in BOMS:
        if sample.startswith(mark):
            return encoding
    if wide := _wide(sample):
        return wide
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(sample, False)
    except UnicodeDecodeError:
        return max(
            ("windows-1256", "iso-8859-6", "windows-1252"), key=lambda one: _fit(sample, one)
        )
    return "utf-8"


def _wide(sample: bytes) -> str:
    """UTF-16 without its mark: every other byte is 0 (ASCII) or 6 (Arabic)."""
    if not sample.count(0):
        return ""
    for encoding, high in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        if high and high.count(0) + high.count(6) > 0.9 * len(high):
            return encoding
    return ""


def _fit(sample: bytes, encoding: str) -> float:
    """How well the bytes above ASCII read: Arabic letters in words count, oddities cost."""
    text = sample.decode(encoding, "replace")
    high = [letter for letter in text if letter > "\x7f"]
    if not high:
        return 0.0
    arabic = sum(letter in _COMMON for letter in high)
    odd = sum(letter == "\ufffd" or "\x80" <= letter < "\xa0" for letter in high)
    if encoding == "windows-1252":
        letters = sum(letter.isalpha() and letter < "\u0250" for letter in high)
        # Accented Latin letters stand alone between plain ones; Arabic bytes come in runs.
        alone = sum(
            letter > "\x7f"
            and text[place - 1 : place] <= "\x7f"
            and text[place + 1 : place + 2] <= "\x7f"
            for place, letter in enumerate(text)
        )
        return (letters * alone / len(high) - 2 * odd) / len(high)
    return (arabic * 0.9 - 2 * odd) / len(high)
