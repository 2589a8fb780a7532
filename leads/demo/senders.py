"""Who writes each enquiry of the demo: strangers, customers who return, people who wrote before."""

from dataclasses import dataclass, replace
from random import Random

from customers.models import Customer
from messaging.models import Channel
from messaging.models.channels import ChannelKind

from .company import Company
from .customers import FIRST_ID, SEED
from .enquiries import Sender, Template, Written, fill, templates, write

CUSTOMERS_KNOWN = 60  # of each branch, enough for those who write again


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Whom the enquiries of one run come from, and the channels that they come through."""

    templates: list[Template]
    channels: dict[tuple[str, str], list[Channel]]  # by kind and branch
    customers: dict[str, list[Customer]]  # by branch


def gather(company: Company) -> Cast:
    """Read the cast. The order of the texts is shuffled, always in the same way."""
    texts = templates()
    channels: dict[tuple[str, str], list[Channel]] = {}
    for channel in Channel.objects.filter(branch__in=company.branches.values()).order_by("pk"):
        is_market = channel.external_id == "marketplace"
        kind = ChannelKind.MARKETPLACE.value if is_market else channel.kind
        channels.setdefault((kind, _code(company, channel.branch_id)), []).append(channel)
    people = Customer.objects.filter(kind="person", request_id__gte=FIRST_ID).order_by("pk")
    return Cast(
        templates=Random(SEED).sample(texts, len(texts)),
        channels=channels,
        customers={
            code: list(people.filter(branch=branch)[:CUSTOMERS_KNOWN])
            for code, branch in company.branches.items()
        },
    )


def _code(company: Company, branch_id: int) -> str:
    return next(code for code, branch in company.branches.items() if branch.pk == branch_id)


def enquiry(cast: Cast, index: int) -> tuple[Written, Channel]:
    """Return the index-th enquiry and its channel."""
    template = cast.templates[index % len(cast.templates)]
    random = Random(SEED * 3 + index)
    branch = "riyadh" if random.random() < 0.66 else "jeddah"
    if (template.channel, branch) not in cast.channels:
        branch = "riyadh"
    written = write(template, branch, index, random)
    if other := _somebody_known(cast, index, written.sender, random):
        written = fill(template, other, random)
    return written, random.choice(cast.channels[template.channel, branch])


def _somebody_known(cast: Cast, index: int, sender: Sender, random: Random) -> Sender | None:
    """Every ninth is a customer; some have a customer's name, or wrote before in another script."""
    customers = cast.customers[sender.branch]
    if index % 9 == 4 and index // 9 < len(customers):  # each once: another would join the first
        known = customers[index // 9]
        email = known.email or sender.email
        return replace(sender, name=known.name, phone=known.phone, email=email)
    if customers and index % 17 == 5:
        return replace(sender, name=customers[(index * 7) % len(customers)].name)
    if index % 23 == 7:
        before = enquiry(cast, index - 1)[0].sender
        is_same_place = before.branch == sender.branch
        return replace(sender, name=before.latin, latin=before.latin) if is_same_place else None
    return None
