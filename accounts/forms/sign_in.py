"""Signing in, resetting and changing passwords, one-time codes."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.validators import MAXIMUM_LENGTH


def password_field(label: Any, autocomplete: str = "new-password") -> forms.CharField:
    """Return a password field that keeps every character as typed."""
    widget = forms.PasswordInput(attrs={"dir": "ltr", "autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=MAXIMUM_LENGTH, widget=widget)


class SignInForm(forms.Form):
    """E-mail and password. The address is not checked for form: a wrong one is simply unknown."""

    email = forms.CharField(
        label=_("Work e-mail"),
        max_length=254,
        widget=forms.EmailInput(
            attrs={"dir": "ltr", "autocomplete": "username", "autofocus": True}
        ),
    )
    password = password_field(_("Password"), "current-password")


class CodeForm(forms.Form):
    """A one-time code of six digits, or a recovery code."""

    code = forms.CharField(label=_("The 6-digit code"), max_length=64)


class SetUpForm(CodeForm):
    """The first code of a new authenticator, and the password of the person whose it is."""

    current = password_field(_("Your password now"), "current-password")
    field_order = ("current", "code")


class ResetForm(forms.Form):
    """The address that gets the link."""

    email = forms.EmailField(
        label=_("Work e-mail"),
        max_length=254,
        widget=forms.EmailInput(
            attrs={"dir": "ltr", "autocomplete": "username", "autofocus": True}
        ),
    )


class _UserForm(forms.Form):
    """A form about one person."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)


class NewPasswordForm(_UserForm):
    """A new password, checked against the rules for its user."""

    password = password_field(_("New password"))

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


def confirmation_fields(user: User) -> dict[str, forms.Field]:
    """Return the fields by which a person proves who they are: password, and code where used."""
    fields: dict[str, forms.Field] = {
        "current": password_field(_("Your password now"), "current-password")
    }
    if user.mfa_enabled_at:
        widget = forms.TextInput(attrs={"dir": "ltr", "autocomplete": "one-time-code"})
        fields["code"] = forms.CharField(label=_("One-time code"), max_length=64, widget=widget)
    return fields


class ConfirmForm(_UserForm):
    """Password, and code where the person has codes, before a change of access."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields = {**confirmation_fields(user), **self.fields}


class ChangePasswordForm(ConfirmForm, NewPasswordForm):
    """The password now and the next one."""
