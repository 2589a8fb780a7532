"""Notes about customers."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from accounts.services import Notice, notify_many, record
from crm_project.kit.live import branch_group, tell_once
from crm_project.kit.text import normalise
from customers.models import Customer, Note

from .timeline import TimelineLine, add_to_timeline

NOTES_CHANGED = "notes-changed"
MENTIONED = "customer.mentioned"


@transaction.atomic
def add_note(customer: Customer, text: str, *, author: User, mentions: Iterable[User] = ()) -> Note:
    """Keep a note and tell the colleagues that it mentions: those given, and every @name in it.

    Only people who may see the customer are told.
    """
    note = Note.objects.create(customer=customer, author=author, text=text)
    named = {person.pk: person for person in (*mentions, *_named_in(text, author))}
    told = [person for person in named.values() if _may_see(person, customer)]
    note.mentions.set(told)
    add_to_timeline(
        [
            TimelineLine(
                customer_id=customer.pk,
                kind="note",
                source=f"note:{note.pk}",
                text=text,
                actor=author,
                url=customer.get_absolute_url(),
            )
        ]
    )
    notify_many(_notice(person, note) for person in told if person != author)
    record(author, "note.added", customer)
    _tell(customer)
    return note


@transaction.atomic
def pin_note(note: Note, *, actor: User, is_pinned: bool) -> None:
    """Keep a note above the others, or let it go."""
    if note.is_pinned == is_pinned:
        return
    Note.objects.filter(pk=note.pk).update(is_pinned=is_pinned)
    record(actor, "note.pinned" if is_pinned else "note.unpinned", note.customer)
    _tell(note.customer)


@transaction.atomic
def delete_note(note: Note, *, actor: User) -> None:
    """Remove a note and its line of the timeline; the log keeps what it said."""
    customer = note.customer
    record(actor, "note.deleted", customer, changes={"text": [note.text[:500], None]})
    customer.timeline.filter(source=f"note:{note.pk}").delete()
    note.delete()
    _tell(customer)


def _named_in(text: str, author: User) -> list[User]:
    """Colleagues whose name, or first name where it is only theirs, stands after an @."""
    if "@" not in text:
        return []
    searched = normalise(text)
    people = list(User.objects.visible_to(author).staff().with_access())
    firsts = [normalise(person.name).split()[:1] for person in people]
    return [
        person
        for person, first in zip(people, firsts, strict=True)
        if f"@{normalise(person.name)}" in searched
        or (first and firsts.count(first) == 1 and f"@{first[0]}" in searched)
    ]


def _may_see(person: User, customer: Customer) -> bool:
    return bool(Customer.objects.visible_to(person).filter(pk=customer.pk).exists())


def _notice(person: User, note: Note) -> Notice:
    return Notice(
        user=person,
        kind=MENTIONED,
        subject=note.customer.name,
        detail=note.text[:300],
        url=note.customer.get_absolute_url(),
        key=f"note:{note.pk}",
    )


def _tell(customer: Customer) -> None:
    tell_once({branch_group(None), branch_group(customer.branch_id)}, NOTES_CHANGED)
