"""Open tickets of an agent who was deactivated or made an observer are reassigned (M13)."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Agent, Role
from accounts.tenancy import desk_scope
from routing import services
from routing.models import Shift
from routing.services import reassign_stranded_tickets
from routing.tasks import sweep_unassigned_tickets
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import State, Ticket
from tickets.services import assign, close, reply


def assign_to(cast: Cast, agent: Agent, **changes: Any) -> Ticket:
    ticket = cast.open_ticket(**changes)
    return assign(ticket_id=ticket.pk, agent=agent, by=Actor.of(cast.lead), at=NOON)


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.OBSERVER}])
def test_open_tickets_go_to_the_next_in_rotation_with_an_event_each(
    in_rocket: Cast, change: dict[str, Any]
) -> None:
    leaver = in_rocket.analyst
    tickets = [assign_to(in_rocket, leaver) for _ in range(3)]
    reply(
        ticket_id=tickets[2].pk, agent=leaver, text="Try this", at=NOON
    )  # waiting for the customer
    Agent.objects.filter(pk=leaver.pk).update(**change)
    assert reassign_stranded_tickets(desk_id=in_rocket.desk.pk, at=NOON) == 3
    for ticket in tickets:
        ticket = Ticket.objects.get(pk=ticket.pk)
        assert ticket.assignee not in (None, leaver)
        event = ticket.events.filter(kind=EventKind.ASSIGNED).latest("pk")
        assert event.data["assignee"] == [leaver.pk, ticket.assignee_id]
    assert reassign_stranded_tickets(desk_id=in_rocket.desk.pk, at=NOON) == 0


def test_with_no_agent_on_shift_they_are_visibly_unassigned(in_rocket: Cast) -> None:
    ticket = assign_to(in_rocket, in_rocket.analyst)
    Shift.objects.all().delete()
    Agent.objects.filter(pk=in_rocket.analyst.pk).update(is_active=False)
    assert reassign_stranded_tickets(desk_id=in_rocket.desk.pk, at=NOON) == 1
    assert Ticket.objects.get(pk=ticket.pk).assignee is None
    assert ticket.events.filter(kind=EventKind.LEFT_UNASSIGNED).exists()


def test_closed_tickets_and_those_of_other_agents_stay(in_rocket: Cast, matter: Cast) -> None:
    leaver = in_rocket.analyst
    closed, others = assign_to(in_rocket, leaver), assign_to(in_rocket, in_rocket.colleague)
    close(ticket_id=closed.pk, by=Actor.of(leaver), at=NOON)
    with desk_scope(matter.desk):
        elsewhere = assign_to(matter, matter.analyst)
    Agent.objects.filter(pk=leaver.pk).update(is_active=False)
    assert reassign_stranded_tickets(desk_id=in_rocket.desk.pk, at=NOON) == 0
    assert Ticket.objects.get(pk=closed.pk).assignee == leaver
    assert Ticket.objects.get(pk=others.pk).assignee == in_rocket.colleague
    with desk_scope(matter.desk):
        assert Ticket.objects.get(pk=elsewhere.pk).assignee == matter.analyst


def test_the_sweep_reassigns_in_batches(in_rocket: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "BATCH", 2)
    leaver = in_rocket.analyst
    for _ in range(5):
        assign_to(in_rocket, leaver)
    Agent.objects.filter(pk=leaver.pk).update(is_active=False)
    assert sweep_unassigned_tickets() == 5
    assert not Ticket.objects.filter(assignee=leaver).exists()
    last = assign_to(in_rocket, in_rocket.colleague)
    Agent.objects.filter(pk=in_rocket.colleague.pk).update(is_active=False)
    sweep_unassigned_tickets()
    assert Ticket.objects.get(pk=last.pk).assignee != in_rocket.colleague


def test_the_admin_page_counts_them_and_queues_the_task(
    in_rocket: Cast,
    sign_in: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    queued: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(
        "tickets.queueing._send", lambda name, given, **options: not queued.append((name, given))
    )
    leaver = in_rocket.analyst
    ticket = assign_to(in_rocket, leaver)
    page = f"/rocket/admin/accounts/agent/{leaver.pk}/change/"
    admin = sign_in(in_rocket.admin.user)
    counts = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    inlines = [f.formset.prefix for f in admin.get(page).context["inline_admin_formsets"]]
    data = {f"{prefix}-{name}": count for prefix in inlines for name, count in counts.items()}
    data |= {"name": leaver.name, "role": leaver.role, "level": leaver.level}
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin.post(page, data, follow=True)
    assert "Analyst had 1 open ticket. It is being reassigned" in answer.content.decode()
    assert queued == [("routing.tasks.sweep_unassigned_tickets", {})]
    sweep_unassigned_tickets()
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.assignee != leaver, ticket.status) == (True, State.OPEN)
