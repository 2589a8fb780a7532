"""Company names: "شركة النيل للخدمات البترولية", "Brightline Interiors LLC"."""

from .candidate import Candidate
from .context import Context
from .lexicon import Match
from .words import Word

_GENERIC = {
    "تانيه", "ثانيه", "اخري", "كبيره", "كبير", "صغير", "صغيره", "جديد", "جديده", "خاص", "خاصه", "حكومي", "حكوميه", "تصنيع",
    "مقاولات", "ديكور", "تجاره", "تجاريه", "خشب", "تشطيبات", "تشطيب", "عقاريه", "استيراد", "تصدير", "شحن", "محلي", "عالمي",
    "متخصصه", "متخصص", "رائده", "دوليه", "هندسي", "هندسيه", "استشاري", "محاماه", "محاسبه", "بيع", "توزيع", "انتاج", "نقل",
    "سياحه", "اغذيه", "ملابس", "بلاستيك", "اثاث", "مطابخ", "الوميتال", "المنيوم", "رخام", "حديد", "ادويه", "صيانه", "تنظيف",
    "نظافه", "خمس", "خمسه", "نجوم", "المدير", "المديره", "مدير", "استقبال", "المشروع", "العمل", "الشغل", "البيت", "الدور",
    "الرئيسي", "الرئيسيه", "الجديد", "الجديده", "كامل", "كامله", "بتاعنا", "بتاعي", "بتاعتي", "عندي", "حوالي", "تقريبا",
    "معتمده", "معتمد", "مرخصه", "موثوقه", "مصريه", "سعوديه", "تركيه", "صينيه", "اماراتيه", "وطنيه", "تقنيه", "برمجه",
    "مدير", "منزلي", "ارضي", "علوي", "طبي", "طبيه", "اسنان", "اطفال", "بنات", "اولاد", "ابتدائي", "اهليه", "فندقي", "ثابت",
    "مساحته", "مساحه", "مساحتها", "بمساحه", "مكون", "زي", "غيركم", "منافسه", "منافس", "مشهوره", "واحد", "واحده", "بدون",
    "ناشيه", "ناشئه", "رائده", "عاييليه", "عائليه", "جاهز", "جاهزه", "قديم", "قديمه", "مودرن", "كلاسيك", "رئيسي", "فرعي", "افراح", "رياضي", "رياضيه", "لغات", "خاصتنا",
    "شحنات", "تسويق", "دعايه", "اعلان", "امن", "سيارات", "تصميم", "بيتي", "شقه", "فيلا", "عيادات", "اسماك", "مشويات",
    "وجبات", "سريعه", "شعبي", "سكني", "اداري", "تجاري", "خياطه", "حلويات", "قهوه", "تجميل", "حيوانات", "خيريه", "كهرباء",
}  # fmt: skip
_STOP = {
    "في", "فى", "من", "علي", "على", "عن", "الي", "الى", "مع", "هل", "و", "او", "ثم", "حيث", "بعد", "قبل", "عند", "لدي", "لديها",
    "لدينا", "محتاج", "محتاجه", "محتاجين", "عايز", "عايزه", "عايزين", "عاوز", "عاوزين", "نحتاج", "تحتاج", "ترغب", "نرغب", "تبي",
    "نبي", "تبغي", "نبغي", "تريد", "نريد", "اريد", "ابي", "ابغي", "تطلب", "نطلب", "تود", "نود", "تعلن", "بدنا", "بدها", "بدي",
    "بدهم", "تعمل", "نعمل", "تنتج", "ينتج", "وترغب", "ونحتاج", "ونرغب", "ونبي", "ونريد", "ايميل", "الايميل", "بريد", "هاتف",
    "جوال", "تليفون", "موبايل", "واتس", "واتساب", "رقم", "حسابات", "ادارة", "اداره", "قسم", "المشتريات", "مشتريات", "اللي",
    "التي", "الذي", "كان", "كانت", "هي", "هو", "لو", "ممكن", "برجاء", "يرجي", "نرجو", "مطلوب", "السلام", "شكرا", "تحياتي", "م",
    "مهندس", "المهندس", "استاذ", "الاستاذ", "انا", "احنا", "نحن", "لكم", "لكو", "منكم", "معاكم", "معكم", "نفسه", "نفسها", "كلها",
    "يطلب", "يحتاج", "يرغب", "بيطلب", "بتطلب", "عرضت", "قالت", "باسم", "تقدم", "نقدم", "بصدد", "بحاجه", "اطلب", "ارغب", "اود",
    "احتاج", "تتقدم", "تدعو", "ينوي", "ينوون", "تنوي", "يوم", "اليوم", "بكره", "حق", "مال", "تبع", "بتاع", "بتاعت", "طلبت", "دفعت",
    "وعندنا", "وعندي", "عندنا", "عندها", "محتاجة", "وبدنا", "وبدي", "ليها", "اسمها", "اسمه", "بخصوص", "نبحث", "تبحث", "نبحث",
    "رفعت", "ساكن", "تسليم", "بموقع", "للتواصل", "التواصل", "تواصل", "كنت", "كنا", "حابين", "حابه", "حاب", "ودنا", "ودي",
}  # fmt: skip
_SUFFIXES = {
    "llc", "ltd", "limited", "inc", "fze", "fzc", "fzco", "wll", "gmbh", "sarl", "pvt", "plc", "corp", "sae", "est", "srl", "co",
}  # fmt: skip
_NOT_FIRST = {
    "the", "our", "your", "a", "an", "from", "at", "for", "in", "of", "hi", "hello", "dear", "need", "we", "i", "my", "this",
    "regards", "new", "with", "and", "to", "by", "is", "best", "kind", "thanks", "thank", "eng", "mr", "ms", "mrs", "dr",
    "procurement", "purchasing", "attn", "please", "quote", "sales", "five", "star", "urgent", "price", "need", "boutique",
    "international", "private", "local", "small", "big", "good", "any", "company", "factory", "interior", "google",
}  # fmt: skip
_MOST_WORDS = 5


def _is_joined(context: Context, left: Word, right: Word, allowed: str) -> bool:
    return not context.document.folded.text[left.end : right.start].strip(allowed)


def _arabic_end(context: Context, head: Match) -> int | None:
    """Return the word after the last one of an Arabic company name, None where it is no name."""
    document = context.document
    words, place_starts = document.words, {m.first: m for m in document.found("places")}
    last = head.last
    while last < len(words) and last - head.last < _MOST_WORDS:
        word = words[last]
        place = place_starts.get(last)
        is_located = place is not None and place.start > word.start and last > head.last
        starts_located = place is not None and place.start > word.start and last == head.last
        if (
            word.is_number
            or (word.text in _STOP and not (word.text == "السلام" and last == head.last))
            or (word.text[0] == "و" and last > head.last and len(word.text) > 3 and word.text[1:3] != "ال")
            or not _is_joined(context, words[last - 1], word, " \"'-")
            or context.contacts.holds(word.start, word.end)
            or is_located
            or starts_located
            or (place is not None and last > head.last and place.row[4] == "-")
        ):
            break
        last += 1
    names = [word.text for word in words[head.last : last]]
    is_adjective = len(names) == 1 and names[0].endswith("ه") and not names[0].startswith("ال")
    if not names or is_adjective or names[0] in _GENERIC or names[0].startswith(("لل", "بال", "كم")):
        return None
    return last


def _arabic(context: Context) -> list[Candidate]:
    document, found, covered = context.document, [], 0
    for head in document.found("company_heads"):
        word = document.words[head.first]
        is_definite = "ال" in word.text[: head.start - word.start + 2] or word.text[:2] == "لل"
        if head.row[0] != "ar" or head.first < covered or is_definite:
            continue
        last = _arabic_end(context, head)
        if last is None:
            continue
        covered = last
        start, end = head.start, document.words[last - 1].end
        raw = document.raw(start, end)
        before = document.words[head.first - 1].text if head.first else ""
        is_addressee = before in {"الساده", "الي", "الى", "لشركه", "حضره"}
        is_firm = document.words[head.first].text in {"شركه", "موسسه", "مصنع", "مجموعه"}
        found.append(
            document.candidate(
                "company", raw, start, end, 0.4 if is_addressee else 0.85 if is_firm else 0.75, "company-rule"
            )
        )
    return found


def _is_capital(context: Context, word: Word) -> bool:
    return word.is_latin and context.document.raw(word.start, word.end)[:1].isupper()


def _latin_start(context: Context, head: Match) -> int:
    """Return the first word of the capitalised run that a head such as "Trading" closes."""
    words, first = context.document.words, head.first
    while first and head.first - first < _MOST_WORDS:
        word = words[first - 1]
        allowed = " &.-'," if words[first].text in _SUFFIXES and first == head.first else " &-'"
        is_link = word.text in {"and", "of"} and first > 1 and _is_capital(context, words[first - 2])
        if not _is_joined(context, word, words[first], allowed) or not (
            is_link or (_is_capital(context, word) and word.text not in _NOT_FIRST)
        ):
            break
        first -= 1
    return first


def _lower_start(context: Context, head: Match) -> int:
    """A legal form closes a name even where nothing is capitalised: "sahara petrochem fze"."""
    words, first = context.document.words, head.first
    if words[head.first].text not in _SUFFIXES - {"co", "est"}:
        return first
    while first and head.first - first < 2:
        word = words[first - 1]
        if not word.is_latin or word.text in _NOT_FIRST or len(word.text) < 3:
            break
        if not _is_joined(context, word, words[first], " "):
            break
        first -= 1
    return first


def _latin(context: Context) -> list[Candidate]:
    document, found, covered = context.document, [], 0
    words = document.words
    for head in document.found("company_heads"):
        if head.row[0] != "en" or head.first < covered or context.contacts.holds(head.start, head.end):
            continue
        if _is_capital(context, words[head.first]):
            first = _latin_start(context, head)
        else:
            first = _lower_start(context, head)
        if first == head.first:
            continue
        last, heads = head.last, {m.first: m.last for m in document.found("company_heads")}
        while last in heads and _is_joined(context, words[last - 1], words[last], " .,&"):
            if not _is_capital(context, words[last]) and words[last].text not in _SUFFIXES:
                break
            last = heads[last]
        covered = last
        start, end = words[first].start, words[last - 1].end
        strong = words[last - 1].text in _SUFFIXES
        confidence = 0.9 if strong else 0.72
        found.append(
            document.candidate(
                "company", document.raw(start, end), start, end, confidence, "company-rule"
            )
        )
    return found


def find_companies(context: Context) -> list[Candidate]:
    """Return company candidates, as written; their spans are marked in the context."""
    found = [*_arabic(context), *_latin(context)]
    context.companies.pairs.extend(context.document.folded_span(item) for item in found)
    return found
