"""Which person a lead goes to: by the first rule with somebody free, and never to nowhere."""

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Branch, Notification
from accounts.roles import RoleCode
from leads.models import Lead, RoutingDecision
from leads.route import FIELDS, Facts, Person, RuleSpec, choose, holds
from leads.services import take_in
from leads.services.routing import is_open
from tests import factories

TEXT = "أحتاج تكييف سبليت للصالة في الرياض"


def person(number: int, **columns: Any) -> Person:
    known = {"name": f"P{number}", "is_available": True, "open_leads": 0, "capacity": 10}
    return Person(id=number, **{**known, **columns})


def rule(*people: Person, **columns: Any) -> RuleSpec:
    known = {"id": 1, "name": "Rule", "version": 1, "conditions": [], "method": "least_loaded"}
    return RuleSpec(people=people, **{**known, **columns})


def chosen(*rules: RuleSpec, facts: Facts | None = None) -> int | None:
    choice = choose(facts or Facts(), rules)
    return choice.person.id if choice.person else None


# Conditions

FACTS = Facts(
    branch="riy", channel="whatsapp", country="SA", city="Riyadh", region="النرجس", product="hvac",
    urgency="high", language="ar", intent="purchase", source="Ad: summer offer", score=70,
    budget=Decimal(20_000), is_customer=True, is_working_hours=False,
)  # fmt: skip


@pytest.mark.parametrize(
    ("field", "op", "values", "expected"),
    [
        ("city", "in", ["Jeddah", "riyadh"], True),
        ("city", "in", ["Jeddah"], False),
        ("city", "not_in", ["Jeddah"], True),
        ("city", "not_in", ["Riyadh"], False),
        ("region", "in", ["النّرجس"], True),  # spelling marks make no other district
        ("region", "contains", ["نرجس"], True),
        ("country", "in", ["SA"], True),
        ("product", "in", ["hvac"], True),
        ("urgency", "in", ["high"], True),
        ("intent", "in", ["complaint"], False),
        ("language", "in", ["en"], False),
        ("channel", "in", ["whatsapp"], True),
        ("source", "contains", ["summer"], True),
        ("source", "contains", ["winter", ""], False),
        ("branch", "in", ["riy"], True),
        ("score", "at_least", [70], True),
        ("score", "at_least", ["70.5"], False),
        ("score", "below", [70], False),
        ("score", "below", [71], True),
        ("budget", "at_least", ["20000"], True),
        ("budget", "below", ["20000"], False),
        ("is_customer", "is", [True], True),
        ("is_customer", "is", [False], False),
        ("is_working_hours", "is", ["false"], True),
        ("is_working_hours", "is", ["true"], False),
    ],
)
def test_a_condition_compares_a_fact_of_the_lead(
    field: str, op: str, values: list[Any], expected: bool
) -> None:
    assert holds({"field": field, "op": op, "values": values}, FACTS) is expected


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "weather", "op": "in", "values": ["sunny"]},
        {"field": "city", "op": "resembles", "values": ["Riyadh"]},
        {"field": "score", "op": "below", "values": ["much"]},
        {"field": "score", "op": "below", "values": ["NaN"]},
        {"field": "score", "op": "at_least", "values": []},
        {"field": "city", "op": "in", "values": "Riyadh"},
        {"field": "city", "op": "in", "values": 5},
        {"field": ["city"], "op": "in", "values": ["Riyadh"]},
        {}, None, "city", 7, ["city"],
    ],
)  # fmt: skip
def test_what_is_no_condition_never_holds(condition: Any) -> None:
    assert holds(condition, FACTS) is False


# Order


def test_the_first_rule_that_fits_decides() -> None:
    first = rule(person(1), conditions=[{"field": "city", "op": "in", "values": ["Jeddah"]}])
    second = rule(person(2), conditions=[{"field": "city", "op": "in", "values": ["Riyadh"]}])
    assert chosen(first, second, rule(person(3)), facts=FACTS) == 2


def test_all_conditions_of_a_rule_have_to_hold() -> None:
    both = [
        {"field": "city", "op": "in", "values": ["Riyadh"]},
        {"field": "score", "op": "at_least", "values": [90]},
    ]
    assert chosen(rule(person(1), conditions=both), rule(person(2)), facts=FACTS) == 2


def test_a_rule_without_anybody_free_is_passed_over_and_that_is_said() -> None:
    away, full = person(1, is_available=False), person(2, open_leads=10)
    choice = choose(FACTS, [rule(away, full, name="Night"), rule(person(3))])
    assert choice.person == person(3)
    said = [reason for reason in choice.reasons if reason["code"] == "nobody_free"]
    assert said[0]["params"] == {"rule": "Night"}


def test_where_nobody_is_free_the_lead_waits_in_the_queue() -> None:
    choice = choose(FACTS, [rule(), rule(person(1, is_available=False))])
    assert (choice.rule, choice.person) == (None, None)
    assert choice.reasons[-1]["code"] == "fallback"


@pytest.mark.parametrize("broken", [None, "city", {"field": "city"}, 7, ["city"]])
def test_a_rule_with_broken_conditions_is_passed_over(broken: Any) -> None:
    assert chosen(rule(person(1), conditions=broken), rule(person(2)), facts=FACTS) == 2


# Methods


def test_the_least_loaded_by_their_capacity_gets_it() -> None:
    assert chosen(rule(person(1, open_leads=3, capacity=4), person(2, open_leads=5))) == 2


def test_weights_share_the_leads_out() -> None:
    weights = {"1": 2, "2": 1}
    loads: Counter[int] = Counter()
    for _lead in range(30):
        people = [person(number, open_leads=loads[number], capacity=100) for number in (1, 2)]
        loads[chosen(rule(*people, weights=weights)) or 0] += 1
    assert loads == {1: 20, 2: 10}


def test_the_smallest_difference_of_load_counts() -> None:
    people = person(1, open_leads=2, capacity=30_000), person(2, open_leads=1, capacity=30_000)
    assert chosen(rule(*people)) == 2


def test_of_two_with_small_weights_the_less_loaded_gets_it() -> None:
    people = person(1, open_leads=9), person(2, open_leads=8)
    assert chosen(rule(*people, weights={"1": 0.1, "2": 0.1})) == 2


@pytest.mark.parametrize("broken", [None, [], "x", {"1": "much"}, {"1": None}, {"1": [1]}])
def test_broken_weights_count_as_one(broken: Any) -> None:
    assert chosen(rule(person(1, open_leads=1), person(2), weights=broken)) == 2


def test_in_turn_goes_round_and_leaves_out_who_is_away() -> None:
    people = person(1), person(2, is_available=False), person(3)
    turns, last = [], None
    for _lead in range(4):
        last = chosen(rule(*people, method="round_robin", last_person_id=last))
        turns.append(last)
    assert turns == [1, 3, 1, 3]


def test_a_named_person_gets_it_while_there_is_room() -> None:
    assert chosen(rule(person(5), method="person")) == 5
    assert chosen(rule(person(5, open_leads=10), method="person")) is None


anybody = st.builds(
    Person,
    id=st.integers(1, 6),
    name=st.just("P"),
    is_available=st.booleans(),
    open_leads=st.integers(0, 40),
    capacity=st.integers(0, 40),
)
value = st.one_of(st.text(max_size=8), st.integers(), st.floats(), st.booleans(), st.none())
condition = st.fixed_dictionaries(
    {
        "field": st.sampled_from([*FIELDS, "weather"]),
        "op": st.sampled_from(["in", "not_in", "contains", "at_least", "below", "is", "?"]),
        "values": st.one_of(st.lists(value, max_size=3), value),
    }
)
any_rule = st.builds(
    RuleSpec,
    id=st.integers(1, 5),
    name=st.text(max_size=5),
    version=st.just(1),
    conditions=st.lists(condition, max_size=2),
    method=st.sampled_from(["person", "round_robin", "least_loaded"]),
    people=st.lists(anybody, max_size=4, unique_by=lambda one: one.id),
    weights=st.dictionaries(st.sampled_from(["1", "2", "3"]), value, max_size=3),
    last_person_id=st.one_of(st.none(), st.integers(0, 7)),
)


@given(rules=st.lists(any_rule, max_size=4), score=st.integers(0, 100))
def test_whatever_the_rules_the_choice_is_sound_and_explained(
    rules: list[RuleSpec], score: int
) -> None:
    choice = choose(Facts(city="Riyadh", score=score), rules)
    assert choice.reasons
    assert 0 <= choice.confidence <= 1
    assert all(0 <= candidate["score"] <= 100 for candidate in choice.candidates)
    if choice.rule is None:
        assert choice.person is None
        return
    assert choice.person is not None
    assert choice.person in choice.rule.people
    assert choice.person.is_available
    assert choice.person.open_leads < choice.person.capacity
    assert choice.candidates[0]["id"] == choice.person.id
    assert choice.candidates[0]["score"] == max(one["score"] for one in choice.candidates)


@given(people=st.lists(anybody, min_size=1, max_size=5, unique_by=lambda one: one.id))
def test_nobody_is_passed_over_for_somebody_with_more_work(people: list[Person]) -> None:
    choice = choose(Facts(), [rule(*people)])
    free = [one for one in people if one.is_available and one.open_leads < one.capacity]
    assert (choice.person is None) == (not free)
    if choice.person:
        mine = choice.person.open_leads / choice.person.capacity
        assert mine == min(one.open_leads / one.capacity for one in free)


# Working hours

SUNDAY = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "hour", "expected"),
    [
        ("Asia/Riyadh", 5, False),  # 08:00 there
        ("Asia/Riyadh", 6, True),
        ("Asia/Riyadh", 14, True),
        ("Asia/Riyadh", 15, False),
        ("Africa/Cairo", 6, False),
        ("Africa/Cairo", 15, True),
    ],
)
def test_working_hours_are_read_by_the_branch_s_own_clock(
    zone: str, hour: int, expected: bool
) -> None:
    assert is_open(Branch(time_zone=zone), SUNDAY.replace(hour=hour)) is expected


def test_the_weekend_is_closed() -> None:
    assert not is_open(Branch(time_zone="Asia/Riyadh"), datetime(2026, 11, 27, 9, tzinfo=UTC))


@pytest.mark.parametrize(("hour", "expected"), [(18, False), (19, True), (22, True), (23, False)])
def test_a_span_over_midnight_reaches_into_the_next_day(hour: int, expected: bool) -> None:
    night = Branch(time_zone="Asia/Riyadh", working_hours={"7": [["22:00", "02:00"]]})
    assert is_open(night, SUNDAY.replace(hour=hour)) is expected  # Riyadh is three hours ahead


def test_a_day_may_end_at_midnight_and_start_at_nine_without_a_zero() -> None:
    late = Branch(time_zone="UTC", working_hours={"7": [["9:00", "24:00"]]})
    assert is_open(late, SUNDAY.replace(hour=23, minute=59))
    assert is_open(late, SUNDAY.replace(hour=9))
    assert not is_open(late, SUNDAY.replace(hour=8))


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "America", "../etc/passwd", "\x00", "A" * 40])
def test_a_time_zone_that_is_none_falls_back_to_the_house_s(zone: str, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Riyadh"
    assert is_open(Branch(time_zone=zone), SUNDAY.replace(hour=7))  # 07:00 in UTC is too early


@pytest.mark.parametrize(
    "hours",
    [None, [], "9-5", 7, {"7": None}, {"7": "9-5"}, {"7": [["nine", "five"]]}, {"7": [["09:00"]]},
     {"7": [[9, 17]]}, {"7": [None]}, {"7": {"09:00": "17:00"}}, {"sunday": [["09:00", "17:00"]]}],
)  # fmt: skip
def test_hours_that_say_nothing_are_closed(hours: Any) -> None:
    assert not is_open(Branch(time_zone="UTC", working_hours=hours), SUNDAY.replace(hour=12))


# With real people, rules and leads


def test_rules_are_tried_by_position(whatsapp: Any, sales: Any, colleague: Any) -> None:
    late = factories.make_team(whatsapp.branch, sales)
    early = factories.make_team(whatsapp.branch, colleague)
    factories.make_rule(late, position=2, name="Late")
    factories.make_rule(early, position=1, name="Early")
    assert factories.make_lead(whatsapp).owner == colleague


def test_an_inactive_rule_and_one_of_another_branch_are_left_out(
    whatsapp: Any, whatsapp_b: Any, sales: Any, sales_b: Any
) -> None:
    ours = factories.make_team(whatsapp.branch, sales)
    theirs = factories.make_team(whatsapp_b.branch, sales_b)
    factories.make_rule(theirs, position=0)
    factories.make_rule(theirs, position=1, branch=None, name="Company-wide to Jeddah's team")
    factories.make_rule(ours, position=2, is_active=False)
    assert factories.make_lead(whatsapp).owner is None
    assert factories.make_lead(whatsapp_b).owner == sales_b


def test_a_team_s_member_from_another_branch_gets_no_lead_of_this_one(
    whatsapp: Any, sales_b: Any, sales: Any
) -> None:
    factories.make_rule(factories.make_team(whatsapp.branch, sales_b))
    assert factories.make_lead(whatsapp).owner is None
    factories.make_rule(factories.make_team(whatsapp.branch, sales_b, sales), position=1)
    assert factories.make_lead(whatsapp).owner == sales


@pytest.mark.parametrize(
    "columns", [{"is_active": False}, {"is_available": False}, {"lead_capacity": 0}]
)
def test_who_cannot_take_leads_gets_none(
    whatsapp: Any, team: Any, sales: Any, columns: Any
) -> None:
    for name, setting in columns.items():
        setattr(sales, name, setting)
    sales.save()
    lead = factories.make_lead(whatsapp)
    assert (lead.owner, lead.status) == (None, Lead.Status.NEW)


def test_a_role_that_may_not_work_on_leads_gets_none(whatsapp: Any) -> None:
    support = factories.make_user(RoleCode.SUPPORT, whatsapp.branch)
    factories.make_rule(factories.make_team(whatsapp.branch, support))
    assert factories.make_lead(whatsapp).owner is None


def test_a_batch_is_shared_out_by_load(
    whatsapp: Any, team: Any, sales: Any, colleague: Any
) -> None:
    team.members.add(colleague)
    factories.make_lead(whatsapp)
    messages = [factories.make_message(whatsapp, TEXT) for _lead in range(5)]
    take_in([message.pk for message in messages])
    assert Counter(Lead.objects.values_list("owner", flat=True)) == {sales.pk: 3, colleague.pk: 3}


def test_the_turn_is_remembered_from_batch_to_batch(
    whatsapp: Any, sales: Any, colleague: Any
) -> None:
    team = factories.make_team(whatsapp.branch, sales, colleague)
    factories.make_rule(team, method="round_robin")
    turns: list[int | None] = []
    for size in (1, 2, 1, 3):
        messages = [factories.make_message(whatsapp, TEXT) for _lead in range(size)]
        take_in([message.pk for message in messages])
        made = Lead.objects.filter(log__message__in=messages).order_by("pk")
        turns += made.values_list("owner", flat=True)
    first, second = sorted([sales.pk, colleague.pk])
    assert turns == [first, second, first, second, first, second, first]


def test_beyond_the_capacity_leads_wait(whatsapp: Any, team: Any, sales: Any) -> None:
    sales.lead_capacity = 2
    sales.save()
    messages = [factories.make_message(whatsapp, TEXT) for _lead in range(3)]
    take_in([message.pk for message in messages])
    assert sorted(Lead.objects.values_list("owner", flat=True), key=str) == [
        sales.pk,
        sales.pk,
        None,
    ]


def test_the_customer_s_own_salesperson_comes_before_every_rule(
    whatsapp: Any, team: Any, colleague: Any
) -> None:
    factories.make_customer(whatsapp.branch, colleague, phones=("+966507712245",))
    lead = factories.make_lead(whatsapp, phone="+966507712245")
    assert lead.owner == colleague
    assert lead.decisions.get().rule_name == "customer's own salesperson"


def test_when_the_customer_s_own_salesperson_is_away_the_rules_decide(
    whatsapp: Any, team: Any, sales: Any, colleague: Any
) -> None:
    colleague.is_available = False
    colleague.save()
    factories.make_customer(whatsapp.branch, colleague, phones=("+966507712245",))
    assert factories.make_lead(whatsapp, phone="+966507712245").owner == sales


def test_a_decision_keeps_the_rule_the_candidates_their_scores_and_the_reasons(
    whatsapp: Any, team: Any, sales: Any, colleague: Any
) -> None:
    team.members.add(colleague)
    lead = factories.make_lead(whatsapp)
    decision = lead.decisions.get()
    assert decision.rule == team.rules.get()
    assert (decision.rule_name, decision.rule_version) == ("Everybody", 1)
    assert (decision.person, decision.team, decision.decided_by) == (lead.owner, team, None)
    assert [one["id"] for one in decision.candidates] == sorted([sales.pk, colleague.pk])
    assert all(one["score"] == 100 and one["capacity"] == 30 for one in decision.candidates)
    assert {reason["code"] for reason in decision.reasons} == {"catch_all", "load", "of_free"}
    assert 0 < decision.confidence < 1


@pytest.mark.parametrize(
    "columns",
    [
        {"conditions": "city"}, {"conditions": {"field": "city"}}, {"conditions": [None, 7]},
        {"weights": {"x": "y"}}, {"weights": []}, {"weights": "much"},
    ],
)  # fmt: skip
def test_a_broken_rule_in_the_table_loses_no_lead(
    whatsapp: Any, team: Any, sales: Any, columns: Any
) -> None:
    factories.make_rule(team, position=0, name="Broken", **columns)
    assert factories.make_lead(whatsapp).owner == sales


def test_a_broken_clock_of_the_branch_loses_no_lead(whatsapp: Any, team: Any, sales: Any) -> None:
    Branch.objects.filter(pk=whatsapp.branch_id).update(time_zone="America", working_hours=["?"])
    assert factories.make_lead(whatsapp).owner == sales


def test_without_any_rule_a_lead_waits_where_people_are_told_of_it(
    whatsapp: Any, supervisor: Any
) -> None:
    lead = factories.make_lead(whatsapp)
    decision = RoutingDecision.objects.get(lead=lead)
    assert (decision.rule_name, decision.person) == ("fallback queue", None)
    assert decision.reasons[-1]["code"] == "fallback"
    assert Notification.objects.get(user=supervisor).kind == "lead.unassigned"
    assert Lead.objects.visible_to(supervisor).filter(owner=None).get() == lead
