"""A ticket's page: what its state means, when the first response is due, replying and closing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from sla.models import Clock
from tests.cast import Cast
from tickets.actors import Actor
from tickets.models import CloseReason, FormField, State, Ticket
from tickets.services import (
    NewMessage,
    add_customer_message,
    change_status,
    close,
    close_silent,
    escalate,
    reply,
)


def page_of(client: Client, ticket: Ticket) -> str:
    answer = client.get(f"/rocket/portal/requests/{ticket.number}/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def reply_to(client: Client, ticket: Ticket, text: str = "And now?") -> str:
    answer = client.post(
        f"/rocket/portal/requests/{ticket.number}/answers/", {"form_token": text, "body": text}
    )
    assert answer.status_code == 303
    return answer["Location"]


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket(at=timezone.now())


def test_the_first_response_time_is_shown_until_it_was_given(
    in_rocket: Cast, as_customer: Client, ticket: Ticket
) -> None:
    page = page_of(as_customer, ticket)
    assert "You&#x27;ll get a first response by" in page
    assert "not a time to resolution" in page
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Try this.", at=timezone.now())
    assert "get a first response by" not in page_of(as_customer, ticket)


def test_a_late_first_response_is_admitted(as_customer: Client, ticket: Ticket) -> None:
    Clock.objects.filter(ticket=ticket).update(due_at=timezone.now() - timedelta(hours=1))
    assert "We&#x27;re late" in page_of(as_customer, ticket)


def test_each_state_says_what_it_means(
    in_rocket: Cast, as_customer: Client, ticket: Ticket
) -> None:
    by, at = Actor.of(in_rocket.analyst), timezone.now()
    assert "We received your request" in page_of(as_customer, ticket)
    change_status(ticket_id=ticket.pk, move="investigate", by=by, at=at)
    assert "We&#x27;re looking into your request." in page_of(as_customer, ticket)
    escalate(ticket_id=ticket.pk, by=by, at=at)
    assert "to our specialists" in page_of(as_customer, ticket)
    escalate(ticket_id=ticket.pk, by=by, at=at)
    assert "to our product team" in page_of(as_customer, ticket)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Try this.", at=at)
    assert "If you don&#x27;t reply, it closes on" in page_of(as_customer, ticket)


def test_silence_and_a_solution_have_different_sentences(
    in_rocket: Cast, as_customer: Client, ticket: Ticket
) -> None:
    long_ago = timezone.now() - timedelta(days=8)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Try this.", at=long_ago)
    close_silent(desk_id=in_rocket.desk.pk, at=timezone.now())
    assert "because we didn&#x27;t hear from you for 7 days" in page_of(as_customer, ticket)
    solved = in_rocket.open_ticket(at=timezone.now())
    close(ticket_id=solved.pk, by=Actor.of(in_rocket.analyst), at=timezone.now())
    assert "We solved and closed this request." in page_of(as_customer, solved)


@pytest.mark.parametrize("reason", list(CloseReason))
def test_every_reason_has_its_sentence(
    in_rocket: Cast, as_customer: Client, ticket: Ticket, reason: str
) -> None:
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=timezone.now(), reason=reason)
    assert "closed" in page_of(as_customer, ticket)


def test_the_customer_closes(in_rocket: Cast, as_customer: Client, ticket: Ticket) -> None:
    url = f"/rocket/portal/requests/{ticket.number}/closure/"
    assert as_customer.get(url).status_code == 405
    assert as_customer.post(url).status_code == 303
    ticket = Ticket.objects.get(pk=ticket.pk)
    assert (ticket.status, ticket.close_reason) == (State.CLOSED, CloseReason.BY_CUSTOMER)
    assert "You or a colleague closed this request." in page_of(as_customer, ticket)
    assert as_customer.post(url).status_code == 303
    assert "is already closed" in page_of(as_customer, ticket)


def test_a_reply_reopens_a_closed_ticket(
    in_rocket: Cast, as_customer: Client, ticket: Ticket
) -> None:
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=timezone.now())
    assert "Reply and reopen" in page_of(as_customer, ticket)
    reply_to(as_customer, ticket)
    assert Ticket.objects.get(pk=ticket.pk).status == State.OPEN


def test_a_reply_to_a_ticket_past_reopening_opens_a_linked_one(
    in_rocket: Cast, as_customer: Client, ticket: Ticket
) -> None:
    long_ago = timezone.now() - timedelta(days=60)
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=long_ago)
    assert "Reply in a new request" in page_of(as_customer, ticket)
    place = reply_to(as_customer, ticket, "Again!")
    opened = Ticket.objects.get(follow_up_of=ticket)
    assert place == f"/rocket/portal/requests/{opened.number}/"
    assert f'Continues <a href="/rocket/portal/requests/{ticket.number}/"' in page_of(
        as_customer, opened
    )
    assert "Continued in" in page_of(as_customer, ticket)
    assert Ticket.objects.get(pk=ticket.pk).status == State.CLOSED


def test_hostile_text_is_escaped(in_rocket: Cast, as_customer: Client) -> None:
    nasty = "<script>alert(1)</script>{{ 7|add:7 }}"
    ticket = in_rocket.open_ticket(subject=nasty, text=nasty, at=timezone.now())
    page = page_of(as_customer, ticket)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7|add:7 }}" in page


def test_the_value_of_a_deleted_field_is_still_shown(in_rocket: Cast, as_customer: Client) -> None:
    FormField.objects.create(desk=in_rocket.desk, key="version", label="Server version")
    ticket = in_rocket.open_ticket()
    Ticket.objects.filter(pk=ticket.pk).update(
        fields={"crash_dump": "core.17", "version": "9.11.8"}
    )
    page = as_customer.get(f"/rocket/portal/requests/{ticket.number}/").content.decode()
    assert (
        page.index("Server version")
        < page.index("9.11.8")
        < page.index("Crash dump")
        < page.index("core.17")
    )


def test_an_automatic_message_is_named_so(
    in_rocket: Cast, as_customer: Client, ticket: Ticket
) -> None:
    assert "Automatic message" not in page_of(as_customer, ticket)
    new = NewMessage(text="I am away.", channel="email", is_automatic=True)
    at = timezone.now()
    add_customer_message(ticket_id=ticket.pk, contact=in_rocket.customer, new=new, at=at)
    text = page_of(as_customer, ticket)
    assert f"Automatic message from {in_rocket.customer}" in text
    head = text[: text.index("<span>Automatic message</span>")].rpartition("<header")[2]
    assert in_rocket.customer.email in head
