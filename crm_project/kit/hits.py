"""What the command palette shows of a record that it found."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One line of the palette: a record, the line below its name, and where it leads."""

    label: str
    url: str
    group: Any  # heading, translated
    icon: str = "search"
    sublabel: str = ""
    is_code: bool = False

    @property
    def detail(self) -> str:
        """The second line, under the name that the palette's template reads."""
        return self.sublabel
