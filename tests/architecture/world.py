"""Two branches full of records, each with its own canary word in every text people could read."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import SavedView, User, UserSession
from accounts.roles import RoleCode
from accounts.services import Notice, keys, notify, record
from customers.models import Category, Consent, ContactPoint, Note, Tag
from leads.models import DuplicateSuggestion, Lead
from messaging.models import InboundFile, MessageFile, Signal
from tests import factories
from tests.architecture.trade import trade_of

BRANCH_ROLES = [
    RoleCode.BRANCH_MANAGER, RoleCode.SUPERVISOR, RoleCode.SALES, RoleCode.INSPECTOR,
    RoleCode.STOREKEEPER, RoleCode.ACCOUNTANT, RoleCode.SUPPORT,
]  # fmt: skip
COMPANY_ROLES = [RoleCode.COMPANY_MANAGER, RoleCode.AUDITOR]


@dataclass
class Side:
    """One branch: its people by role and one record of every kind."""

    canary: str
    branch: Any
    people: dict[RoleCode, User] = field(default_factory=dict)
    records: dict[str, Any] = field(default_factory=dict)


def make_side(code: str) -> Side:
    """Fill a branch."""
    canary = f"canary{code}"
    branch = factories.make_branch(code)
    side = Side(canary, branch)
    for role in BRANCH_ROLES:
        side.people[role] = factories.make_user(
            role, branch, email=f"{role.value}.{code}@demo.example", name=f"{canary} {role.value}"
        )
    side.records = _records(side)
    return side


def make_company_people() -> dict[RoleCode, User]:
    """People of the whole company."""
    return {
        role: factories.make_user(role, None, email=f"{role.value}@demo.example")
        for role in COMPANY_ROLES
    }


def _records(side: Side) -> dict[str, Any]:
    canary, branch = side.canary, side.branch
    owner = side.people[RoleCode.SALES]
    team = factories.make_team(branch, owner, name_ar=canary, name_en=canary)
    rule = factories.make_rule(team, name=canary)
    channel = factories.make_channel(branch, name=canary)
    customer = factories.make_customer(
        branch, owner, name=f"{canary} عميل", emails=(f"{canary}@demo.example",),
        phones=(f"+96650000{branch.pk:04d}",), city=canary,
    )  # fmt: skip
    note = Note.objects.create(customer=customer, author=owner, text=f"{canary} note")
    point = ContactPoint.objects.filter(customer=customer).first()
    consent = Consent.objects.create(
        customer=customer, point=point, purpose="marketing", is_granted=True, source=canary
    )
    lead = factories.make_lead(channel, f"{canary} أحتاج تكييف سبليت", name=f"{canary} كريم")
    Lead.objects.filter(pk=lead.pk).update(owner=owner)
    lead.refresh_from_db()
    suggestion = DuplicateSuggestion.objects.create(
        lead=lead, customer=customer, score=0.9, reasons=[canary]
    )
    signal = Signal.objects.create(
        channel="whatsapp", key=f"whatsapp:{canary}", body=canary.encode(), branch=branch,
        source=canary,
    )  # fmt: skip
    notify(Notice(user=owner, kind="lead.assigned", subject=canary, url="/", key=canary))
    robot = factories.make_user(
        RoleCode.INTEGRATOR, branch, email=f"robot.{side.branch.code}@demo.example",
        is_service=True, name=f"{canary} robot",
    )  # fmt: skip
    wanted = keys.NewKey(user=robot, name=canary, scopes=list(robot.role.grants))
    key, secret = keys.create_key(wanted, actor=None)
    return {
        **trade_of(branch, owner, side.people[RoleCode.INSPECTOR], customer, canary),
        "customer": customer, "note": note, "point": point, "consent": consent, "lead": lead,
        "field": lead.fields.first(), "suggestion": suggestion, "rule": rule, "team": team,
        "department": factories.make_department(branch, name_ar=canary, name_en=canary),
        "channel": channel, "signal": signal, "form": factories.make_form(branch, name=canary),
        "user": owner, "message": lead.log.get().message, "conversation": lead.conversation,
        "notification": owner.notifications.filter(subject=canary).get(),
        "view": SavedView.objects.create(user=owner, page="customers:list", name=canary),
        "session": _session_of(owner, f"s{canary}"),
        "key": key, "secret": secret, "robot": robot, "branch": branch,
        "category": Category.objects.get_or_create(name_ar="ذهبي", defaults={"name_en": "Gold"})[0],
        "tag": Tag.objects.get_or_create(name="vip")[0],
        "role": owner.role, "activity": record(owner, "profile.changed", owner),
        "message_file": MessageFile.objects.create(
            message=lead.log.get().message, name=f"{canary}.pdf", content_type="application/pdf",
            body=canary.encode(), size=3, sha256="0" * 64,
        ),
        "received_file": InboundFile.objects.create(
            message=lead.log.get().message, place=0, name=f"{canary}.pdf",
            content_type="application/pdf", size=3, state="kept",
            file=ContentFile(canary.encode(), name="x"),
        ),
    }  # fmt: skip


def _session_of(owner: User, key: str) -> UserSession:
    session = Session.objects.create(session_key=key, session_data="", expire_date=timezone.now())
    return UserSession.objects.create(user=owner, session=session)
