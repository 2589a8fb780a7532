"""One cast for every test: who owns, who is in the branch, who is a stranger."""

import itertools
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Branch, CompanySettings, Department, Role, Team, User
from accounts.roles import RANK, RoleCode, builtin_grants, builtin_hidden
from customers.models import Customer
from customers.services import NewCustomer, create_customer
from leads.models import Lead, RoutingRule, WebForm
from leads.services import take_in
from messaging.models import Channel, Message
from messaging.services import Inbound, Person, store_messages

PASSWORD = "a long pass phrase 7"
numbers = itertools.count(1)


def make_role(code: RoleCode) -> Role:
    """A built-in role with its grants."""
    role, _is_new = Role.objects.get_or_create(
        code=code.value,
        defaults={
            "name_ar": str(code.label),
            "name_en": str(code.label),
            "rank": RANK[code],
            "is_builtin": True,
            "grants": builtin_grants(code),
            "hidden_fields": builtin_hidden(code),
        },
    )
    return role


def make_company() -> CompanySettings:
    """The company's settings."""
    company = CompanySettings.current()
    company.name_ar, company.name_en = "نسمة للتكييف", "Nasma Air"
    company.save()
    return company


def make_branch(code: str = "", **columns: Any) -> Branch:
    """A branch in Riyadh, or what the columns say."""
    code = code or f"b{next(numbers)}"
    defaults = {"name_ar": f"فرع {code}", "name_en": f"Branch {code}"}
    return Branch.objects.create(code=code, **{**defaults, **columns})


def make_user(role: RoleCode, branch: Branch | None, **columns: Any) -> User:
    """A person with the test password."""
    number = next(numbers)
    defaults: dict[str, Any] = {
        "email": f"person{number}@demo.example",
        "name": f"شخص {number}",
        "language": "en",
    }
    values = {**defaults, **columns}
    return User.objects.create_user(
        values.pop("email"), PASSWORD, role=make_role(role), branch=branch, **values
    )


def make_department(branch: Branch, **columns: Any) -> Department:
    """A department."""
    return Department.objects.create(
        branch=branch, **{"name_ar": "قسم", "name_en": "Dept", **columns}
    )


def make_team(branch: Branch, *members: User, **columns: Any) -> Team:
    """A team with its members."""
    team = Team.objects.create(branch=branch, **{"name_ar": "فريق", "name_en": "Team", **columns})
    team.members.set(members)
    return team


def make_rule(team: Team, **columns: Any) -> RoutingRule:
    """A rule that gives every lead to the least loaded of a team, or what the columns say."""
    return RoutingRule.objects.create(
        team=team, **{"name": "Everybody", "branch": team.branch, **columns}
    )


def make_customer(branch: Branch, owner: User | None = None, **columns: Any) -> Customer:
    """A customer made through the service."""
    defaults: dict[str, Any] = {"name": f"عميل {next(numbers)}"}
    return create_customer(
        NewCustomer(branch=branch, owner=owner, **{**defaults, **columns}), actor=owner
    )


def make_channel(branch: Branch, kind: str = "whatsapp", **columns: Any) -> Channel:
    """A channel of a branch."""
    number = next(numbers)
    defaults = {"name": f"{kind} {number}", "external_id": f"10000{number}"}
    return Channel.objects.create(kind=kind, branch=branch, **{**defaults, **columns})


def make_message(channel: Channel, text: str, **person: Any) -> Message:
    """An inbound message, as a reader would store it."""
    number = next(numbers)
    known = {"phone": f"+9665{number:08d}", "name": ""}
    inbound = Inbound(
        channel=channel,
        person=Person(**{**known, **person}),
        provider_id=f"wamid.{uuid.uuid4().hex}",
        text=text,
        sent_at=timezone.now(),
    )
    with transaction.atomic():
        (message,) = store_messages([inbound])
    return message


def make_lead(
    channel: Channel, text: str = "أحتاج تكييف سبليت للصالة في الرياض", **person: Any
) -> Lead:
    """A lead that came the whole way."""
    message = make_message(channel, text, **person)
    take_in([message.pk])
    return Lead.objects.get(log__message=message)


def make_form(branch: Branch, **columns: Any) -> WebForm:
    """A public web form."""
    channel = make_channel(branch, "web_form")
    defaults = {"name": "Site", "title_ar": "اطلب عرض سعر", "title_en": "Ask for a price"}
    return WebForm.objects.create(branch=branch, channel=channel, **{**defaults, **columns})
