"""The demo company itself: settings, branches, people, channels, forms."""

import os
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Branch, CompanySettings, Department, IntegratorKey, Role, Team, User
from accounts.roles import RoleCode
from accounts.services.keys import NewKey, create_key, digest
from accounts.services.roles import sync_roles
from customers.models import Category, Tag
from leads.models import WebForm
from messaging.models import Channel
from messaging.models.channels import ChannelKind

DOMAIN = "demo.example"
HISTORY = timedelta(days=730)  # how long its people and customers go back
DETAILS = {  # of the company, as its documents show them
    "name_ar": "نسمة للتكييف",
    "name_en": "Nasma Air Conditioning",
    "tax_number": "300000000000003",
    "register_number": "1010000000",
    "address_ar": "طريق الملك فهد، حي العليا، الرياض",
    "address_en": "King Fahd Road, Al Olaya, Riyadh",
    "phone": "+966 50 000 0001",
    "email": "sales@nasma.example",
    "bank_details": "البنك التجريبي · SA00 0000 0000 0000 0000 0000",
    "quote_terms": "الأسعار بالريال السعودي. يُدفع نصف المبلغ عند التأكيد والباقي عند التركيب.",
}
BRANCHES = {
    "riyadh": {"name_ar": "الرياض", "name_en": "Riyadh"},
    "jeddah": {"name_ar": "جدة", "name_en": "Jeddah"},
}
DEPARTMENTS = (
    ("riyadh", "المبيعات", "Sales"),
    ("riyadh", "المعاينات", "Inspections"),
    ("jeddah", "المبيعات", "Sales"),
)


@dataclass(frozen=True)
class Colleague:
    """One account of the demo. Teams are named in English."""

    login: str
    name: str
    name_en: str
    role: RoleCode
    branch: str = ""
    teams: tuple[str, ...] = ()
    language: str = "ar"
    capacity: int = 40


SALES = RoleCode.SALES
NORTH, CENTRAL, JEDDAH = "Riyadh north", "Riyadh central", "Jeddah"
PROJECTS, SUPPORT = "Projects", "Support"
PEOPLE = (
    Colleague("manager", "سارة القحطاني", "Sara Alqahtani", RoleCode.COMPANY_MANAGER),
    Colleague(
        "supervisor", "ماجد السبيعي", "Majed Alsubaie", RoleCode.SUPERVISOR, "riyadh", (PROJECTS,)
    ),
    Colleague("sales", "فهد الحربي", "Fahad Alharbi", SALES, "riyadh", (NORTH, CENTRAL, PROJECTS)),
    Colleague("inspector", "عبدالله الدوسري", "Abdullah Aldossari", RoleCode.INSPECTOR, "riyadh"),
    Colleague("auditor", "هند الزهراني", "Hind Alzahrani", RoleCode.AUDITOR),
    Colleague("sales.b", "باسم باوزير", "Basem Bawazir", SALES, "jeddah", (JEDDAH,)),
    Colleague("reem", "ريم الشهري", "Reem Alshehri", SALES, "riyadh", (NORTH,)),
    Colleague("turki", "تركي العنزي", "Turki Alanazi", SALES, "riyadh", (NORTH, CENTRAL)),
    Colleague("noura", "نورة المطيري", "Noura Almutairi", SALES, "riyadh", (CENTRAL, SUPPORT)),
    Colleague("omar", "عمر حمدان", "Omar Hamdan", SALES, "riyadh", (SUPPORT,), "en"),
    Colleague("dalal", "دلال السالم", "Dalal Alsalem", SALES, "riyadh", (PROJECTS,), "ar", 25),
    Colleague("hashim", "هاشم باعشن", "Hashim Baeshen", SALES, "jeddah", (JEDDAH,)),
    Colleague("layla", "ليلى الغامدي", "Layla Alghamdi", SALES, "jeddah", (JEDDAH,)),
    Colleague("khalid", "خالد العنزي", "Khalid Alanazi", RoleCode.INSPECTOR, "riyadh"),
    Colleague("hind", "هند الشمراني", "Hind Alshamrani", RoleCode.INSPECTOR, "riyadh"),
    Colleague("sultan", "سلطان الغامدي", "Sultan Alghamdi", RoleCode.INSPECTOR, "jeddah"),
    Colleague("store", "ياسر المالكي", "Yasser Almalki", RoleCode.STOREKEEPER, "riyadh"),
    Colleague("accounts", "منى العسيري", "Mona Alasiri", RoleCode.ACCOUNTANT, "riyadh"),
)
LOGINS = tuple(f"{person.login}@{DOMAIN}" for person in PEOPLE[:6])  # those that are announced
TEAMS = (
    ("riyadh", "شمال الرياض", NORTH),
    ("riyadh", "وسط الرياض", CENTRAL),
    ("riyadh", "المشاريع", PROJECTS),
    ("riyadh", "الدعم", SUPPORT),
    ("jeddah", "جدة", JEDDAH),
)
CATEGORIES = (
    ("بلاتيني", "Platinum", "info"),
    ("ذهبي", "Gold", "gold"),
    ("فضي", "Silver", "line"),
    ("عام", "Standard", "mute"),
)
TAGS = (
    "فيلا", "شقة", "مشروع", "عقد صيانة", "VRF", "ضمان", "سداد آجل", "مطعم", "مدرسة", "عيادة",
    "يفضل الواتساب", "موصى به",
)  # fmt: skip
WHATSAPP_NUMBERS = (  # branch, name, id at the provider, number
    ("riyadh", "واتساب الرياض", "500000000000001", "+966500000001"),
    ("jeddah", "واتساب جدة", "500000000000002", "+966500000002"),
    ("riyadh", "واتساب المشاريع", "106540352242922", "+966500000003"),
)
MAILBOXES = (
    ("riyadh", "بريد المبيعات", "sales@nasma.example"),
    ("jeddah", "بريد جدة", "jeddah@nasma.example"),
)
FORMS = (
    ("riyadh", "demo", "نموذج الموقع"),
    ("riyadh", "riyadh", "صفحة عروض الرياض"),
    ("jeddah", "jeddah", "صفحة عروض جدة"),
    ("riyadh", "marketplace", "سوق التوريد"),
)


@dataclass(kw_only=True)
class Access:
    """Secrets that were drawn in this run; empty where they were given, or set before."""

    password: str = ""
    key: str = ""


@dataclass(kw_only=True)
class Company:
    """The rows that everything else of the demo hangs on."""

    branches: dict[str, Branch] = field(default_factory=dict)  # by code
    people: dict[str, User] = field(default_factory=dict)  # by login
    teams: dict[str, Team] = field(default_factory=dict)  # by English name
    access: Access = field(default_factory=Access)

    def sales_of(self, branch: str) -> list[User]:
        """Return the salespeople of a branch, always in the same order."""
        return self._people_of(branch, SALES)

    def inspectors_of(self, branch: str) -> list[User]:
        """Return the inspectors of a branch, always in the same order."""
        return self._people_of(branch, RoleCode.INSPECTOR)

    def _people_of(self, branch: str, role: RoleCode) -> list[User]:
        wanted = [one.login for one in PEOPLE if one.role == role and one.branch == branch]
        return [self.people[login] for login in wanted]


@transaction.atomic
def make_company() -> Company:
    """Make what is missing of the company; what is there stays as people changed it."""
    settings, is_new = CompanySettings.objects.get_or_create(pk=1)
    if is_new or settings.name_ar in ("", "مدار"):
        for name, value in DETAILS.items():
            setattr(settings, name, value)
        settings.save()
    sync_roles()
    company = Company()
    for code, columns in BRANCHES.items():
        company.branches[code] = Branch.objects.get_or_create(code=code, defaults=columns)[0]
    _make_people(company)
    _make_teams(company)
    _make_channels(company)
    _make_lists()
    company.access.key = _make_integration(company)
    return company


def _make_people(company: Company) -> None:
    departments = [
        Department.objects.get_or_create(
            branch=company.branches[branch], name_en=english, defaults={"name_ar": arabic}
        )[0]
        for branch, arabic, english in DEPARTMENTS
    ]
    by_branch = {(row.branch.code, row.name_en): row for row in departments}
    known = {user.email: user for user in User.objects.filter(email__endswith=f"@{DOMAIN}")}
    roles = {role.code: role for role in Role.objects.all()}
    company.access.password, encoded = _password(known)
    for person in PEOPLE:
        email = f"{person.login}@{DOMAIN}"
        kind = "Inspections" if person.role == RoleCode.INSPECTOR else "Sales"
        user = known.get(email) or User(
            email=email,
            name=person.name,
            name_en=person.name_en,
            role=roles[person.role],
            branch=company.branches.get(person.branch),
            department=by_branch.get((person.branch, kind)),
            language=person.language,
            lead_capacity=person.capacity,
            created_at=timezone.now() - HISTORY,
        )
        if encoded:
            user.password = encoded
        if encoded or user.pk is None:
            user.save()
        company.people[person.login] = user
    riyadh = by_branch["riyadh", "Sales"]
    if riyadh.manager_id is None:
        riyadh.manager = company.people["supervisor"]
        riyadh.save(update_fields=["manager"])


def _password(known: dict[str, User]) -> tuple[str, str]:
    """Return the password if it had to be drawn, and its stored form; a working one is left alone.

    One hash serves all demo users: hashing is slow by design, and they share the password anyway.
    """
    password = os.environ.get("DEMO_PASSWORD", "")
    manager = known.get(f"manager@{DOMAIN}")
    is_complete = all(f"{person.login}@{DOMAIN}" in known for person in PEOPLE)
    if is_complete and manager and (not password or check_password(password, manager.password)):
        return "", ""
    drawn = "" if password else secrets.token_urlsafe(12)
    return drawn, make_password(password or drawn)


def _make_teams(company: Company) -> None:
    for branch, arabic, english in TEAMS:
        team, is_new = Team.objects.get_or_create(
            branch=company.branches[branch], name_en=english, defaults={"name_ar": arabic}
        )
        if is_new:
            team.members.set(
                [company.people[person.login] for person in PEOPLE if english in person.teams]
            )
        company.teams[english] = team


def _make_channels(company: Company) -> None:
    for branch, name, external_id, address in WHATSAPP_NUMBERS:
        _channel(company.branches[branch], ChannelKind.WHATSAPP, name, external_id, address)
    for branch, name, address in MAILBOXES:
        _channel(company.branches[branch], ChannelKind.EMAIL, name, address, address)
    for branch, key, name in FORMS:
        row = company.branches[branch]
        channel = _channel(row, ChannelKind.WEB_FORM, name, key, "")
        titles = {
            "title_ar": "اطلب عرض سعر للتكييف",
            "title_en": "Ask for an air conditioning quote",
            "intro_ar": "اكتب لنا ما تحتاجه وسيتواصل معك زميل خلال دقائق.",
            "intro_en": "Tell us what you need and a colleague will call you within minutes.",
        }
        defaults = {"name": name, "branch": row, "channel": channel, **titles}
        WebForm.objects.get_or_create(key=key, defaults=defaults)


def _channel(branch: Branch, kind: str, name: str, external_id: str, address: str) -> Channel:
    defaults = {"name": name, "branch": branch, "address": address}
    return Channel.objects.get_or_create(kind=kind, external_id=external_id, defaults=defaults)[0]


def _make_lists() -> None:
    for position, (arabic, english, colour) in enumerate(CATEGORIES):
        if not Category.objects.filter(Q(name_en__iexact=english) | Q(name_ar__iexact=arabic)):
            Category.objects.create(
                name_ar=arabic, name_en=english, colour=colour, position=position
            )
    Tag.objects.bulk_create([Tag(name=name) for name in TAGS], ignore_conflicts=True)


def _make_integration(company: Company) -> str:
    """Make the demo's integration with its key; return the secret if it had to be drawn."""
    user, _is_new = User.objects.get_or_create(
        email=f"integration@{DOMAIN}",
        defaults={
            "name": "ربط المتجر",
            "name_en": "Shop integration",
            "role": Role.objects.get(code=RoleCode.INTEGRATOR),
            "branch": company.branches["riyadh"],
            "is_service": True,
            "password": make_password(None),
        },
    )
    secret = os.environ.get("DEMO_INTEGRATOR_KEY", "")
    keys = IntegratorKey.objects.filter(user=user, revoked_at=None)
    if keys.filter(key_hash=digest(secret)).exists() if secret else keys.exists():
        return ""
    scopes = [code for code, scope in (user.role.grants if user.role else {}).items() if scope]
    wanted = NewKey(user=user, name="المتجر الإلكتروني", scopes=scopes, secret=secret)
    _key, made = create_key(wanted, actor=None)
    return "" if secret else made
