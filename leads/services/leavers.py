"""The open leads of a colleague who left: routed to others, so that none waits for nobody."""

from collections import defaultdict
from copy import copy

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from accounts.services import Notice, notify_many
from crm_project.kit.locks import wait_for_turn
from leads.models import Lead
from leads.titles import title_of

from .actions import queue_keepers, reason_of
from .routing import Router
from .work import change_lead, hand_conversation

BATCH = 50  # leads in one transaction
MOST_NAMED = 10  # numbers of leads that a notice names


def release_leads_of(user_id: int) -> int:
    """Route the open leads of somebody who left; returns how many. Safe to run twice.

    What was in work waits for acceptance again; who snoozed or qualified a lead had a reason, so
    these stay as they are. Leads that nobody is free for wait in the queue of their branch.
    """
    total = 0
    while count := _release_some(user_id):
        total += count
    return total


@transaction.atomic
def _release_some(user_id: int) -> int:
    wait_for_turn("leads.intake")  # nobody else routes meanwhile
    person = User.objects.filter(pk=user_id, is_active=False).first()
    if person is None:  # back again
        return 0
    rows = Lead.objects.open().filter(owner=person).select_for_update(of=("self",))
    leads = list(rows.select_related("branch", "customer", "owner__role").order_by("pk")[:BATCH])
    router = Router()
    moved = [_route_again(lead, router) for lead in leads]
    router.save()
    notify_many([*_to_new_owners(moved), *_to_keepers(moved, person)])
    return len(leads)


def _route_again(lead: Lead, router: Router) -> Lead:
    routed = copy(lead)
    routed.owner = None
    outcome = router.route(routed)
    is_accepted = lead.status == Lead.Status.ACCEPTED
    change_lead(
        lead,
        None,
        "lead.assigned" if outcome.person else "lead.queued",
        reason=reason_of(outcome),
        owner=outcome.person,
        team_id=outcome.team_id,
        status=Lead.Status.NEW if is_accepted else lead.status,
        accepted_at=None if is_accepted else lead.accepted_at,
        assigned_at=timezone.now() if outcome.person else None,
    )
    hand_conversation(lead, outcome.person)
    return lead


def _to_new_owners(moved: list[Lead]) -> list[Notice]:
    return [
        Notice(
            user=lead.owner,
            kind="lead.assigned",
            subject=title_of(lead, lead.owner),
            detail=lead.excerpt,
            url=lead.get_absolute_url(),
            key=f"lead.assigned:{lead.pk}:{lead.version}",
        )
        for lead in moved
        if lead.owner
    ]


def _to_keepers(moved: list[Lead], person: User) -> list[Notice]:
    """One notice a keeper, however many leads: it opens the list of what nobody has."""
    waiting: dict[int, list[Lead]] = defaultdict(list)
    for lead in moved:
        if lead.owner is None:
            waiting[lead.branch_id].append(lead)
    keepers = queue_keepers(set(waiting))
    url = f"{reverse('leads:inbox')}?queue=all&unassigned=true"
    return [
        Notice(
            user=keeper,
            kind="lead.unassigned",
            subject=_named_for(keeper, person),
            detail=" · ".join(lead.code for lead in leads[:MOST_NAMED]),
            url=url,
            key=f"lead.unassigned:{person.pk}:{leads[0].pk}:{leads[0].version}",
        )
        for branch, leads in waiting.items()
        for keeper in keepers[branch]
    ]


def _named_for(keeper: User, person: User) -> str:
    with translation.override(keeper.language):
        return person.shown_name
