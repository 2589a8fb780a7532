"""Who is on the other side of a conversation."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who wrote, as far as the channel knows. At least one of phone, bsuid, email, key is there."""

    name: str = ""
    phone: str = ""  # E.164
    email: str = ""
    bsuid: str = ""
    username: str = ""
    key: str = ""  # anonymous visitors: an id of the submission

    @property
    def identity(self) -> str:
        """The key under which the conversation is unique on its channel."""
        for kind in ("bsuid", "phone", "email", "key"):
            if value := getattr(self, kind):
                return f"{kind}:{value}"[:254]
        return "unknown"
