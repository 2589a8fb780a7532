"""Forms of imports: the file, how it is read, which column goes where."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch, User

from .models import Batch
from .readers.delimited import DELIMITERS
from .readers.encodings import ENCODINGS
from .resource import Option, Resource
from .services import Choices
from .services.batches import LARGEST_FILE

DELIMITER_NAMES = {",": _("Comma"), ";": _("Semicolon"), "\t": _("Tab"), "|": _("Vertical bar")}
ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "windows-1256": _("Arabic (Windows-1256)"),
    "iso-8859-6": _("Arabic (ISO 8859-6)"),
    "windows-1252": _("Western European (Windows-1252)"),
    "macroman": _("Western European (Mac)"),
}
DATE_ORDER = Option(
    code="date_order",
    label=_("Dates like 3/4/2025"),
    choices=(
        ("auto", _("As the file proves")),
        ("dmy", _("Day/month/year")),
        ("mdy", _("Month/day/year")),
    ),
    default="auto",
)


class UploadForm(forms.Form):
    """The file and what it holds."""

    resource = forms.ChoiceField(label=_("What is in it"))
    branch = forms.ModelChoiceField(label=_("Branch"), queryset=Branch.objects.none())
    file = forms.FileField(
        label=_("File"),
        max_length=200,
        widget=forms.ClearableFileInput(
            attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls,.vcf,.vcard", "class": "file-in"}
        ),
    )

    def __init__(
        self, *args: Any, me: User, allowed: Mapping[str, Resource], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        resource: Any = self.fields["resource"]
        resource.choices = [(code, one.label) for code, one in allowed.items()]
        branch: Any = self.fields["branch"]
        branch.queryset = Branch.objects.visible_to(me).active()
        if not me.is_company_wide:
            del self.fields["branch"]

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 100 MB. Split it."))
        return file


class ReadingForm(forms.Form):
    """How the file is read, where the guess was wrong. Empty fields keep the guess."""

    encoding = forms.ChoiceField(
        label=_("Encoding"),
        required=False,
        choices=[("", _("Recognise"))] + [(code, ENCODING_NAMES[code]) for code in ENCODINGS],
    )
    delimiter = forms.ChoiceField(
        label=_("Columns end with"),
        required=False,
        choices=[(one, DELIMITER_NAMES[one]) for one in DELIMITERS],
    )
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    has_header = forms.BooleanField(label=_("The first row names the columns"), required=False)

    def __init__(self, data: Any = None, *, batch: Batch) -> None:
        reading = batch.reading
        encoding = {"utf-8-sig": "utf-8"}.get(reading.get("encoding", ""), reading.get("encoding"))
        initial = {**reading, "encoding": encoding if encoding in ENCODINGS else ""}
        super().__init__(data, initial=initial)
        sheet: Any = self.fields["sheet"]
        sheet.choices = [(name, name) for name in reading.get("sheets", ())]
        unused = {"csv": ("sheet",), "xlsx": ("encoding", "delimiter")}
        for name in unused.get(reading.get("format", ""), ("sheet", "delimiter", "has_header")):
            del self.fields[name]

    def chosen(self) -> dict[str, Any]:
        """What to read by."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


def choices_from(data: Mapping[str, Any], batch: Batch, options: Sequence[Option]) -> Choices:
    """Return what a person chose on the page of columns; what is not offered counts for nothing."""
    mapping = {
        place: str(data.get(f"column_{place}", ""))[:80] for place in range(len(batch.columns))
    }
    on_duplicate = data.get("on_duplicate", "")
    known = Batch.OnDuplicate.values
    return Choices(
        mapping=mapping,
        on_duplicate=on_duplicate if on_duplicate in known else Batch.OnDuplicate.SKIP,
        options=offered(options, data),
        remember_as=str(data.get("remember_as", "")).strip()[:80] if data.get("remember") else "",
    )


def offered(options: Sequence[Option], data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value for every option: what was chosen of what is offered, else the default."""
    return {one.code: _chosen(one, data.get(one.code)) for one in options}


def _chosen(option: Option, value: Any) -> Any:
    if not option.choices:
        return str(value).lower() in ("on", "true", "1", "yes")
    codes = [code for code, _label in option.choices]
    return str(value) if str(value) in codes else option.default
