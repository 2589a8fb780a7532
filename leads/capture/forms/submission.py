"""What a form tells us, in one shape whatever it was filled in with."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class FormSubmission:
    """One filled-in form, marketplace enquiry or chat. Nothing is normalised here but shape."""

    source: str  # web_form, json, meta_lead, google_lead, typeform, tally, elementor, wpforms …
    external_id: str = ""  # the provider's id, the key for recognising a repeat
    name: str = ""
    company: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()  # as written
    city: str = ""
    country: str = ""  # as written: a code or a name
    product: str = ""
    message: str = ""  # the visitor's words, then other answers as "label: value" lines
    fields: dict[str, str] = field(default_factory=dict)  # every answer as written, by its label
    is_test: bool = False
    submitted_at: datetime | None = None
    utm: dict[str, str] = field(default_factory=dict)  # campaign marks and click ids
    consent: bool | None = None  # None: not asked
    uploads: tuple[str, ...] = ()  # addresses of files that the form's service keeps, https
    needs_fetch: str | None = None  # Meta lead id: the answers must be fetched with it


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered question, before anyone knows what it is about."""

    key: str  # as the machine calls it
    value: str
    label: str = ""  # as the visitor saw it
    hint: str = ""  # the kind of field: email, tel, textarea, consent …

    @property
    def caption(self) -> str:
        """The question as a person reads it."""
        return (self.label or self.key).replace("_", " ").strip().rstrip(":").strip()


class UnreadableForm(ValueError):
    """The data holds no answer at all. `message` says so to a person; `field` says where."""

    def __init__(self, field: str, message: object) -> None:
        super().__init__(field, message)
        self.field = field
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


NO_ANSWER = _("The form holds no answer.")
NOT_JSON = _("The body is not valid JSON.")
TOO_DEEP = _("The body is nested too deeply.")
TOO_MANY_FIELDS = _("The form has too many fields.")
BROKEN_MULTIPART = _("The form body can't be split into its parts.")
