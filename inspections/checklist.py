"""A visit's checklist: what is asked, what is answered, what is still missing."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .models import ChecklistItem, Inspection, InspectionAnswer, InspectionPhoto

Kind = ChecklistItem.Kind
CHECK_ANSWERS = ("ok", "fault", "na")
YES_NO_ANSWERS = ("yes", "no")


@dataclass
class Line:
    """One item with its answer and photos."""

    item: ChecklistItem
    answer: InspectionAnswer | None = None
    photos: list[InspectionPhoto] = field(default_factory=list)

    @property
    def number(self) -> Decimal | None:
        """The measured number, if any."""
        return self.answer.number if self.answer else None

    @property
    def text(self) -> str:
        """The chosen word or the text."""
        return self.answer.text if self.answer else ""

    @property
    def is_done(self) -> bool:
        """True when there is an answer of the item's kind."""
        if self.item.kind == Kind.PHOTO:
            return bool(self.photos)
        return self.number is not None if self.item.kind == Kind.NUMBER else bool(self.text)

    @property
    def is_missing(self) -> bool:
        """True when it is required and not done."""
        return self.item.is_required and not self.is_done

    @property
    def is_out_of_range(self) -> bool:
        """True for a measurement outside what is accepted: kept as it is, with a warning."""
        low, high, number = self.item.lowest, self.item.highest, self.number
        if number is None:
            return False
        return (low is not None and number < low) or (high is not None and number > high)

    @property
    def is_fault(self) -> bool:
        """True for what needs attention: faulty, or out of range."""
        return self.text == "fault" or self.is_out_of_range

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The choices as code and label in the reader's language."""
        return [(str(one["code"]), choice_label(one)) for one in self.item.choices]

    @property
    def shown(self) -> str:
        """The answer in words, without its unit."""
        if self.number is not None:
            return plain_number(self.number)
        words: dict[str, Any] = {
            "ok": _("Sound"), "fault": _("Faulty"), "na": _("Not applicable"),
            "yes": _("Yes"), "no": _("No"),
        }  # fmt: skip
        if self.item.kind == Kind.CHOICE:
            words = dict(self.choices)
        return str(words.get(self.text, self.text))


@dataclass
class Section:
    """Lines under one heading."""

    title: str
    lines: list[Line]

    @property
    def done(self) -> int:
        """How many lines are answered."""
        return sum(line.is_done for line in self.lines)


def choice_label(choice: dict[str, str]) -> str:
    """Return a choice in the reader's language."""
    return choice["en"] if get_language() == "en" else choice["ar"]


def plain_number(number: Decimal) -> str:
    """Return a number without the zeros that say nothing.

    >>> plain_number(Decimal("7.500")), plain_number(Decimal("200.000"))
    ('7.5', '200')
    """
    written = f"{number:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def lines_of(inspection: Inspection) -> list[Line]:
    """Return the checklist: items in use, and retired ones that this visit answered. 3 queries."""
    answers = {answer.item_id: answer for answer in inspection.answers.select_related("actor")}
    photos: dict[int | None, list[InspectionPhoto]] = {}
    for photo in inspection.photos.all():
        photos.setdefault(photo.item_id, []).append(photo)
    known = [pk for pk in (*answers, *photos) if pk]
    items = ChecklistItem.objects.filter(
        Q(type_id=inspection.type_id, is_active=True) | Q(pk__in=known)
    ).select_related("product")
    return [Line(item, answers.get(item.pk), photos.get(item.pk, [])) for item in items]


def sections_of(lines: Iterable[Line]) -> list[Section]:
    """Return the lines under their headings, in the order of first mention."""
    sections: dict[str, Section] = {}
    for line in lines:
        title = line.item.section or str(_("Checklist"))
        sections.setdefault(title, Section(title, [])).lines.append(line)
    return list(sections.values())
