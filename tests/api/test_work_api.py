"""An agent's work on a ticket through the API: history, snooze, watching, time and deadlines."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.tenancy import desk_scope
from tests.cast import Cast
from tickets.actors import Actor
from tickets.models import PendingReply, TicketEvent, TimeEntry
from tickets.services import add_note, change_subject

URL = "/rocket/api/v1/tickets/"


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: Any) -> Client:
    client: Client = sign_in(in_rocket.analyst.user)
    return client


def send(client: Client, method: str, path: str, **given: Any) -> Any:
    return client.generic(method, f"{URL}{path}", json.dumps(given), "application/json")


def later(**delta: int) -> str:
    return (timezone.now() + timedelta(**delta)).isoformat()


def test_the_history_is_read_in_order_and_goes_on(in_rocket: Cast, as_analyst: Client) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    path = f"{URL}{ticket.number}/events/"
    for n in range(3):
        change_subject(ticket_id=ticket.pk, subject=f"S{n}", by=by, at=timezone.now())
    seen, following = [], f"{path}?limit=2"
    while following:
        page = as_analyst.get(following).json()
        seen += page["results"]
        following = page["next"]
    events = TicketEvent.objects.filter(ticket=ticket).order_by("pk")
    assert [one["id"] for one in seen] == [event.pk for event in events]
    assert seen[0]["kind"] == "ticket.opened"
    assert seen[-1]["actor"] == {
        "kind": "agent", "id": in_rocket.analyst.pk, "name": in_rocket.analyst.name,
    }  # fmt: skip
    assert seen[-1]["data"]["subject"] == "S2"


def test_a_ticket_is_snoozed_for_oneself(in_rocket: Cast, as_analyst: Client, sign_in: Any) -> None:
    ticket = in_rocket.open_ticket()
    path = f"{ticket.number}/snooze/"
    assert send(as_analyst, "PUT", path, until=later(days=1)).json()["is_snoozed"]
    colleague = sign_in(in_rocket.colleague.user)
    assert not colleague.get(f"{URL}{path}").json()["is_snoozed"]
    assert send(as_analyst, "PUT", path, until="2020-01-01T00:00:00Z").status_code == 400
    assert not send(as_analyst, "DELETE", path).json()["is_snoozed"]


def test_everyone_at_the_desk_can_watch(in_rocket: Cast, matter: Cast, sign_in: Any) -> None:
    ticket = in_rocket.open_ticket()
    watchers = f"{ticket.number}/watchers/"
    mine = f"{watchers}me/"
    for agent in (in_rocket.analyst, in_rocket.observer):
        assert send(sign_in(agent.user), "PUT", mine).status_code == 200
    observer = sign_in(in_rocket.observer.user)
    found = observer.get(f"{URL}{watchers}").json()["results"]
    assert [one["id"] for one in found] == [in_rocket.analyst.pk, in_rocket.observer.pk]
    left = send(observer, "DELETE", mine).json()["results"]
    assert [one["id"] for one in left] == [in_rocket.analyst.pk]
    assert send(sign_in(matter.analyst.user), "PUT", mine).status_code == 404
    assert send(sign_in(in_rocket.customer.user), "PUT", mine).status_code == 404


def test_time_is_logged_and_corrected_by_its_agent(
    in_rocket: Cast, as_analyst: Client, sign_in: Any
) -> None:
    ticket = in_rocket.open_ticket()
    path = f"{ticket.number}/time-entries/"
    logged = send(as_analyst, "POST", path, minutes=30, note="Call", is_billable=True).json()
    assert (logged["minutes"], logged["agent"]["id"]) == (30, in_rocket.analyst.pk)
    one = f"{path}{logged['id']}/"
    assert send(as_analyst, "PUT", one, minutes=45).json()["minutes"] == 45
    assert send(sign_in(in_rocket.colleague.user), "PUT", one, minutes=1).status_code == 403
    assert send(as_analyst, "POST", path, minutes=0).status_code == 400
    other = in_rocket.open_ticket()
    elsewhere = f"{other.number}/time-entries/{logged['id']}/"
    assert send(as_analyst, "DELETE", elsewhere).status_code == 404
    assert send(as_analyst, "DELETE", one).status_code == 204
    assert not TimeEntry.objects.exists()


def test_leads_set_deadlines(in_rocket: Cast, as_analyst: Client, sign_in: Any) -> None:
    ticket = in_rocket.open_ticket(at=timezone.now())
    path = f"{ticket.number}/clocks/first_response/deadline/"
    wanted = {"due_at": later(days=10), "why": "Agreed by phone"}
    assert send(as_analyst, "PUT", path, **wanted).status_code == 403
    lead = sign_in(in_rocket.lead.user)
    moved = send(lead, "PUT", path, **wanted)
    assert (moved.status_code, moved.json()["due_at"][:10]) == (200, wanted["due_at"][:10])
    assert send(lead, "DELETE", path).status_code == 200
    assert send(lead, "DELETE", path).status_code == 409
    unknown = f"{ticket.number}/clocks/lunch/deadline/"
    assert send(lead, "PUT", unknown, **wanted).status_code == 404


def test_replies_that_are_not_sent_yet(in_rocket: Cast, as_analyst: Client, sign_in: Any) -> None:
    ticket = in_rocket.open_ticket()
    path = f"{ticket.number}/scheduled-replies/"

    def schedule(text: str) -> int:
        given = {"text": text, "send_at": later(days=1), "then": ""}
        planned = send(as_analyst, "POST", f"{ticket.number}/messages/", **given)
        return int(planned.json()["id"])

    first, second = schedule("One"), schedule("Two")
    colleague = sign_in(in_rocket.colleague.user)
    shown = colleague.get(f"{URL}{path}").json()["results"]
    assert {(one["id"], one["author"]["id"]) for one in shown} == {
        (first, in_rocket.analyst.pk), (second, in_rocket.analyst.pk),
    }  # fmt: skip
    assert send(colleague, "POST", f"{path}{first}/send/").status_code == 403
    assert send(as_analyst, "POST", f"{path}{first}/send/").status_code == 200
    assert send(colleague, "DELETE", f"{path}{second}/").status_code == 204
    assert send(as_analyst, "DELETE", f"{path}{second}/").status_code == 404


def test_a_trainees_reply_is_approved_or_sent_back(
    in_rocket: Cast, matter: Cast, as_analyst: Client, sign_in: Any
) -> None:
    trainee = in_rocket.colleague
    trainee.needs_approval = True
    trainee.save()
    ticket, client = in_rocket.open_ticket(), sign_in(trainee.user)
    newest = ticket.messages.get().pk

    def ask(text: str) -> str:
        asked = send(client, "POST", f"{ticket.number}/messages/", text=text)
        assert asked.status_code == 202
        return f"{ticket.number}/scheduled-replies/{asked.json()['id']}/"

    waiting = ask("Try this")
    assert send(client, "POST", f"{waiting}approval/", last_seen_message=newest).status_code == 403
    stale = send(as_analyst, "POST", f"{waiting}approval/", last_seen_message=1)
    assert stale.status_code == 409
    foreign = sign_in(matter.admin.user)
    assert send(foreign, "POST", f"{waiting}approval/").status_code == 404
    sent = send(as_analyst, "POST", f"{waiting}approval/", last_seen_message=newest, text="Better")
    assert sent.status_code == 200
    assert ticket.messages.latest("pk").body_text == "Better"
    returned = send(as_analyst, "POST", f"{ask('No')}return/", why="Too short")
    assert (returned.status_code, PendingReply.objects.count()) == (204, 0)


def test_another_desk_sees_no_work(rocket: Cast, matter: Cast, sign_in: Any) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        add_note(ticket_id=ticket.pk, agent=rocket.analyst, text="Secret", at=timezone.now())
    client = sign_in(matter.admin.user)
    for path in ("events", "snooze", "watchers", "time-entries", "scheduled-replies", "links"):
        assert client.get(f"{URL}{ticket.number}/{path}/").status_code == 404, path
