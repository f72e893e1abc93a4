"""Escalated accounts: lead, exit criteria, updates at a promised pace, and the end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.attention.access import find_escalation
from tickets.attention.escalating import (
    EscalationPlan,
    add_update,
    change_escalation,
    end_escalation,
    escalate_account,
)
from tickets.attention.reminding import remind_of_updates
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.models import AccountEscalation, Notification, Ticket
from tickets.services import close

DAY = timedelta(hours=24)


def plan(cast: Cast, **more: Any) -> EscalationPlan:
    given = {"lead": cast.lead, "exit_criteria": "No crash for a week", "cadence_hours": 24} | more
    return EscalationPlan(**given)


def escalate(cast: Cast, **more: Any) -> AccountEscalation:
    given = {"agent": cast.admin, "why": "Renewal at risk", "at": NOON} | more
    return escalate_account(account=cast.account, plan=given.pop("plan", plan(cast)), **given)


def list_kinds(ticket: Ticket) -> list[str]:
    found = ticket.events.filter(kind__startswith="account.").order_by("pk")
    return list(found.values_list("kind", flat=True))


def remind(cast: Cast, at: Any) -> int:
    return remind_of_updates(desk_id=cast.desk.pk, at=at)


def test_the_open_tickets_of_the_account_say_when_it_starts_and_ends(in_rocket: Cast) -> None:
    mine = in_rocket.open_ticket()
    other = in_rocket.open_ticket(contact=in_rocket.elsewhere)
    escalation = escalate(in_rocket)
    assert find_escalation(in_rocket.account) == escalation
    end_escalation(escalation_id=escalation.pk, agent=in_rocket.lead, why="Calm", at=NOON)
    assert list_kinds(mine) == ["account.escalated", "account.escalation_ended"]
    assert list_kinds(other) == []
    assert find_escalation(in_rocket.account) is None
    assert escalate(in_rocket) != escalation  # and can start again


def test_one_escalation_at_a_time_and_none_that_has_ended_changes(in_rocket: Cast) -> None:
    escalation = escalate(in_rocket)
    with pytest.raises(ConflictError, match="is already escalated"):
        escalate(in_rocket)
    given = {"escalation_id": escalation.pk, "agent": in_rocket.lead, "at": NOON}
    end_escalation(why="Calm", **given)
    for change in (
        lambda: end_escalation(why="Again", **given),
        lambda: add_update(text="Late", **given),
        lambda: change_escalation(plan=plan(in_rocket), **given),
    ):
        with pytest.raises(ConflictError, match="has ended"):
            change()


def test_the_lead_is_reminded_once_of_each_update(in_rocket: Cast) -> None:
    escalation = escalate(in_rocket)
    assert remind(in_rocket, NOON + DAY / 2) == 0
    assert [remind(in_rocket, NOON + DAY) for _ in range(2)] == [1, 0]
    add_update(escalation_id=escalation.pk, agent=in_rocket.lead, text="Better", at=NOON + DAY)
    escalation.refresh_from_db()
    assert escalation.next_update_at == NOON + 2 * DAY
    assert remind(in_rocket, NOON + DAY * 1.5) == 0
    assert remind(in_rocket, NOON + 2 * DAY) == 1
    due = Notification.objects.filter(kind="escalation.due")
    assert [one.agent for one in due] == [in_rocket.lead] * 2


def test_if_the_lead_left_the_other_leads_and_admins_are_reminded(in_rocket: Cast) -> None:
    escalate(in_rocket)
    in_rocket.lead.is_active = False
    in_rocket.lead.save(update_fields=["is_active"])
    remind(in_rocket, NOON + DAY)
    due = Notification.objects.filter(kind="escalation.due")
    assert [one.agent for one in due] == [in_rocket.admin]


def test_a_new_lead_is_told_and_may_write_updates(in_rocket: Cast) -> None:
    escalation = escalate(in_rocket)
    new = plan(in_rocket, lead=in_rocket.analyst, cadence_hours=2)
    change_escalation(escalation_id=escalation.pk, plan=new, agent=in_rocket.lead, at=NOON)
    told = Notification.objects.filter(kind="escalation.lead").values_list("agent", flat=True)
    assert set(told) == {in_rocket.lead.pk, in_rocket.analyst.pk}
    add_update(escalation_id=escalation.pk, agent=in_rocket.analyst, text="Mine", at=NOON)
    with pytest.raises(NotAllowedError):
        add_update(escalation_id=escalation.pk, agent=in_rocket.colleague, text="No", at=NOON)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"exit_criteria": " "}, "exit_criteria"),
        ({"cadence_hours": 0}, "cadence_hours"),
        ({"lead": "observer"}, "lead"),
    ],
)
def test_a_plan_is_complete(in_rocket: Cast, change: dict[str, Any], field: str) -> None:
    if "lead" in change:
        change["lead"] = getattr(in_rocket, change["lead"])
    with pytest.raises(InvalidValueError) as refused:
        escalate(in_rocket, plan=plan(in_rocket, **change))
    assert refused.value.field == field


def test_only_leads_and_admins_escalate(in_rocket: Cast) -> None:
    with pytest.raises(NotAllowedError):
        escalate(in_rocket, agent=in_rocket.analyst)


def test_closed_tickets_are_left_alone(in_rocket: Cast) -> None:
    from_before = in_rocket.open_ticket()
    close(ticket_id=from_before.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    escalate(in_rocket)
    assert list_kinds(from_before) == []
