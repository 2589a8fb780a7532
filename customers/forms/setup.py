"""What the company sets up for its customers: fields, categories, tags."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from customers.models import Category, CustomField, Tag
from customers.services import CategoryDraft, FieldDraft

from .fields import AUTO, LTR, TextField

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_CHOICES = 200
TONES = [
    ("mute", _("Grey")),
    ("brand", _("Blue")),
    ("good", _("Green")),
    ("warn", _("Orange")),
    ("bad", _("Red")),
    ("gold", _("Gold")),
    ("info", _("Light blue")),
    ("ai", _("Violet")),
]
_AR, _EN = {**AUTO, "lang": "ar"}, {**AUTO, "lang": "en"}


class FieldForm(forms.Form):
    """A field that the company adds. Its code and, once used, its kind stay."""

    name_ar = TextField(label=_("Arabic name"), max_length=120, widget=forms.TextInput(attrs=_AR))
    name_en = TextField(label=_("English name"), max_length=120, widget=forms.TextInput(attrs=_EN))
    code = TextField(
        label=_("Code"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs=LTR),
        help_text=_("For programs and files; it never changes. Empty: made from the English name."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=CustomField.Kind.choices)
    help_ar = TextField(
        label=_("Arabic hint"), max_length=200, required=False, widget=forms.TextInput(attrs=_AR)
    )
    help_en = TextField(
        label=_("English hint"), max_length=200, required=False, widget=forms.TextInput(attrs=_EN)
    )
    lowest = forms.DecimalField(
        label=_("At least"), max_digits=18, decimal_places=4, required=False, localize=False
    )
    highest = forms.DecimalField(
        label=_("At most"), max_digits=18, decimal_places=4, required=False, localize=False
    )
    is_required = forms.BooleanField(label=_("Required in forms"), required=False)
    is_filterable = forms.BooleanField(label=_("Offered as a filter"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, data: Any = None, *, field: CustomField | None = None) -> None:
        self.field = field
        initial = {name: getattr(field, name) for name in self.base_fields} if field else None
        super().__init__(data, initial=initial)
        if field:
            del self.fields["code"]
        self.choice_rows = self._written() if self.is_bound else self._known()

    @property
    def shown_kind(self) -> str:
        """The kind that decides what else the form asks."""
        value = self["kind"].value() or CustomField.Kind.TEXT
        return value if value in CustomField.Kind.values else CustomField.Kind.TEXT

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].lower()
        if not code:
            code = _slug(self.cleaned_data.get("name_en", ""), "field")
        if not CODE.fullmatch(code):
            raise ValidationError(
                _("Small Latin letters, digits and _ only; it begins with a letter.")
            )
        return code

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        low, high = data.get("lowest"), data.get("highest")
        if low is not None and high is not None and low > high:
            self.add_error("highest", _("This is less than the other bound."))
        if data.get("kind") in (CustomField.Kind.CHOICE, CustomField.Kind.CHOICES):
            self._check_choices()
        return data

    def draft(self) -> FieldDraft:
        """The definition, ready for the service."""
        data = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        code = self.field.code if self.field else data.pop("code")
        return FieldDraft(**data, code=code, choices=tuple(self.choices))

    def _check_choices(self) -> None:
        self.choices = self._coded(self.choice_rows)
        if not self.choices:
            self.add_error("kind", _("Write at least one choice."))
        for name in ("ar", "en"):
            labels = [row[name].casefold() for row in self.choices if row[name]]
            if len(labels) != len(set(labels)):
                self.add_error("kind", _("Two choices have the same name."))
                return

    choices: Sequence[dict[str, str]] = ()

    def _coded(self, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        """The filled rows; known codes stay, new ones are made from the English label."""
        known = {choice["code"] for choice in self.field.choices} if self.field else set()
        taken, coded = set(known), []
        for row in rows:
            if not row["ar"] and not row["en"]:
                continue
            code = row["code"] if row["code"] in known else _free(row["en"], taken)
            known.discard(code)
            taken.add(code)
            coded.append({"code": code, "ar": row["ar"], "en": row["en"]})
        return coded

    def _known(self) -> list[dict[str, str]]:
        known = [dict(choice) for choice in self.field.choices] if self.field else []
        return [*known, *({"code": "", "ar": "", "en": ""} for _row in range(1 if known else 2))]

    def _written(self) -> list[dict[str, str]]:
        if not isinstance(self.data, QueryDict):
            return []
        lists = [
            self.data.getlist(f"choice_{name}")[:MOST_CHOICES] for name in ("code", "ar", "en")
        ]
        text = TextField(max_length=80, required=False, empty_value="")
        return [
            {"code": code[:40], "ar": text.to_python(ar)[:80], "en": text.to_python(en)[:80]}
            for code, ar, en in zip(*lists, strict=False)
        ]


def _slug(text: str, otherwise: str) -> str:
    code = slugify(text).replace("-", "_").strip("_")[:36]
    return code if code and code[0].isalpha() else f"{otherwise}_{code}".strip("_")[:40]


def _free(text: str, taken: set[str]) -> str:
    code = _slug(text, "choice")
    return next(
        one for one in (code, *(f"{code}_{number}" for number in range(2, 999))) if one not in taken
    )


class CategoryForm(forms.Form):
    """A category and the tone of its badge."""

    name_ar = TextField(label=_("Arabic name"), max_length=120, widget=forms.TextInput(attrs=_AR))
    name_en = TextField(label=_("English name"), max_length=120, widget=forms.TextInput(attrs=_EN))
    colour = forms.ChoiceField(label=_("Colour"), choices=TONES)
    position = forms.IntegerField(
        label=_("Position"),
        min_value=0,
        max_value=999,
        initial=0,
        help_text=_("Lower comes first."),
    )

    def __init__(self, data: Any = None, *, category: Category | None = None) -> None:
        names = self.base_fields
        initial = {name: getattr(category, name) for name in names} if category else None
        super().__init__(data, initial=initial)
        known = {code for code, _label in TONES}
        if category and category.colour not in known:
            choices = [*TONES, (category.colour, category.colour)]
            self.fields["colour"].choices = choices  # type: ignore[attr-defined]

    def draft(self) -> CategoryDraft:
        """The category, ready for the service."""
        return CategoryDraft(**self.cleaned_data)


class TagForm(forms.Form):
    """A tag's name, or the tag that takes its place."""

    name = TextField(label=_("Name"), max_length=40, widget=forms.TextInput(attrs=AUTO))
    into = forms.ModelChoiceField(
        label=_("Or merge it into"),
        queryset=Tag.objects.none(),
        required=False,
        empty_label=_("No other tag"),
        help_text=_("Everyone with this tag gets the other one; this one is gone."),
    )

    def __init__(self, data: Any = None, *, tag: Tag | None = None) -> None:
        super().__init__(data, initial={"name": tag.name if tag else ""})
        if tag is None:
            del self.fields["into"]
            return
        others = Tag.objects.exclude(pk=tag.pk)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]
