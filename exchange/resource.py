"""What an app says about rows of its kind, so that the engine can import them.

Registered by `crm_project.wiring.resources()`. The engine knows files, columns, progress, errors
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
    """For whom and how a batch is imported; `memory` lasts as long as one run."""

    batch_id: int
    actor: User
    branch: Branch
    on_duplicate: str  # Batch.OnDuplicate
    options: Mapping[str, Any]
    is_trial: bool = False  # nothing may be written
    memory: dict[str, Any] = dataclasses.field(default_factory=dict)


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
        return all(fault.is_warning for fault in self.faults)

    @property
    def is_repeated(self) -> bool:
        """True when there is such a record, or an earlier row of it."""
        return self.same_as is not None or self.repeats_row is not None


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a row did: the record, whether it is new, what it overwrote."""

    row: int
    object_id: int
    is_new: bool
    before: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    version: int = 1  # of the record after the row


@dataclass(frozen=True, kw_only=True)
class Undone:
    """What became of changes that were to be taken back."""

    left: int = 0  # touched by somebody since, so left as they are
    versions: Mapping[int, int] = dataclasses.field(default_factory=dict)  # new ones, by record


@dataclass(frozen=True, kw_only=True)
class Option:
    """A choice that the resource offers beside the columns; kept in `Batch.options`.

    With `choices` one of them, otherwise yes or no.
    """

    code: str
    label: Any
    choices: tuple[tuple[str, Any], ...] = ()
    default: Any = ""
    help: Any = ""


class Resource(Protocol):
    """Rows of one kind. Every method takes a chunk and a bounded number of queries."""

    code: str
    label: Any  # of many records, "Customers"
    permission: str  # that writing such records needs

    def fields(self, actor: User) -> Sequence[Field]:
        """Return the fields that this person's columns can go to, in the order of a template."""

    def options(self, actor: User, branch: Branch) -> Sequence[Option]:
        """Return what a person can choose beside the columns."""

    def title(self, code: str) -> str:
        """Return the kind of a fault in two or three words, in the reader's language."""

    def sentence(self, code: str, params: Mapping[str, Any]) -> str:
        """Return what a fault means and how to mend it, in the reader's language."""

    def begin(self, context: Context) -> None:
        """Fetch what reading compares with, into the context's memory."""

    def read(self, rows: Sequence[Row], context: Context) -> None:
        """Fill in `values` and `faults` of a chunk, without the database: it runs ahead."""

    def match(self, rows: Sequence[Row], context: Context) -> None:
        """Fill in `same_as` and `repeats_row` of a chunk that was read; writes nothing."""

    def preview(self, row: Row, context: Context) -> Sequence[tuple[Any, str]]:
        """Return label and value of what a row that was read will be saved as."""

    def write(self, rows: Sequence[Row], context: Context) -> list[Change]:
        """Write the good rows of a chunk, in the caller's transaction."""

    def undo(self, changes: Sequence[Change], context: Context) -> Undone:
        """Take changes back, newest first, that nobody touched since."""

    def url(self, object_id: int) -> str:
        """Return where a person finds a record."""
