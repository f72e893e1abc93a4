"""Clocks over less common turns: reopened, left over by removed targets, breached as they pause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Level
from sla.explaining.verification import verify_tickets
from sla.models import ClockKind, LevelTarget, Policy, ReplanCause, ReplanScope, Target
from sla.policies.contents import keep_version
from sla.policies.saving import delete_policy
from sla.replanning import change_settings
from sla.sweeps import mark_breached, warn_of_due
from tests.cast import NOON, Cast
from tests.clocks import add_level_targets, add_targets, get_clock, get_due, list_entry_kinds
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import Tag, Ticket
from tickets.services import (
    NewMessage,
    add_customer_message,
    add_note,
    change_priority,
    change_status,
    close,
    reopen,
    reply,
)
from tickets.services.tags import set_tags

HOUR = timedelta(hours=1)
NEXT, RESOLUTION = ClockKind.NEXT_RESPONSE, ClockKind.RESOLUTION


def count_warnings(ticket: Ticket) -> int:
    return ticket.events.filter(kind=EventKind.SLA_WARNED).count()


def change(cast: Cast, change: Callable[[], object], scope: str = "new") -> None:
    change_settings(
        desk_id=cast.desk.pk, by="", cause=ReplanCause.TARGETS, scope=ReplanScope(scope),
        change=change, at=NOON,
    )  # fmt: skip
    cast.desk.refresh_from_db()


def list_differences(cast: Cast) -> list[object]:
    return [each for each in verify_tickets(desk_id=cast.desk.pk) if each.differences]


def test_a_reopened_ticket_is_not_warned_of_again(in_rocket: Cast) -> None:
    add_targets(in_rocket, RESOLUTION, minutes=4 * 60)
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    assert warn_of_due(desk_id=in_rocket.desk.pk, at=NOON + 3 * HOUR) == 1
    close(ticket_id=ticket.pk, by=by, at=NOON + 3.1 * HOUR)
    reopen(ticket_id=ticket.pk, by=by, at=NOON + 4 * HOUR)
    warn_of_due(desk_id=in_rocket.desk.pk, at=NOON + 4.1 * HOUR)
    clock = get_clock(ticket, RESOLUTION)
    assert (clock.warned, clock.warn_at) == (1, None)
    assert count_warnings(ticket) == 1


def test_another_priority_with_the_same_deadline_warns_of_nothing_again(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    warn_of_due(desk_id=in_rocket.desk.pk, at=NOON + 6 * HOUR)
    Target.objects.filter(priority=in_rocket.priorities["High"]).update(amount=480)
    high = in_rocket.priorities["High"]
    change_priority(ticket_id=ticket.pk, priority=high, by=by, at=NOON + 6.5 * HOUR)
    assert get_due(ticket)[0] == NOON + 8 * HOUR
    assert warn_of_due(desk_id=in_rocket.desk.pk, at=NOON + 7 * HOUR) == 0
    assert count_warnings(ticket) == 1
    assert list_differences(in_rocket) == []


def test_a_paused_clock_continues_after_its_target_was_removed(in_rocket: Cast) -> None:
    add_targets(in_rocket, RESOLUTION, minutes=4 * 60)
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hi", at=NOON, then="waiting")
    assert get_clock(ticket, RESOLUTION).paused_at == NOON
    change(in_rocket, Target.objects.filter(clock=RESOLUTION).delete)
    new = NewMessage("Thanks, but", "email")
    at = NOON + HOUR
    add_customer_message(ticket_id=ticket.pk, contact=in_rocket.customer, new=new, at=at)
    assert get_clock(ticket, RESOLUTION).paused_at is None
    assert get_due(ticket) == (NOON + 5 * HOUR, RESOLUTION)
    change_status(ticket_id=ticket.pk, move="wait_for_customer", by=by, at=NOON + 2 * HOUR)
    assert get_clock(ticket, RESOLUTION).paused_at == NOON + 2 * HOUR


def test_a_note_ends_the_silence_after_all_internal_targets_were_removed(
    in_rocket: Cast, client: object, sign_in: Callable[..., object]
) -> None:
    add_level_targets(in_rocket, Level.L1, ClockKind.LEVEL_SILENCE, minutes=60)
    ticket = in_rocket.open_ticket()
    target = LevelTarget.objects.get()
    admin = sign_in(in_rocket.admin.user)
    page = f"/rocket/admin/sla/leveltarget/{target.pk}/delete/"
    choice = {"post": "yes", "replan_scope": "new"}
    assert admin.post(page, choice).status_code == 302  # type: ignore[attr-defined]
    assert not LevelTarget.objects.exists()
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="On it", at=NOON + 0.5 * HOUR)
    assert get_clock(ticket, ClockKind.LEVEL_SILENCE).met_at == NOON + 0.5 * HOUR
    assert mark_breached(desk_id=in_rocket.desk.pk, at=NOON + 2 * HOUR) == 0


@pytest.mark.parametrize("kind", [ClockKind.LEVEL_SILENCE, ClockKind.UPDATE])
def test_a_breached_clock_still_ends_after_its_target_was_removed(
    in_rocket: Cast, kind: ClockKind
) -> None:
    """No deadline moves, so nobody is asked; the clock is left over all the same."""
    model: type[LevelTarget | Target] = LevelTarget if kind.is_of_level else Target
    if kind.is_of_level:
        add_level_targets(in_rocket, Level.L1, kind, minutes=60)
    else:
        add_targets(in_rocket, kind, minutes=60)
    ticket = in_rocket.open_ticket()
    answer = {"ticket_id": ticket.pk, "agent": in_rocket.analyst, "then": "investigating"}
    reply(**answer, text="Hi", at=NOON)
    assert mark_breached(desk_id=in_rocket.desk.pk, at=NOON + 2 * HOUR) == 1
    change(in_rocket, model.objects.filter(clock=kind).delete)
    reply(**answer | {"then": ""}, text="Hi again", at=NOON + 3 * HOUR)
    assert get_clock(ticket, kind).met_at == NOON + 3 * HOUR


def test_a_pause_that_a_breach_overtook_replays_equal(in_rocket: Cast) -> None:
    """The sweep was a moment ahead of the reply, whose own time is before the deadline."""
    add_targets(in_rocket, RESOLUTION, minutes=60)
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    due = NOON + HOUR
    assert mark_breached(desk_id=in_rocket.desk.pk, at=due) == 1
    early = due - timedelta(milliseconds=5)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hi", at=early, then="waiting")
    change_status(ticket_id=ticket.pk, move="investigate", by=by, at=due + HOUR)
    assert get_clock(ticket, RESOLUTION).due_at == due
    assert list_differences(in_rocket) == []


def add_policy(cast: Cast, name: str, minutes: int) -> Policy:
    policy = Policy.objects.create(desk=cast.desk, name=name)
    Target.objects.create(
        desk=cast.desk, policy=policy, amount=minutes, calendar=cast.calendar, clock=NEXT
    )
    keep_version(policy_id=policy.pk, by=None, at=NOON)
    cast.desk.refresh_from_db()
    return policy


def test_clocks_of_a_deleted_policy_still_replay_equal(in_rocket: Cast) -> None:
    policy = add_policy(in_rocket, "Fast", 60)
    ticket = in_rocket.open_ticket()
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hi", at=NOON)
    new = NewMessage("And", "email")
    add_customer_message(ticket_id=ticket.pk, contact=in_rocket.customer, new=new, at=NOON)
    change(in_rocket, lambda: delete_policy(policy=policy, by=in_rocket.admin))
    assert list_differences(in_rocket) == []
    add_policy(in_rocket, "Fast", 90)  # another one of that name, in its first version
    assert list_differences(in_rocket) == []
    assert list_entry_kinds(ticket, NEXT) == ["started"]


def test_a_preview_reads_the_tags_of_all_tickets_at_once(in_rocket: Cast) -> None:
    tag = Tag.objects.create(desk=in_rocket.desk, name="vip")
    policy = add_policy(in_rocket, "VIP", 60)
    policy.conditions.create(desk=in_rocket.desk, kind="tag", tag=tag)
    in_rocket.desk.refresh_from_db()

    def count(tickets: int) -> int:
        for _ in range(tickets):
            ticket = in_rocket.open_ticket()
            set_tags(ticket_id=ticket.pk, tags=[tag], by=Actor.of(in_rocket.analyst), at=NOON)
        low = Target.objects.filter(priority=in_rocket.default_priority)
        with CaptureQueriesContext(connection) as queries:
            change_settings(
                desk_id=in_rocket.desk.pk, by="", cause=ReplanCause.TARGETS, scope=None,
                change=lambda: low.update(amount=90), at=NOON,
            )  # fmt: skip
        return len(queries)

    assert count(1) == count(5)
