"""The pages that merge a ticket into another one, and what both pages and the portal show."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from tests.agent.conftest import SignIn, inside
from tests.cast import Cast
from tickets.models import Message, State, Ticket
from tickets.relations.merging import Consent, merge_ticket
from tickets.services import NewMessage, add_customer_message


def get_url(ticket: Ticket, part: str = "") -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{part}"


@pytest.fixture
def again(rocket: Cast) -> Ticket:
    """Another ticket of the same customer."""
    with inside(rocket):
        return rocket.open_ticket(subject="It happened again")


@pytest.fixture
def foreign(rocket: Cast) -> Ticket:
    """A ticket of another account's customer."""
    with inside(rocket):
        return rocket.open_ticket(contact=rocket.elsewhere, subject="Theirs", text="Secret words")


def merge(cast: Cast, merged: Ticket, target: Ticket) -> None:
    with inside(cast):
        merge_ticket(
            ticket_id=merged.pk,
            into_id=target.pk,
            agent=cast.analyst,
            at=timezone.now(),
            consent=Consent(across_accounts=True),
        )


def test_other_tickets_of_the_requester_are_offered_first(
    client: Client, ticket: Ticket, again: Ticket, foreign: Ticket
) -> None:
    page = client.get(get_url(again, "merge/")).content.decode()
    assert "Open tickets from the same requester" in page
    assert f"RC-{ticket.number}" in page
    assert "Theirs" not in page


def test_a_ticket_is_found_by_number_and_by_words(
    client: Client, ticket: Ticket, foreign: Ticket
) -> None:
    for words in (f"RC-{foreign.number}", "theirs"):
        page = client.get(get_url(ticket, "merge/"), {"q": words}).content.decode()
        assert f"Choose RC-{foreign.number}" in page


def test_a_ticket_is_merged_and_taken_apart(
    rocket: Cast, client: Client, ticket: Ticket, again: Ticket
) -> None:
    url = get_url(again, f"merge/?into={ticket.pk}")
    page = client.get(url).content.decode()
    assert "Tell " in page
    assert "different accounts" not in page
    done = client.post(url, {"tells": "on", "text": "We continue in the other one."}, follow=True)
    page = done.content.decode()
    assert done.redirect_chain[-1][0] == get_url(ticket)
    assert "It happened again" in page
    assert "1 message from" not in page  # the customer's own and what they were told
    assert "2 messages from" in page
    page = client.get(get_url(again)).content.decode()
    assert "Merged into" in page
    assert "data-composer" not in page
    client.post(get_url(again, "merge/undo/"))
    with inside(rocket):
        again.refresh_from_db()
        assert (again.status, again.merged_into_id) == (State.OPEN, None)
        assert Message.objects.filter(agent=rocket.analyst, ticket=again).count() == 1


def test_tickets_of_two_accounts_need_a_checkbox(
    rocket: Cast, client: Client, ticket: Ticket, foreign: Ticket
) -> None:
    url = get_url(foreign, f"merge/?into={ticket.pk}")
    answer = client.post(url, {"tells": "on", "text": "What I typed"})
    assert answer.status_code == 422
    assert "What I typed" in answer.content.decode()
    with inside(rocket):
        foreign.refresh_from_db()
        assert foreign.status == State.OPEN
    client.post(url, {"across_accounts": "on"})
    with inside(rocket):
        foreign.refresh_from_db()
        assert foreign.merged_into_id == ticket.pk
        assert not Message.objects.filter(agent__isnull=False).exists()


def test_a_ticket_of_another_desk_or_none_at_all_cannot_be_chosen(
    rocket: Cast, matter: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(matter):
        theirs = matter.open_ticket()
    for chosen in (theirs.pk, ticket.pk, 0, "x"):
        url = get_url(ticket, f"merge/?into={chosen}")
        assert client.get(url).status_code == 404
        assert client.post(url, {}).status_code == 404


def test_neither_customer_reads_the_others_messages_in_the_portal(
    rocket: Cast, sign_in: SignIn, ticket: Ticket, foreign: Ticket
) -> None:
    merge(rocket, foreign, ticket)
    new = NewMessage("And another thing", "email")
    with inside(rocket):
        add_customer_message(
            ticket_id=foreign.pk, contact=rocket.elsewhere, new=new, at=timezone.now()
        )
    ours = sign_in(rocket.customer.user)
    page = ours.get(f"/rocket/portal/requests/{ticket.number}/").content.decode()
    assert "And another thing" not in page
    assert "Secret words" not in page
    assert ours.get(f"/rocket/portal/requests/{foreign.number}/").status_code == 404
    theirs = sign_in(rocket.elsewhere.user)
    page = theirs.get(f"/rocket/portal/requests/{foreign.number}/").content.decode()
    assert "And another thing" in page
    assert "together with another one" in page
    assert f"RC-{ticket.number}" not in page
    assert theirs.get(f"/rocket/portal/requests/{ticket.number}/").status_code == 404


def test_a_customer_who_replies_in_the_portal_stays_on_their_own_request(
    rocket: Cast, sign_in: SignIn, ticket: Ticket, foreign: Ticket
) -> None:
    merge(rocket, foreign, ticket)
    theirs = sign_in(rocket.elsewhere.user)
    url = f"/rocket/portal/requests/{foreign.number}/"
    page = theirs.get(url)
    token = page.context["form"]["form_token"].value()
    answer = theirs.post(f"{url}answers/", {"body": "Hello?", "form_token": token}, follow=True)
    assert answer.redirect_chain[-1][0] == url
    assert "Hello?" in answer.content.decode()
    with inside(rocket):
        assert Message.objects.get(body_text="Hello?").ticket == ticket
