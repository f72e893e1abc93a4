"""The handover page of a region, the ticket page of a lent ticket, and accepting a ticket."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Agent, Region
from accounts.tenancy import desk_scope
from routing.models import Handover, Offer
from tests.agent.conftest import SignIn, inside
from tests.cast import NOON, Cast
from tests.departments import close_department
from tests.routing.shifts import set_shift
from tickets.models import Note, Ticket
from tickets.services import add_note

PAGE = "/rocket/agent/handovers/"


def lend(cast: Cast, ticket: Ticket, **changes: Any) -> Handover:
    """Let the analyst hold a ticket of the colleague."""
    Ticket.objects.filter(pk=ticket.pk).update(assignee=cast.analyst, owner=cast.colleague)
    left = add_note(ticket_id=ticket.pk, agent=cast.colleague, text="Ask for logs", at=NOON)
    note = {
        "status": "open",
        "waiting_since": NOON.isoformat(),
        "due_at": NOON.isoformat(),
        "due_kind": "next_response",
        "asked": ticket.messages.get().pk,
        "note": left.pk,
    }
    given = {"cause": "shift_end", "created_at": NOON, "note": note} | changes
    return Handover.objects.create(
        desk=cast.desk, ticket=ticket, sender=cast.colleague, receiver=cast.analyst, **given
    )


def get_url(ticket: Ticket, part: str = "") -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{part}"


def read(client: Client, url: str = PAGE) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_without_handovers_the_page_says_what_belongs_here(client: Client) -> None:
    assert "No handovers" in read(client)


def test_a_handover_shows_people_and_the_note(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        lend(rocket, ticket, until=NOON + timedelta(days=1))
    page = read(client)
    for text in (
        f"RC-{ticket.number} The server does not start",
        "Colleague to Analyst, until",
        "End of shift.",
        "Status: Open.",
        "The customer has been waiting since",
        "Next response due",
        "The customer&#x27;s latest message: “Since this morning nothing works.”",
        "Colleague&#x27;s latest note: “Ask for logs”",
        "Not accepted yet",
    ):
        assert text in page, text


def test_the_ticket_page_names_holder_and_owner(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        handover = lend(rocket, ticket)
    assert "Analyst, for Colleague" in read(client, get_url(ticket))
    with inside(rocket):
        Handover.objects.filter(pk=handover.pk).update(until=NOON)
    assert "Analyst, for Colleague until" in read(client, get_url(ticket))


def test_the_holder_accepts_it_on_the_page(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        handover = lend(rocket, ticket)
    assert f'action="{get_url(ticket, "acceptance/")}"' in read(client)
    assert "Accept" in read(client, get_url(ticket))
    answer = client.post(get_url(ticket, "acceptance/"), follow=True)
    assert "Ticket accepted." in answer.content.decode()
    with inside(rocket):
        handover.refresh_from_db()
    assert handover.claimed_at is not None
    page = read(client)
    assert "acceptance/" not in page
    assert "Accepted" in page


def test_another_agent_takes_it_over(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        lend(rocket, ticket)
    lead = sign_in(rocket.lead.user)
    assert "Take over" in read(lead)
    lead.post(get_url(ticket, "acceptance/"))
    with inside(rocket):
        found = Ticket.objects.get(pk=ticket.pk)
        assert (found.assignee_id, found.owner_id) == (rocket.lead.pk, rocket.colleague.pk)


def test_an_offer_can_be_accepted_once(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        Ticket.objects.filter(pk=ticket.pk).update(assignee=rocket.analyst)
        rocket.desk.offer_minutes = 10
        rocket.desk.save()
        Offer.objects.create(
            desk=rocket.desk, ticket=ticket, agent=rocket.analyst, expires_at=timezone.now()
        )
    assert "acceptance/" in read(client, get_url(ticket))
    client.post(get_url(ticket, "acceptance/"))
    again = client.post(get_url(ticket, "acceptance/"), follow=True)
    assert "waiting for you to accept it." in again.content.decode()
    with inside(rocket):
        assert not Offer.objects.exists()


def test_the_page_is_of_a_region(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        lend(rocket, ticket)
        emea, apac = (Region.objects.create(desk=rocket.desk, name=n) for n in ("EMEA", "APAC"))
        Agent.objects.filter(pk=rocket.analyst.pk).update(region=emea)
    name = f"RC-{ticket.number}"
    assert name in read(client)  # at first the own region
    assert name in read(client, f"{PAGE}?region={emea.pk}")
    assert name not in read(client, f"{PAGE}?region={apac.pk}")
    assert name in read(client, f"{PAGE}?region=all")


def test_it_shows_what_is_due_at_the_end_of_a_shift(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    now = timezone.now()
    with inside(rocket):
        Ticket.objects.filter(pk=ticket.pk).update(
            assignee=rocket.colleague, due_at=now + timedelta(hours=8), due_kind="next_response"
        )
        set_shift(rocket.colleague, (now.hour - 4) % 24, (now.hour + 1) % 24 or 24)
    page = read(client)
    assert "Due at the end of the shift" in page
    assert "Colleague, whose shift ends at" in page


@pytest.mark.parametrize("who", ["analyst", "colleague"])
def test_a_hidden_ticket_is_not_listed(
    rocket: Cast, sign_in: SignIn, ticket: Ticket, who: str
) -> None:
    with inside(rocket):
        close_department(rocket, "paid", members=())
        lend(rocket, ticket)
    page = read(sign_in(getattr(rocket, who).user))
    assert (f"RC-{ticket.number}" in page) is (who == "analyst")


def test_another_desk_sees_nothing_of_it(
    rocket: Cast, matter: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    with inside(rocket):
        lend(rocket, ticket)
    with desk_scope(matter.desk):
        other = sign_in(matter.analyst.user)
    assert "No handovers" in read(other, "/matter/agent/handovers/")
    assert other.get(PAGE).status_code == 404
    assert other.post(get_url(ticket, "acceptance/")).status_code == 404


def test_texts_that_moved_to_another_ticket_are_not_shown(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        handover = lend(rocket, ticket)
        other = rocket.open_ticket()
        Note.objects.filter(pk=handover.note["note"]).update(ticket=other)
    assert "Ask for logs" not in read(client)


def test_the_sidebar_counts_what_waits_for_the_agent(
    rocket: Cast, client: Client, sign_in: SignIn, ticket: Ticket
) -> None:
    def read_count(browser: Client) -> str:
        entry = read(browser, "/rocket/agent/").split('href="/rocket/agent/handovers/"')[1]
        return entry.split("</a>")[0]

    assert "nav-count" not in read_count(client)
    with inside(rocket):
        lend(rocket, ticket)
    assert '<span class="nav-count">1</span>' in read_count(client)
    assert "nav-count" not in read_count(sign_in(rocket.lead.user))
    client.post(get_url(ticket, "acceptance/"))
    assert "nav-count" not in read_count(client)
