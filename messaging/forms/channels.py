"""A channel: which number or mailbox it is, and whose messages it brings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch, User
from messaging.models import Channel
from messaging.models.channels import ChannelKind
from messaging.services.channels import KEPT_KINDS, version_of

LTR = {"dir": "ltr"}
KIND_LABELS = [(kind.value, kind.label) for kind in ChannelKind if kind in KEPT_KINDS]


class ChannelForm(forms.Form):
    """What names a channel, and its branch among those that the editor reaches."""

    kind = forms.ChoiceField(label=_("Kind"), choices=KIND_LABELS)
    external_id = forms.CharField(
        label=_("Id at the provider"),
        max_length=120,
        help_text=_(
            "WhatsApp: the phone number ID shown by Meta. E-mail: the address of the mailbox."
        ),
        widget=forms.TextInput(attrs=LTR),
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    address = forms.CharField(
        label=_("Number or address that people see"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs=LTR),
    )
    branch = forms.ModelChoiceField(
        Branch.objects.none(),
        label=_("Branch"),
        help_text=_("Whoever writes here belongs to this branch. Older conversations stay."),
    )
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)
    seen = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, editor: User, channel: Channel | None = None, **kwargs: Any):
        if channel:
            named = (name for name in self.base_fields if name != "seen")
            kwargs["initial"] = {name: getattr(channel, name) for name in named}
            kwargs["initial"]["seen"] = version_of(channel)
        super().__init__(*args, **kwargs)
        field: Any = self.fields["branch"]
        field.queryset = Branch.objects.visible_to(editor).active()
        if channel:  # what it is stays: its conversations hang on it
            self.fields["kind"].disabled = self.fields["external_id"].disabled = True
            self.fields["external_id"].required = False  # a payload may have named no number

    @property
    def about_channel(self) -> dict[str, Any]:
        """What was filled in about the channel."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def start_from(self, channel: Channel) -> None:
        """After a conflict: keep what was typed; the next save is meant for what there is now."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["seen"] = version_of(channel)
        self.data = data

    def clean_external_id(self) -> str:
        """An address of a mailbox is kept in small letters, as mails name it."""
        value = str(self.cleaned_data["external_id"]).strip()
        return value.lower() if self.cleaned_data.get("kind") == ChannelKind.EMAIL else value
