"""Closing a problem tells its incidents, once each and with what was refused."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Agent
from tests.agent.conftest import SignIn, inside
from tests.cast import Cast
from tickets.bulk.running import run_slice
from tickets.models import (
    BulkItem,
    BulkJob,
    Channel,
    ItemState,
    LinkKind,
    Message,
    State,
    Ticket,
)
from tickets.relations.incidents import tell_incidents
from tickets.relations.linking import link_tickets
from tickets.services import NewMessage, add_customer_message

TEXT = "Hello {{contact.first_name}}, {{ticket.number}} is solved."


def get_url(ticket: Ticket, part: str = "") -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{part}"


@pytest.fixture
def incidents(rocket: Cast, ticket: Ticket) -> list[Ticket]:
    """Two incidents of the ticket, of different customers."""
    with inside(rocket):
        found = [rocket.open_ticket(), rocket.open_ticket(contact=rocket.elsewhere)]
        for one in found:
            link_tickets(
                source_id=one.pk,
                target_id=ticket.pk,
                kind=LinkKind.PARENT,
                agent=rocket.analyst,
                at=timezone.now(),
            )
    return found


def list_told(ticket: Ticket) -> list[str]:
    told = Message.objects.filter(ticket=ticket, contact__isnull=True).order_by("pk")
    return list(told.values_list("body_text", flat=True))


def test_a_ticket_without_incidents_offers_nothing(client: Client, ticket: Ticket) -> None:
    assert "incident" not in client.get(get_url(ticket, "closure/")).content.decode()


def test_each_incident_is_told_once_and_closed_if_asked(
    rocket: Cast, client: Client, ticket: Ticket, incidents: list[Ticket]
) -> None:
    page = client.get(get_url(ticket, "closure/")).content.decode()
    assert "Tell the requesters of 2 open incidents" in page
    assert f"RC-{incidents[0].number}, RC-{incidents[1].number}" in page
    given = {
        "reason": "solved",
        "tells_incidents": "on",
        "incident_text": TEXT,
        "closes_incidents": "on",
    }
    page = client.post(get_url(ticket, "closure/"), given, follow=True).content.decode()
    assert "2 incidents notified." in page
    assert "Undo" not in page
    client.post(get_url(ticket, "closure/"), given)  # a double click
    with inside(rocket):
        assert BulkJob.objects.count() == 1
        for one in incidents:
            one.refresh_from_db()
            assert one.status == State.CLOSED
            first = str(one.contact).split()[0]
            assert list_told(one) == [f"Hello {first}, RC-{one.number} is solved."]


def test_incidents_stay_untouched_without_the_checkbox(
    rocket: Cast, client: Client, ticket: Ticket, incidents: list[Ticket]
) -> None:
    client.post(get_url(ticket, "closure/"), {"reason": "solved", "incident_text": TEXT})
    with inside(rocket):
        assert Ticket.objects.get(pk=ticket.pk).status == State.CLOSED
        assert [list_told(one) for one in incidents] == [[], []]


def test_what_is_wrong_with_the_text_closes_nothing(
    rocket: Cast, client: Client, ticket: Ticket, incidents: list[Ticket]
) -> None:
    for text in ("  ", "Hello {{contact.password}}"):
        given = {"reason": "solved", "tells_incidents": "on", "incident_text": text}
        assert client.post(get_url(ticket, "closure/"), given).status_code == 422
    with inside(rocket):
        assert Ticket.objects.get(pk=ticket.pk).status != State.CLOSED
        assert not BulkItem.objects.exists()


def test_another_desk_tells_nobody(
    rocket: Cast, matter: Cast, sign_in: SignIn, ticket: Ticket, incidents: list[Ticket]
) -> None:
    given = {"reason": "solved", "tells_incidents": "on", "incident_text": TEXT}
    outsider = sign_in(matter.admin.user)
    assert outsider.post(get_url(ticket, "closure/"), given).status_code in {302, 404}
    with inside(rocket):
        assert [list_told(one) for one in incidents] == [[], []]


def test_an_incident_whose_customer_wrote_since_is_left_to_an_agent(
    rocket: Cast, client: Client, ticket: Ticket, incidents: list[Ticket]
) -> None:
    unread, other = incidents
    with inside(rocket):
        job = tell_incidents(
            problem=ticket, agent=rocket.analyst, text=TEXT, closes=True, at=timezone.now()
        )
        add_customer_message(
            ticket_id=unread.pk,
            contact=unread.contact,
            new=NewMessage(text="Now it is worse", channel=Channel.EMAIL),
            at=timezone.now(),
        )
        run_slice(job.pk, at=timezone.now())
        unread.refresh_from_db()
        assert unread.status != State.CLOSED
        assert unread.unanswered_since is not None
        assert (list_told(unread), len(list_told(other))) == ([], 1)
        refused = BulkItem.objects.get(job=job, state=ItemState.REFUSED)
        assert refused.ticket_id == unread.pk
        assert "wrote in the meantime" in refused.reason


def test_a_trainee_tells_nobody_and_keeps_the_form(
    rocket: Cast, client: Client, ticket: Ticket, incidents: list[Ticket]
) -> None:
    with inside(rocket):
        Agent.objects.filter(pk=rocket.analyst.pk).update(needs_approval=True)
    given = {"reason": "solved", "tells_incidents": "on", "incident_text": TEXT}
    answer = client.post(get_url(ticket, "closure/"), given)
    assert answer.status_code == 422
    assert "is solved." in answer.content.decode()
    with inside(rocket):
        assert Ticket.objects.get(pk=ticket.pk).status != State.CLOSED
        assert not BulkJob.objects.exists()
