"""The columns of the customer list: what they are called, what they read, how a cell looks.

Fifty rows are drawn on every key press of a search, so a cell is one prepared piece of HTML rather
than a dozen template tags, and most cells are one element: directions, marks and icons are the cell's
own and drawn by the style sheet. Every value from outside goes through `escape`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape
from time import time
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm_project.kit.templatetags.crm import age_of, mark_of
from crm_project.kit.text import isolate

from .custom_values import PREFIX, is_shown_ltr, words_of
from .definitions import known_fields
from .masking import EMAIL, PHONE, VISIBLE, shown_email, shown_phone
from .models import Customer, CustomField, Tag

STATUS_TONES = {"active": "good", "inactive": "", "blocked": "bad"}
_LONGEST = 12  # columns one list can show


@dataclass(frozen=True)
class Reader:
    """What of the person decides how a cell looks."""

    phone_mode: str
    email_mode: str
    can_change: bool
    language: str
    zone: str


class Cell(NamedTuple):
    """What a cell shows: HTML, more classes of its <td>, more attributes of it."""

    html: str
    css: str = ""
    attributes: str = ""


NOTHING = Cell("—", " nil")


@dataclass(frozen=True)
class Column:
    """One column that a person can choose."""

    key: str
    label: Any
    reads: tuple[str, ...]  # columns of the query
    cell: Callable[[Any, Reader], Cell]
    order: str = ""  # the list's order that this head switches on
    css: str = ""
    text: Callable[[Any], str] | None = None  # row → what a file says; else its first filled read


@dataclass(frozen=True)
class Row:
    """One line of the list, drawn."""

    pk: int
    html: SafeString


def _phone(row: Any, reader: Reader) -> Cell:
    return _ltr(shown_phone(row.phone, reader.phone_mode))


def _email(row: Any, reader: Reader) -> Cell:
    return _ltr(shown_email(row.email, reader.email_mode))


def _ltr(value: str) -> Cell:
    return Cell(escape(value), " num", ' dir="ltr"') if value else NOTHING


def _words(value: str) -> Cell:
    """Text of either direction, at the reading edge of the table."""
    return Cell(escape(value), " pt") if value else NOTHING


def _plain(name: str) -> Callable[[Any, Reader], Cell]:
    return lambda row, _reader: _words(getattr(row, name))


def _category(row: Any, reader: Reader) -> Cell:
    name = _own_language(reader, row.category__name_ar, row.category__name_en)
    if not name:
        return NOTHING
    return Cell(f'<span class="st st-{escape(row.category__colour)}">{escape(name)}</span>')


def _status(row: Any, reader: Reader) -> Cell:
    return _status_badge(row.status, reader.language)


@lru_cache(maxsize=16)
def _status_badge(status: str, _language: str) -> Cell:
    tone = STATUS_TONES.get(status, "")
    label = dict(Customer.Status.choices).get(status, status)
    return Cell(f'<span class="st{" st-" + tone if tone else ""}">{escape(str(label))}</span>')


def _source(row: Any, reader: Reader) -> Cell:
    return _source_label(row.source, reader.language)


@lru_cache(maxsize=32)
def _source_label(source: str, _language: str) -> Cell:
    return Cell(escape(str(dict(Customer.Source.choices).get(source, source))))


def _owner(row: Any, reader: Reader) -> Cell:
    name = _own_language(reader, row.owner__name, row.owner__name_en)
    if not name:
        return NOTHING
    letters, hue = mark_of(name)
    return Cell(escape(name), f" {hue}", f' data-av="{escape(letters)}"')


def _branch(row: Any, reader: Reader) -> Cell:
    return _words(_own_language(reader, row.branch__name_ar, row.branch__name_en))


def _tags(row: Any, _reader: Reader) -> Cell:
    chips = (f'<bdi class="chip">{escape(name)}</bdi>' for name in row.tag_names)
    return Cell(" ".join(chips)) if row.tag_names else NOTHING


def _own_language(reader: Reader, name_ar: str | None, name_en: str | None) -> str:
    is_arabic = (reader.language or "ar").startswith("ar")
    return (name_ar or name_en or "") if is_arabic else (name_en or name_ar or "")


def _moment(name: str) -> Callable[[Any, Reader], Cell]:
    """A moment to the minute: rows of one minute share their words."""

    def cell(row: Any, reader: Reader) -> Cell:
        moment = getattr(row, name).replace(second=0, microsecond=0)
        return _ago(moment, int(time() // 60), reader.language, reader.zone)

    return cell


@lru_cache(maxsize=8192)
def _ago(moment: datetime, _minute: int, _language: str, _zone: str) -> Cell:
    shown, exact = age_of(moment)
    return Cell(escape(shown), "", f' title="{escape(exact)}"')


COLUMNS = {
    column.key: column
    for column in (
        Column("phone", _("Phone"), ("phone",), _phone, css="nw"),
        Column("email", _("E-mail"), ("email",), _email, css="nw"),
        Column("city", _("City"), ("city",), _plain("city")),
        Column(
            "category",
            _("Category"),
            ("category__name_ar", "category__name_en", "category__colour"),
            _category,
        ),
        Column("status", _("Status"), ("status",), _status),
        Column("source", _("Source"), ("source",), _source, css="nw"),
        Column("tags", _("Tags"), ("tag_names",), _tags),
        Column(
            "last_contact", _("Last contact"), (), _moment("last_contact_at"), "newest", "nw ink2"
        ),
        Column("owner", _("Responsible"), ("owner__name", "owner__name_en"), _owner, css="nw"),
        Column("branch", _("Branch"), ("branch__name_ar", "branch__name_en"), _branch, css="nw"),
        Column(
            "created", _("Created"), ("created_at",), _moment("created_at"), "created", "nw ink2"
        ),
    )
}
DEFAULT = ("phone", "city", "category", "status", "last_contact", "owner")
_ALWAYS = ("id", "code", "kind", "name", "company", "phone", "created_at", "last_contact_at")


def chosen_columns(keys: Iterable[str]) -> list[Column]:
    """Return the columns with these keys, in their order; unknown keys count for nothing."""
    asked = list(dict.fromkeys(keys))[:100]
    offered = {**COLUMNS, **custom_columns(asked)}
    known = [key for key in asked if key in offered]
    return [offered[key] for key in known[:_LONGEST] or DEFAULT]


def custom_columns(keys: Iterable[str] | None = None) -> dict[str, Column]:
    """Return the columns of fields that the company added: those asked for, or all of them."""
    codes = None
    if keys is not None:
        codes = [key.removeprefix(PREFIX) for key in keys if key.startswith(PREFIX)]
        if not codes:
            return {}
    return {
        f"{PREFIX}{field.code}": _custom_column(field)
        for field in known_fields()
        if codes is None or field.code in codes
    }


def _custom_column(field: CustomField) -> Column:
    words, code = words_of(field), field.code

    def text(row: Any) -> str:
        return words(row.custom.get(code))

    def cell(row: Any, _reader: Reader) -> Cell:
        return _ltr(text(row)) if is_shown_ltr(field) else _words(text(row))

    key = f"{PREFIX}{field.code}"
    return Column(key, field.name, ("custom",), cell, text=text)


def reads(rows: QuerySet[Customer], columns: Sequence[Column], *more: str) -> QuerySet[Any]:
    """Let a query read just what the columns show, and `more`: no decryption, no models."""
    names = dict.fromkeys([*_ALWAYS, *more, *(name for column in columns for name in column.reads)])
    if "tag_names" in names:
        tags = Tag.objects.filter(customers=OuterRef("pk")).values("name")
        rows = rows.annotate(tag_names=ArraySubquery(tags))
    return rows.values_list(*names, named=True)


def reader_of(user: Any, *, can_change: bool) -> Reader:
    """Return what decides how this person sees a cell."""
    return Reader(
        phone_mode=user.sees_field(PHONE),
        email_mode=user.sees_field(EMAIL),
        can_change=can_change,
        language=get_language() or "",
        zone=get_current_timezone_name(),
    )


def draw(rows: Iterable[Any], columns: Sequence[Column], reader: Reader) -> list[Row]:
    """Draw the lines of the list, safe to show."""
    words = _words_of(get_language() or "")
    return [Row(row.id, _line(row, columns, reader, words)) for row in rows]


def _line(row: Any, columns: Sequence[Column], reader: Reader, words: "_Words") -> SafeString:
    name, url = escape(row.name), f"{words.list_url}{row.id}/"
    company = f'<small class="pt">{escape(row.company)}</small>' if row.company else ""
    title, (letters, hue) = escape(isolate(row.name)), mark_of(row.name)
    shape = " org" if row.kind == Customer.Kind.COMPANY else ""
    return SafeString(
        f'<td class="stick"><input type="checkbox" class="form-check-input" data-row-check '
        f'value="{row.id}" aria-label="{words.select.format(title)}"></td>'
        f'<td class="stick stick2 k-name {hue}{shape}" data-av="{escape(letters)}">'
        f'<a class="name" href="{url}" dir="auto">{name}</a> '
        f'<bdi dir="ltr" class="num code">{escape(row.code)}</bdi>{company}</td>'
        f"{''.join(_cell(column, row, reader) for column in columns)}"
        f'<td class="e k-acts">{_actions(row, reader, url, title, words)}</td>'
    )


def _cell(column: Column, row: Any, reader: Reader) -> str:
    html, css, attributes = column.cell(row, reader)
    return f'<td class="{column.css}{css} k-{column.key}"{attributes}>{html}</td>'


def _actions(row: Any, reader: Reader, url: str, title: str, words: "_Words") -> str:
    call = edit = ""
    if row.phone and reader.phone_mode == VISIBLE:
        call = (
            f'<a class="ra ra-phone" href="tel:{escape(row.phone)}" '
            f'aria-label="{words.call.format(title)}"></a>'
        )
    if reader.can_change:
        edit = (
            f'<a class="ra ra-pencil" href="{url}edit/" '
            f'aria-label="{words.edit.format(title)}"></a>'
        )
    return call + edit


@dataclass(frozen=True)
class _Words:
    """What every line repeats, looked up once a language."""

    select: str
    call: str
    edit: str
    list_url: str


@lru_cache(maxsize=4)
def _words_of(_language: str) -> _Words:
    return _Words(
        select=escape(str(_("Select {}"))),
        call=escape(str(_("Call {}"))),
        edit=escape(str(_("Edit {}"))),
        list_url=reverse("customers:list"),
    )
