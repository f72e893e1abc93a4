"""Policies decide before the matrix: in order, any value of a kind, all kinds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Plan, Product
from accounts.tenancy import desk_scope
from sla.models import Clock, ClockKind, Policy, PolicyCondition, Target, TargetUnit
from sla.services import find_ticket_targets
from sla.targets import Book, PolicyTerms, TicketFacts, find_targets
from tests.cast import NOON, Cast
from tests.clocks import get_clock, list_entries
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import Tag, Ticket
from tickets.services import change_product
from tickets.services.tags import set_tags

HOUR = timedelta(hours=1)
FIRST, NEXT = ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE
FACTS = TicketFacts(
    plan_id=1,
    product_id=2,
    account_status="trial",
    priority_id=3,
    department_id=4,
    channel="email",
    tag_ids=frozenset({5, 6}),
)


def make_target(minutes: int, clock: ClockKind = FIRST, unit: str = "minutes") -> Target:
    return Target(clock=clock, unit=unit, amount=minutes)


def make_terms(minutes: int, *, unit: str = "minutes", **conditions: set) -> PolicyTerms:
    accepted = {kind: frozenset(values) for kind, values in conditions.items()}
    return PolicyTerms(1, "VIP", 1, accepted, {FIRST: make_target(minutes, unit=unit)})


CASES = {
    "no condition": ({}, True),
    "its plan": ({"plan": {1}}, True),
    "another plan": ({"plan": {9}}, False),
    "one of two plans": ({"plan": {9, 1}}, True),
    "all kinds": ({"plan": {1}, "product": {2}, "priority": {3}, "department": {4}}, True),
    "one kind differs": ({"plan": {1}, "product": {9}}, False),
    "its status": ({"account_status": {"trial"}}, True),
    "another status": ({"account_status": {"customer"}}, False),
    "its channel": ({"channel": {"web", "email"}}, True),
    "one of its tags": ({"tag": {6, 9}}, True),
    "no tag of it": ({"tag": {9}}, False),
}


@pytest.mark.parametrize("name", CASES)
def test_a_policy_matches_by_its_conditions(name: str) -> None:
    conditions, expected = CASES[name]
    book = Book(policies=(make_terms(60, **conditions),))
    assert (FIRST in find_targets(FACTS, book)) is expected


def test_a_ticket_without_a_value_meets_no_condition_on_it() -> None:
    nothing = TicketFacts(None, None, "", 3, None, "email")
    for kind in ("plan", "product", "department", "account_status", "tag"):
        book = Book(policies=(make_terms(60, **{kind: {1, ""}}),))
        assert find_targets(nothing, book) == {}


def test_the_first_policy_with_a_target_of_the_kind_decides_then_the_matrix() -> None:
    cells = {
        (1, 3, ""): {FIRST: make_target(480), NEXT: make_target(240, NEXT)},
        (1, 3, "trial"): {FIRST: make_target(600)},
    }
    second = PolicyTerms(2, "Later", 1, {}, {FIRST: make_target(5)})
    found = find_targets(FACTS, Book((make_terms(60), second), cells))
    assert (found[FIRST].target.amount, found[NEXT].target.amount) == (60, 240)
    assert (found[FIRST].policy.name if found[FIRST].policy else "") == "VIP"
    assert find_targets(FACTS, Book(cells=cells))[FIRST].target.amount == 600


def test_no_target_is_a_decision_too() -> None:
    cells = {(1, 3, ""): {FIRST: make_target(480)}}
    nothing = make_terms(0, unit=TargetUnit.NONE)
    assert find_targets(FACTS, Book((nothing, make_terms(60)), cells)) == {}


def add_policy(cast: Cast, name: str, minutes: int, **condition: object) -> Policy:
    """Add a policy with one condition and a target of the first response."""
    policy = Policy.objects.create(desk=cast.desk, name=name)
    if condition:
        [kind] = condition
        PolicyCondition.objects.create(desk=cast.desk, policy=policy, kind=kind, **condition)
    Target.objects.create(
        desk=cast.desk, policy=policy, amount=minutes, calendar=cast.calendar, clock=FIRST
    )
    cast.desk.refresh_from_db()
    return policy


def test_a_new_ticket_starts_by_its_policy_and_the_entry_names_it(in_rocket: Cast) -> None:
    add_policy(in_rocket, "Platinum", 60, plan=in_rocket.plan)
    ticket = in_rocket.open_ticket()
    assert get_clock(ticket).due_at == NOON + HOUR
    facts = list_entries(ticket)[0].data
    assert (facts["policy"], facts["policy_version"]) == ("Platinum", 1)
    assert ticket.events.get(kind=EventKind.SLA_STARTED).data["policy"] == "Platinum"


def test_an_inactive_policy_and_one_for_another_plan_change_nothing(in_rocket: Cast) -> None:
    other = Plan.objects.create(desk=in_rocket.desk, name="Other")
    add_policy(in_rocket, "Other", 60, plan=other)
    add_policy(in_rocket, "Retired", 30)
    Policy.objects.filter(name="Retired").update(is_active=False)
    in_rocket.desk.refresh_from_db()
    assert get_clock(in_rocket.open_ticket()).due_at == NOON + 8 * HOUR


def test_another_product_moves_the_clock_to_its_policy(in_rocket: Cast) -> None:
    product = Product.objects.create(desk=in_rocket.desk, name="Chat")
    add_policy(in_rocket, "Chat", 60, product=product)
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    change_product(ticket_id=ticket.pk, product=product, by=by, at=NOON)
    assert get_clock(ticket).due_at == NOON + HOUR
    facts = list_entries(ticket)[-1].data
    assert (facts["policy"], facts["cause"]) == ("Chat", EventKind.PRODUCT_CHANGED)
    assert facts["was"]["due_at"] == (NOON + 8 * HOUR).isoformat()


def test_a_tag_moves_the_clock_to_its_policy(in_rocket: Cast) -> None:
    tag = Tag.objects.create(desk=in_rocket.desk, name="outage")
    add_policy(in_rocket, "Outage", 60, tag=tag)
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    set_tags(ticket_id=ticket.pk, tags=[tag], by=by, at=NOON)
    assert get_clock(ticket).due_at == NOON + HOUR


def test_the_next_business_day_is_a_deadline_by_the_wall_clock(in_rocket: Cast) -> None:
    Target.objects.update(unit=TargetUnit.BUSINESS_DAYS, amount=1, by_minute=18 * 60)
    in_rocket.desk.refresh_from_db()
    clock = get_clock(in_rocket.open_ticket())
    # Thursday 18:00 in Sao Paulo; that is ten working hours of Wednesday and ten of Thursday.
    assert clock.due_at == datetime(2026, 11, 19, 21, 0, tzinfo=UTC)
    assert clock.target_seconds == 20 * 3600


def test_nothing_is_promised_to_an_unverified_sender_by_a_policy_either(in_rocket: Cast) -> None:
    add_policy(in_rocket, "Everybody", 60)
    ticket = in_rocket.open_ticket(is_unverified=True)
    assert find_ticket_targets(Ticket.objects.get(pk=ticket.pk)) == {}
    assert not Clock.objects.filter(ticket=ticket).exists()


def test_policies_of_another_desk_do_not_apply(in_rocket: Cast, matter: Cast) -> None:
    add_policy(in_rocket, "Everybody", 60)
    with desk_scope(matter.desk):
        assert get_clock(matter.open_ticket()).due_at == NOON + 8 * HOUR
