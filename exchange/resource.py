"""What an app says about rows of its kind, so that the engine can import them.

Registered in `crm_project.wiring.resources()`. The engine knows files, columns, progress, errors
and undo; a resource knows fields, what makes a row valid, what makes two rows one, and how to write.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from accounts.models import Branch, User


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field that a column can go to. `synonyms` are column names in any language, any case."""

    code: str
    label: Any
    synonyms: tuple[str, ...] = ()
    is_required: bool = False
    is_many: bool = False  # several columns may go to it, their values are joined
    looks: str = ""  # "phone", "email", "date", "number": what its values look like


@dataclass(frozen=True, kw_only=True)
class Context:
    """For whom and how a batch is imported."""

    batch_id: int
    actor: User
    branch: Branch
    on_duplicate: str  # Batch.OnDuplicate
    options: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with a field of a row: a code of the resource's sentences, with its values."""

    field: str
    code: str
    value: str = ""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    is_warning: bool = False


@dataclass(kw_only=True)
class Row:
    """One row on its way: what the file says, what was read of it, what is to be done with it."""

    number: int  # from 1, without the heading
    cells: Mapping[str, str]  # by field code
    values: dict[str, Any] = dataclasses.field(default_factory=dict)
    faults: list[Fault] = dataclasses.field(default_factory=list)
    same_as: int | None = None  # id of the record that it repeats
    repeats_row: int | None = None  # an earlier row of the file that it repeats

    @property
    def is_good(self) -> bool:
        """True when nothing keeps it from being imported."""
        return not any(not fault.is_warning for fault in self.faults)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a row did: the record, whether it is new, what it overwrote."""

    row: int
    object_id: int
    is_new: bool
    before: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    version: int = 1


class Resource(Protocol):
    """Rows of one kind. All methods work on a chunk with a bounded number of queries."""

    code: str
    label: Any
    permission: str  # that writing such records needs

    def fields(self) -> Sequence[Field]:
        """Return the fields that columns can go to, in the order of a template file."""

    def sentence(self, code: str, params: Mapping[str, Any]) -> str:
        """Return what a fault means and how to mend it, in the reader's language."""

    def read(self, rows: Sequence[Row], context: Context) -> None:
        """Fill in `values`, `faults`, `same_as` and `repeats_row` of a chunk."""

    def write(self, rows: Sequence[Row], context: Context) -> list[Change]:
        """Write the good rows of a chunk, in the caller's transaction."""

    def undo(self, changes: Sequence[Change], context: Context) -> int:
        """Take changes back that nobody touched since; return how many were left alone."""

    def url(self, object_id: int) -> str:
        """Return where a person finds a record."""
