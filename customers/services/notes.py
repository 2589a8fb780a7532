"""Notes about customers."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import Notice, notify_many, record
from crm_project.kit.live import branch_group, tell_once
from crm_project.kit.text import normalise
from customers.errors import NotYourNote
from customers.models import Customer, Note

from .timeline import TimelineLine, add_to_timeline

NOTES_CHANGED = "notes-changed"
SAME_CLICK = timedelta(minutes=1)
MENTIONED = "customer.mentioned"


@transaction.atomic
def add_note(customer: Customer, text: str, *, author: User, mentions: Iterable[User] = ()) -> Note:
    """Keep a note and tell the colleagues that it mentions: those given, and every @name in it.

    Only people who may see the customer are told. The same words again within a minute are one
    note: a double click.
    """
    Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
    recent = customer.notes.filter(created_at__gt=timezone.now() - SAME_CLICK)
    if same := recent.filter(author=author, text=text).first():
        return same
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
def edit_note(note: Note, text: str, *, editor: User) -> Note:
    """Change what a note says: its author's right. Colleagues newly mentioned are told.

    The log keeps what it said before. Errors: NotYourNote.
    """
    note = Note.objects.select_for_update(of=("self",)).select_related("customer").get(pk=note.pk)
    if note.author_id != editor.pk:
        raise NotYourNote
    if note.text == text:
        return note
    before, note.text = note.text, text
    note.save(update_fields=["text"])
    known = set(note.mentions.values_list("pk", flat=True))
    named = [one for one in _named_in(text, editor) if _may_see(one, note.customer)]
    note.mentions.add(*named)
    note.customer.timeline.filter(source=f"note:{note.pk}").update(text=text[:300])
    new = [person for person in named if person.pk not in known and person != editor]
    notify_many(_notice(person, note) for person in new)
    record(editor, "note.edited", note.customer, changes={"text": [before[:500], text[:500]]})
    _tell(note.customer)
    tell_once({branch_group(None), branch_group(note.customer.branch_id)}, "timeline-changed")
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
    """Colleagues whose name in either script, or first name where only theirs, stands after an @."""
    if "@" not in text:
        return []
    searched = normalise(text)
    people = list(User.objects.visible_to(author).staff().with_access())
    names = {person.pk: _names_of(person) for person in people}
    firsts = Counter(first for known in names.values() for first in _firsts(known))
    return [person for person in people if _is_named(names[person.pk], firsts, searched)]


def _names_of(person: User) -> set[str]:
    return {normalise(name) for name in (person.name, person.name_en) if name.strip()}


def _firsts(names: set[str]) -> set[str]:
    return {name.split()[0] for name in names if name.split()}


def _is_named(names: set[str], firsts: Counter[str], searched: str) -> bool:
    called = names | {first for first in _firsts(names) if firsts[first] == 1}
    return any(re.search(rf"@{re.escape(name)}(?!\w)", searched) for name in called if name)


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
