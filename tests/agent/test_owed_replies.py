"""Queue views of what is owed, and the pages for promised updates, holds and thank-yous."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tests.agent.conftest import SignIn, inside
from tests.agent.test_queue import QUEUE, numbers
from tests.cast import NOON, Cast
from tickets.models import NO_DEADLINE, State, Ticket, TicketEvent
from tickets.services import NewMessage, add_customer_message, reply

HOUR = timedelta(hours=1)


def get_url(ticket: Ticket, part: str = "") -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{part}"


def say_thanks(cast: Cast, ticket: Ticket) -> None:
    """Answer the ticket, and let the customer say thank you."""
    reply(ticket_id=ticket.pk, agent=cast.analyst, text="Done", at=NOON)
    new = NewMessage("Thank you!", "email")
    add_customer_message(ticket_id=ticket.pk, contact=cast.customer, new=new, at=NOON + HOUR)


def in_a_week() -> str:
    """A time as a browser's field sends it, in the reader's time zone."""
    return (timezone.now() + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")


def read_messages(response: HttpResponse) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def test_needs_reply_lists_unanswered_tickets_longest_first(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        late = rocket.open_ticket(at=NOON + HOUR)
        early = rocket.open_ticket(at=NOON)
        answered = rocket.open_ticket(at=NOON)
        reply(ticket_id=answered.pk, agent=rocket.analyst, text="Done", at=NOON)
    view = f"{QUEUE}?view=unanswered"
    assert numbers(client, view) == [early.number, late.number]
    page = client.get(view).content.decode()
    assert page.count("Unanswered for") == 2
    assert "Longest without a reply" in page
    assert "Longest without a reply" not in client.get(QUEUE).content.decode()


def test_due_soon_and_breached_go_by_the_deadline(rocket: Cast, client: Client) -> None:
    now = timezone.now()
    due: dict[str, datetime] = {
        "soon": now + HOUR / 2,
        "overdue": now - HOUR,
        "": now + 2 * HOUR,
        "-": NO_DEADLINE,
    }
    with inside(rocket):
        tickets = {view: rocket.open_ticket() for view in due}
        for view, at in due.items():
            Ticket.objects.filter(pk=tickets[view].pk).update(due_at=at, due_kind="next_response")
    for view in ("soon", "overdue"):
        assert numbers(client, f"{QUEUE}?view={view}") == [tickets[view].number]
    page = client.get(f"{QUEUE}?view=soon").content.decode()
    assert 'title="Next response"' in page


def test_a_thank_you_needs_no_reply(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        page = client.get(get_url(ticket)).content.decode()
        assert "No reply needed" not in page  # before the first response
        say_thanks(rocket, ticket)
        page = client.get(get_url(ticket)).content.decode()
        assert 'data-shortcut="x"' in page
        assert "Unanswered (" in page
        response = client.post(get_url(ticket, "no-reply-needed/"))
        assert response.status_code == 303
        ticket.refresh_from_db()
        assert (ticket.unanswered_since, ticket.status) == (None, State.WAITING)
        again = client.post(get_url(ticket, "no-reply-needed/"))
        assert "No message from the customer is waiting for a reply." in read_messages(again)


def test_the_composer_promises_the_next_update(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    form = {"kind": "reply", "body": "Looking", "next": "investigating", "form_token": "t1"}
    with inside(rocket):
        past = client.post(get_url(ticket, "answers/"), form | {"next_update": "2020-01-01T10:00"})
        assert past.status_code == 422
        text = past.content.decode()
        assert "Choose a time in the future." in text
        assert "2020-01-01T10:00" in text
        assert "Looking" in text
        form["next_update"] = in_a_week()
        assert client.post(get_url(ticket, "answers/"), form).status_code == 303
        event = TicketEvent.objects.get(ticket=ticket, kind="update.promised")
        promised = datetime.fromisoformat(event.data["due_at"])
        local = promised.astimezone(ZoneInfo(rocket.desk.time_zone))
        assert local.strftime("%Y-%m-%dT%H:%M") == form["next_update"]


def test_a_promise_is_made_and_withdrawn_from_the_menu(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        assert "Promise an update" in client.get(get_url(ticket)).content.decode()
        page = client.get(get_url(ticket, "promise/")).content.decode()
        assert 'type="datetime-local"' in page
        made = client.post(get_url(ticket, "promise/"), {"due_at": in_a_week(), "why": "Logs"})
        assert made.status_code == 303
        assert client.post(get_url(ticket, "promise/withdrawal/")).status_code == 303
        kinds = ["update.promised", "promise.withdrawn"]
        assert TicketEvent.objects.filter(ticket=ticket, kind__in=kinds).count() == 2
        history = client.get(get_url(ticket, "history/")).content.decode()
        assert "promised the customer an update by" in history


def test_a_hold_is_shown_changed_and_ended(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        refused = client.post(get_url(ticket, "hold/"), {"until": "nonsense", "why": "Vacation"})
        assert refused.status_code == 422
        assert "Vacation" in refused.content.decode()
        form = {"until": in_a_week(), "why": "On vacation"}
        assert client.post(get_url(ticket, "hold/"), form).status_code == 303
        page = client.get(get_url(ticket)).content.decode()
        assert "On hold until" in page
        assert "On vacation" in page
        assert "Change the hold" in page
        assert 'value="On vacation"' in client.get(get_url(ticket, "hold/")).content.decode()
        assert client.post(get_url(ticket, "hold/end/")).status_code == 303
        ticket.refresh_from_db()
        assert ticket.hold_until is None
        assert "The hold" not in client.get(get_url(ticket)).content.decode()


@pytest.mark.parametrize("part", ["no-reply-needed/", "promise/", "hold/", "hold/end/"])
def test_observers_and_other_desks_cannot_use_them(
    rocket: Cast, matter: Cast, sign_in: SignIn, ticket: Ticket, part: str
) -> None:
    observer, stranger = sign_in(rocket.observer.user), sign_in(matter.analyst.user)
    with inside(rocket):
        assert observer.post(get_url(ticket, part)).status_code == 403
        assert stranger.post(get_url(ticket, part)).status_code == 404
        page = observer.get(get_url(ticket)).content.decode()
    assert "Put on hold" not in page
