"""What a question asks for, judged by its label in Arabic or English."""

import re
import unicodedata
from functools import lru_cache

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[\W_]+")
_BEFORE_DIGITS = re.compile(r"(?<=[^\W\d_])(?=\d)")  # phone2 is a second phone
_ARABIC_FOLD = str.maketrans("أإآٱةىؤئ", "اااا" + "هيوي", "\u0640")
_LONGEST_LABEL = 60  # characters; a longer question is a question, not a label

# Exact labels, after folding. They say more than the single words below.
_PHRASES: dict[str, str] = {
    "first_name": "first name|firstname|fname|given name|forename|الاسم الاول",
    "last_name": "last name|lastname|lname|surname|family name|second name|اسم العايله|اللقب|"
    "الاسم الاخير|اسم العاءله",
    "name": "name|full name|fullname|your name|contact name|customer name|client name|user name|"
    "contact person|sender name|who are you|الاسم|اسم|الاسم بالكامل|الاسم الكامل|اسمك|الاسم الكريم|"
    "اسم العميل|الاسم الثلاثي|اسم المرسل",
    "message": "message|msg|your message|comments|comment|enquiry|inquiry|query|question|notes|"
    "note|details|description|requirements|requirement|body|text|content|remarks|how can we help|"
    "how can we help you|what do you need|your enquiry|your inquiry|tell us more|الرساله|رساله|"
    "رسالتك|نص الرساله|الاستفسار|استفسارك|التفاصيل|تفاصيل الطلب|ملاحظات|الملاحظات|الطلب|طلبك|"
    "محتوي الرساله|اكتب رسالتك|كيف يمكننا مساعدتك|وصف الطلب",
    "product": "product|products|service|services|product name|interested in|interest|item|"
    "product interest|service needed|category|product category|المنتج|المنتجات|الخدمه|"
    "الخدمه المطلوبه|المنتج المطلوب|اسم المنتج|نوع الخدمه|نوع المنتج|القسم",
    "subject": "subject|your subject|topic|title|الموضوع|عنوان الرساله",
    "city": "city|town|your city|المدينه|مدينه|المحافظه",
    "country": "country|your country|country code iso|الدوله|البلد|دوله",
    "ignored": "form id|form name|form|form title|entry id|page url|page|url|referrer|referer|"
    "user agent|remote ip|ip|ip address|csrfmiddlewaretoken|csrf token|nonce|action|submit|key|"
    "api key|token|secret|powered by|g recaptcha response|h captcha response|cf turnstile response|"
    "post id|queried id|referer title|page title|locale|lang|language code|timestamp|created at|"
    "submitted at|date created|site url|form type|event|event type|event id|user id|version|"
    "honeypot|rendered at|charset|utf8|source url|google key",
    "id": "id|lead id|leadid|entry id|submission id|response id|uuid|external id|inquiry id|"
    "enquiry id|query id|message id|request id|conversation id",
    "submitted_at": "submitted at|created at|created time|submitted|timestamp|date created|"
    "submission date|lead submit time",
    "test": "is test|test",
}
# Single words, in order: "company email" is an e-mail, "company name" a company.
_WORDS: tuple[tuple[str, str], ...] = (
    ("consent", "consent|agree|agreement|gdpr|acceptance|accept|optin|اوافق|موافقه|الموافقه|موافق"),
    ("ignored", "fax|فاكس|recaptcha|captcha|csrf|honeypot|nonce"),
    ("email", "email|mail|emails|e mail|ايميل|الايميل|بريد|البريد|الالكتروني"),
    (
        "phone",
        "phone|phones|mobile|mob|tel|telephone|cell|cellphone|whatsapp|msisdn|gsm|جوال|الجوال|"
        "جوالك|موبايل|الموبايل|هاتف|الهاتف|هاتفك|تليفون|التليفون|تلفون|التلفون|واتساب|الواتساب|"
        "واتس|محمول|المحمول|رقمك",
    ),
    (
        "company",
        "company|organisation|organization|business|firm|employer|شركه|الشركه|شركتك|موسسه|الموسسه|"
        "المنشاه",
    ),
    ("city", "city|town|مدينه|المدينه|مدينتك|محافظه|المحافظه"),
    ("country", "country|دوله|الدوله|بلدك"),
    ("message", "message|enquiry|inquiry|comments|رساله|الرساله|رسالتك|استفسار|استفسارك"),
    ("product", "product|products|منتج|المنتج|المنتجات"),
    ("name", "name|fullname|اسم|الاسم|اسمك"),
)
# With one of these words beside it, the label asks for something else.
_OTHER_THINGS = {
    "name": "product form company file page campaign project site domain field event brand model "
    "item المنتج المشروع الملف الحمله الموقع",
    "company": "size type industry website url address since نوع حجم نشاط",
    "product": "quantity qty count number code price size url link id كميه الكميه عدد سعر كود",
}
_UNLESS = {role: frozenset(words.split()) for role, words in _OTHER_THINGS.items()}
_PREFIXES = re.compile(r"^(?:your|my|the|contact|customer|client|lead|user|visitor|sender|input) ")

_EXACT = {
    phrase: "ignored" if role in ("id", "submitted_at", "test") else role
    for role, phrases in reversed(_PHRASES.items())
    for phrase in phrases.split("|")
}
_ID_LABELS = tuple(_PHRASES["id"].split("|"))
_TIME_LABELS = frozenset(_PHRASES["submitted_at"].split("|"))
_TEST_LABELS = frozenset(_PHRASES["test"].split("|"))
_BY_WORD = [(role, frozenset(words.split("|"))) for role, words in _WORDS]


def folded(label: str) -> str:
    """Return a label in the one spelling in which labels are compared.

    >>> folded("fields[Your-Name]"), folded("البريد الإلكترونى *")
    ('fields your name', 'البريد الالكتروني')
    """
    return _folded(label[: _LONGEST_LABEL * 4])


@lru_cache(maxsize=4096)
def _folded(label: str) -> str:
    text = unicodedata.normalize("NFKC", _CAMEL.sub(" ", label))
    text = "".join(c for c in text if not unicodedata.combining(c)).casefold()
    return _NOT_WORD.sub(" ", _BEFORE_DIGITS.sub(" ", text.translate(_ARABIC_FOLD))).strip()


def role_of(label: str) -> str:
    """Return what a question asks for, or "" for any other question.

    One of: name, first_name, last_name, company, email, phone, city, country, product, subject,
    message, consent, utm, ignored.

    >>> role_of("رقم الجوال"), role_of("yourEmail"), role_of("Kitchen length (m)")
    ('phone', 'email', '')
    """
    return _role_of(folded(label))


@lru_cache(maxsize=4096)
def _role_of(text: str) -> str:
    if text.startswith("utm ") or text in ("gclid", "gcl id", "fbclid", "msclkid", "ttclid"):
        return "utm"
    plain = _PREFIXES.sub("", text)
    if role := _EXACT.get(text) or _EXACT.get(plain):
        return role
    if not text or len(text) > _LONGEST_LABEL:
        return ""
    words = frozenset(text.split())
    fitting = (role for role, known in _BY_WORD if words & known)
    return next((role for role in fitting if not words & _UNLESS.get(role, frozenset())), "")


def id_rank(label: str) -> int | None:
    """Return how well a label names the submission's own id (0 is best), or None."""
    text = folded(label)
    order = ("lead id", "leadid", "entry id", "submission id", "response id", *_ID_LABELS)
    return order.index(text) if text in order else None


def is_time_label(label: str) -> bool:
    """Return whether the label names the moment of sending."""
    return folded(label) in _TIME_LABELS


def is_test_label(label: str) -> bool:
    """Return whether the label marks a submission that was only tried out."""
    return folded(label) in _TEST_LABELS
