"""Normalise: the entities of a message, each with its value, evidence, confidence and source.

Every extractor is a small module of its own; this one only calls them in the order in which
they help each other: what is a phone or a company's name is no quantity and no place.
"""

from .budgets import find_budget
from .candidate import Candidate
from .companies import find_companies
from .context import Context
from .document import read
from .emails import find_emails
from .names import find_names
from .phones import find_phones
from .places import find_places
from .products import find_products
from .quantities import find_quantity
from .specs import find_specs

__all__ = ["Candidate", "extract"]
_IN_TEXT_ORDER = {"phone", "email", "specs"}


def extract(text: str, *, region: str, channel: str = "") -> list[Candidate]:
    """Return what a message says about the lead, sorted by field, the most certain first.

    `region` (ISO 3166 alpha-2) is the branch's: it decides national phone numbers, unnamed
    currencies and places that share a name. Phones, e-mails and specs come in text order.
    At most 20,000 characters are read. Never raises for any text.
    """
    del channel  # every channel is read alike today; part of the interface for those to come
    document = read(text)
    context = Context(document, region=region)
    contacts = [*find_emails(document), *find_phones(document, region=context.region)]
    context.add_contacts(contacts)
    companies = find_companies(context)
    places = find_places(context)
    context.add_places(places)
    products = find_products(context)
    context.category = products[0].value if products else ""
    countries = [item.value for item in places if item.field == "country"]
    money = find_budget(context, countries)
    found = [
        *contacts, *companies, *products, *places, *money, *find_quantity(context),
        *find_specs(context), *find_names(context),
        Candidate(
            "language", document.language, "", document.language_confidence, None, None,
            "language-rule", "1",
        ),
    ]  # fmt: skip
    return sorted(found, key=_order)


def _order(candidate: Candidate) -> tuple[str, float]:
    in_order = candidate.field in _IN_TEXT_ORDER
    return candidate.field, (candidate.start or 0) if in_order else -candidate.confidence
