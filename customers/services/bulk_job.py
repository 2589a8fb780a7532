"""A change of any number of customers, as a chain of short jobs, and taking it back.

The log is the only memory. One entry starts a run; every step is an entry about that one, with what
the customers had before. A step and the job of the next one are one transaction: after a crash the
run goes on where it was, and a step that runs twice finds its work done.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import IntegerField, Max, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from accounts.models import Activity, User
from accounts.services import Notice, notify, record
from accounts.services.activity import entry
from crm_project.kit.jobs import Task, enqueue
from crm_project.kit.live import tell, user_group
from customers.errors import NothingToUndo
from customers.filters import CustomerFilter
from customers.models import Category, Customer, Tag

from .bulk import DONE, UNDO_WITHIN, UNDONE, BulkChange, apply_change, take_back

STEP = 500  # customers in one transaction; each gets its own entry in the log
STALLED_AFTER = timedelta(minutes=5)  # without a step
STARTED, FINISHED = "customer.bulk_started", "customer.bulk_finished"
STEP_UNDONE, ALL_UNDONE = "customer.bulk_step_undone", "customer.bulk_all_undone"
NOTICE = "customer.bulk_finished"
TOPIC = "bulk-progress"
MODELS: Mapping[str, Any] = {"owner": User, "category": Category, "tag": Tag}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run does to whom, as a job carries it."""

    change: dict[str, Any]  # one field of BulkChange, a record by its id
    filters: dict[str, str]  # of the list
    permission: str  # whose reach bounds the rows, asked again at every step
    clock: str  # time zone in which the filters' days are meant

    def rows(self, actor: User) -> QuerySet[Customer]:
        """Return the customers that match and that the actor may change now."""
        rows: Any = Customer.objects.visible_to(actor, self.permission)
        request: Any = SimpleNamespace(user=actor)
        with timezone.override(ZoneInfo(self.clock)):
            found = CustomerFilter(self.filters, rows, request=request)
            matching: QuerySet[Customer] = found.qs if found.is_valid() else rows.none()
        return matching.order_by()

    def bulk_change(self) -> BulkChange | None:
        """Return the change; None when its target is gone."""
        ((name, value),) = self.change.items()
        if name == "custom":
            return BulkChange(custom=(str(value[0]), value[1]))
        if name not in MODELS:
            return BulkChange(**self.change)
        target = MODELS[name].objects.filter(pk=value).first()
        return BulkChange(**{name: target}) if target else None


def plan_of(change: BulkChange, *, filters: Mapping[str, str], permission: str) -> Plan:
    """Return the plan of a change for everything that the list's filters match."""
    records = {name: getattr(change, name) for name in MODELS}
    chosen: dict[str, Any] = {name: row.pk for name, row in records.items() if row is not None}
    if change.status:
        chosen = {"status": change.status}
    elif change.custom:
        chosen = {"custom": list(change.custom)}
    return Plan(
        change=chosen or {"is_archived": bool(change.is_archived)},
        filters=dict(filters),
        permission=permission,
        clock=timezone.get_current_timezone_name(),
    )


@transaction.atomic
def start_run(plan: Plan, *, actor: User, step: Task) -> Activity:
    """Queue the first step of a change; customers that are added later stay out of it."""
    rows = plan.rows(actor)
    until = rows.aggregate(until=Max("pk"))["until"] or 0
    run = record(actor, STARTED, changes={"total": rows.count(), "until": until})
    enqueue(step, run_id=run.pk, **asdict(plan))
    return run


@transaction.atomic
def advance(run_id: int, plan: Plan, *, step: Task) -> None:
    """Change the next customers of a run and queue the step after; the last one tells its owner."""
    run = Activity.objects.select_for_update().get(pk=run_id)
    steps, actor = Activity.objects.about(run), _actor(run)
    if steps.filter(verb__in=(FINISHED, UNDONE)).exists():
        return
    after = steps.filter(verb=DONE).values_list("changes__upto", flat=True).first() or 0
    rows = plan.rows(actor).filter(pk__gt=after, pk__lte=run.changes["until"]).order_by("pk")
    change = plan.bulk_change()
    ids = list(rows.values_list("pk", flat=True)[:STEP]) if change else []
    if change and ids:
        changes = apply_change(ids, change, actor=actor)
        counts = {"seen": len(ids), "count": len(changes["before"]), "upto": ids[-1]}
        _note(run, DONE, {**changes, **counts})
    if len(ids) == STEP:
        enqueue(step, run_id=run_id, **asdict(plan))
    else:
        _end(run, FINISHED, _sum(steps.filter(verb=DONE), "count"))
    tell(user_group(actor.pk), TOPIC)


@transaction.atomic
def start_undo(run_id: int, *, actor: User, step: Task) -> None:
    """Stop a run if it still goes, and queue taking it back.

    Errors: NothingToUndo for another person's run, one that ended an hour ago, or one that is
    being taken back already.
    """
    runs = Activity.objects.select_for_update().filter(actor=actor, verb=STARTED)
    run = runs.filter(pk=run_id).first()
    if run is None:
        raise NothingToUndo
    steps = Activity.objects.about(run)
    ended = steps.filter(verb=FINISHED).first()
    is_late = ended is not None and ended.at < timezone.now() - UNDO_WITHIN
    if is_late or steps.filter(verb=UNDONE).exists():
        raise NothingToUndo
    _note(run, UNDONE, {"of": run.pk})
    enqueue(step, run_id=run.pk)
    tell(user_group(actor.pk), TOPIC)


@transaction.atomic
def undo_step(run_id: int, *, step: Task) -> None:
    """Take one step of a run back, the newest first, and queue the one before it."""
    run = Activity.objects.select_for_update().get(pk=run_id)
    steps = Activity.objects.about(run)
    undone = steps.filter(verb=STEP_UNDONE).values_list("changes__of", flat=True).first()
    left = steps.filter(verb=DONE, **({"pk__lt": undone} if undone else {}))
    done = left.first()
    if done is not None:
        count = take_back(done.changes, actor=_actor(run))
        seen = done.changes["seen"]
        _note(run, STEP_UNDONE, {"of": done.pk, "count": count, "seen": seen})
        enqueue(step, run_id=run_id)
    elif not steps.filter(verb=ALL_UNDONE).exists():
        _end(run, ALL_UNDONE, _sum(steps.filter(verb=STEP_UNDONE), "count"))
    tell(user_group(_actor(run).pk), TOPIC)


@dataclass(frozen=True, kw_only=True)
class RunState:
    """How far a run is."""

    run: Activity
    total: int  # customers to look at; of them to take back, while that goes on
    seen: int
    changed: int  # or restored
    is_undoing: bool
    is_finished: bool
    can_undo: bool
    is_stalled: bool

    @property
    def percent(self) -> int:
        """How much is done, 0 to 100."""
        return 100 if self.is_finished else min(99, 100 * self.seen // max(1, self.total))


def run_state(run_id: int, *, actor: User) -> RunState | None:
    """Return how far the actor's run is; None when it is no run of theirs."""
    run = Activity.objects.filter(pk=run_id, actor=actor, verb=STARTED).first()
    if run is None:
        return None
    steps = Activity.objects.about(run)
    ends = dict(steps.filter(verb__in=(FINISHED, UNDONE, ALL_UNDONE)).values_list("verb", "at"))
    done, undone = steps.filter(verb=DONE), steps.filter(verb=STEP_UNDONE)
    is_undoing = UNDONE in ends
    is_finished = (ALL_UNDONE if is_undoing else FINISHED) in ends
    newest = steps.values_list("at", flat=True).first() or run.at
    ended = ends.get(FINISHED, timezone.now())
    return RunState(
        run=run,
        total=_sum(done, "seen") if is_undoing else run.changes["total"],
        seen=_sum(undone if is_undoing else done, "seen"),
        changed=_sum(undone if is_undoing else done, "count"),
        is_undoing=is_undoing,
        is_finished=is_finished,
        can_undo=not is_undoing and ended > timezone.now() - UNDO_WITHIN,
        is_stalled=not is_finished and newest < timezone.now() - STALLED_AFTER,
    )


def _actor(run: Activity) -> User:
    actor = run.actor
    assert actor is not None  # start_run() wrote the person who asked
    return actor


def _note(run: Activity, verb: str, changes: dict[str, Any]) -> None:
    """Write an entry about the run; it has no name that people would know."""
    made = entry(_actor(run), verb, run, changes=changes)
    made.object_label = ""
    made.save(force_insert=True)


def _end(run: Activity, verb: str, count: int) -> None:
    _note(run, verb, {"count": count})
    notify(
        Notice(
            user=_actor(run),
            kind=NOTICE,
            subject=f"{count:,}",
            url=reverse("customers:bulk_run", args=[run.pk]),
            key=f"{verb}:{run.pk}",
        )
    )


def _sum(steps: QuerySet[Activity], key: str) -> int:
    numbers = steps.order_by().annotate(number=Cast(KT(f"changes__{key}"), IntegerField()))
    return int(numbers.aggregate(total=Sum("number"))["total"] or 0)
