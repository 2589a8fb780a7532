"""Why a submission is not taken, each with a sentence that says what to do."""

from django.utils.translation import gettext_lazy as _

from crm_project.kit.errors import BusinessError


class FormIsClosed(BusinessError):
    """Unknown key, or a form that takes nothing any more."""

    code = "not_found"
    message = _("This form does not exist or takes no more answers.")
    http_status = 404


class TooLarge(BusinessError):
    """More bytes than the door takes."""

    code = "too_large"
    message = _("The body is larger than 1 MB. Send the text without files.")
    http_status = 413


class WrongSignature(BusinessError):
    """A signed form, and no valid signature."""

    code = "wrong_signature"
    message = _("The signature is missing or wrong.")
    http_status = 403


class ForeignOrigin(BusinessError):
    """A web site that the form does not list."""

    code = "origin_not_allowed"
    message = _(
        "This web site may not send this form. Add its address to the form's allowed web sites."
    )
    http_status = 403


class TooManySubmissions(BusinessError):
    """One address sends faster than people do."""

    code = "throttled"
    message = _("Too many submissions from your network. Wait a minute, then send it again.")
    http_status = 429
    retry_after = 60  # seconds


class MalformedBody(BusinessError):
    """The bytes are not what their content type says."""

    code = "malformed"
    http_status = 400


class NothingAnswered(BusinessError):
    """A readable body in which no question is answered."""

    code = "nothing_answered"
    message = _(
        "The form holds no answer. Send at least one of name, phone, email or message with a value."
    )
    http_status = 422
