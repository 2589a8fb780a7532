"""Refusals that people read."""

from typing import Any


class BusinessError(Exception):
    """A rule of the business said no: what is wrong, in a sentence for the person who asked.

    A subclass names its `code` (stable, for programs), its translated `message`, and an
    `http_status` where 409 Conflict is not right. `field` names the form field at fault, and
    `retry_after` the seconds until a limit lets the person try again.
    """

    code = "refused"
    message: Any = ""  # str or a lazy translation
    http_status = 409
    retry_after: int | None = None

    def __init__(
        self, message: Any = None, *, code: str | None = None, field: str | None = None
    ) -> None:
        self.message = self.message if message is None else message
        self.code = self.code if code is None else code
        self.field = field
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


def retry_header(error: BusinessError) -> dict[str, str]:
    """Return the header that says when to try again, where the refusal knows."""
    return {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
