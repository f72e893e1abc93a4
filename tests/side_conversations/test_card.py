"""Side conversations on the ticket's page and in lists: composer, mark, search, and people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent, Department
from accounts.tenancy import desk_scope
from channels_intake.models import MailState, OutgoingEmail
from tests.cast import NOON, Cast
from tests.departments import close_department
from tests.side_conversations.conftest import SECRET, VENDOR, Side
from tickets.models import SideMessage, SideParticipant, Ticket
from tickets.relations.merging import merge_ticket
from tickets.search.find import search_for_contact

LATER = NOON + timedelta(minutes=5)
HTMX = {"hx-request": "true"}
MARK = "New reply in a side conversation"


def sign_in(person: Any) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


@pytest.fixture
def client(rocket: Cast) -> Client:
    return sign_in(rocket.analyst)


def get_url(side: Side, part: str = "") -> str:
    return f"/rocket/agent/tickets/{side.ticket.number}/side/{side.side.pk}/{part}"


def test_a_message_is_sent_from_the_card_once(side: Side, client: Client) -> None:
    url = get_url(side, "reply/")
    assert client.get(url).headers["Location"] == get_url(side)  # without script
    shown = client.get(url, headers=HTMX)
    form = shown.context["form"]
    assert "<html" not in shown.content.decode()
    assert 'id="id_body"' not in shown.content.decode()  # which another form of the page may have
    fields = {
        "body": "From the card",
        "last_seen": form["last_seen"].value(),
        "form_token": form["form_token"].value(),
    }
    for _twice in range(2):
        sent = client.post(url, fields, headers=HTMX)
        assert (sent.status_code, "Message sent." in sent.content.decode()) == (200, True)
    with desk_scope(side.cast.desk):
        assert side.side.messages.filter(body_text="From the card").count() == 1


def test_an_answer_that_crosses_the_card_keeps_what_was_written(
    side: Side, take_in: Callable[..., Any], client: Client
) -> None:
    url = get_url(side, "reply/")
    seen = client.get(url, headers=HTMX).context["form"]["last_seen"].value()
    take_in(side.answer(), at=LATER)
    fields = {"body": "Any news?", "last_seen": seen, "form_token": "t"}
    crossed = client.post(url, fields, headers=HTMX)
    assert crossed.status_code == 422
    assert "Any news?" in crossed.content.decode()
    fields["last_seen"] = crossed.context["form"]["last_seen"].value()
    assert client.post(url, fields, headers=HTMX).status_code == 200


def test_rows_are_marked_until_an_agent_answers(
    side: Side, take_in: Callable[..., Any], client: Client
) -> None:
    queue, found = "/rocket/agent/", "/rocket/agent/?has=side-answer"
    assert MARK not in _list_rows(client, queue)
    take_in(side.answer(), at=LATER)
    assert MARK in _list_rows(client, queue)
    assert side.ticket.reference in _list_rows(client, found)
    searched = client.get("/rocket/agent/?q=has:side-answer", follow=True)
    assert "has=side-answer" in searched.request["QUERY_STRING"]
    assert client.post(get_url(side, "done/")).status_code == 303
    assert MARK not in _list_rows(client, queue)
    assert side.ticket.reference not in _list_rows(client, found)


def _list_rows(client: Client, url: str) -> str:
    page = client.get(url)
    assert page.status_code == 200
    return "".join(str(vars_of(row)) for row in page.context["rows"])


def vars_of(row: Any) -> list[str]:
    return [row.number, row.side_label]


def test_a_wrong_address_is_no_failure_anymore_once_it_is_removed(
    side: Side, client: Client
) -> None:
    page, failed = f"/rocket/agent/tickets/{side.ticket.number}/", "Couldn&#x27;t be delivered"
    with desk_scope(side.cast.desk):
        OutgoingEmail.objects.filter(kind="side").update(state=MailState.FAILED)
        wrong = SideParticipant.objects.get()
    assert failed in client.get(page).content.decode()
    client.post(get_url(side, "people/"), {"emails": "right@vendor.example"})
    client.post(get_url(side, f"people/{wrong.pk}/removal/"))
    assert failed not in client.get(page).content.decode()


def test_its_words_are_found_by_agents_of_the_department_only(
    side: Side, take_in: Callable[..., Any], rocket: Cast, matter: Cast
) -> None:
    take_in(side.answer(files=[("coredump.bin", b"x")]), at=LATER)
    for words in ("firewall blame", VENDOR, "coredump"):
        url = f"/rocket/agent/?q={words}"
        assert side.ticket.reference in _list_rows(sign_in(rocket.analyst), url), words
        foreign = sign_in(matter.analyst).get(f"/matter/agent/?q={words}")
        assert not foreign.context["rows"]
    with desk_scope(rocket.desk):
        assert search_for_contact(rocket.customer, "firewall") == []
        kind = Department.objects.get(pk=side.ticket.department_id).kind
    close_department(rocket, kind, members=(rocket.analyst,))
    assert _list_rows(sign_in(rocket.colleague), "/rocket/agent/?q=firewall") == ""
    portal = sign_in(rocket.customer).get("/rocket/portal/requests/?q=firewall")
    assert SECRET.split(":")[0] not in portal.content.decode()


def test_people_are_added_and_removed_on_the_page(side: Side, client: Client) -> None:
    url = get_url(side, "people/")
    wrong = client.post(url, {"emails": "support+x@rocket.example"})
    assert wrong.status_code == 422
    assert "belongs to your desk" in wrong.content.decode()
    assert client.post(url, {"emails": "dev@vendor.example"}).status_code == 303
    shown = client.get(get_url(side)).content.decode()
    assert "dev@vendor.example" in shown
    with desk_scope(side.cast.desk):
        person = SideParticipant.objects.get(email=VENDOR)
    removal = get_url(side, f"people/{person.pk}/removal/")
    assert removal in shown
    for _twice in range(2):
        assert client.post(removal).status_code == 303
    assert "removal/" not in client.get(get_url(side)).content.decode()  # the last one stays
    ticket = client.get(f"/rocket/agent/tickets/{side.ticket.number}/history/").content.decode()
    assert f"removed {VENDOR} from a side conversation" in ticket
    assert "added dev@vendor.example to a side conversation" in ticket


def test_on_the_surviving_ticket_it_says_where_it_came_from(
    side: Side, take_in: Callable[..., Any], client: Client
) -> None:
    with desk_scope(side.cast.desk):
        end = side.cast.open_ticket()
        analyst = side.cast.analyst
        merge_ticket(ticket_id=side.ticket.pk, into_id=end.pk, agent=analyst, at=NOON)
    take_in(side.answer(), at=LATER)
    page = client.get(f"/rocket/agent/tickets/{end.number}/").content.decode()
    assert f"From {side.ticket.reference}, which was merged into this ticket" in page
    assert f"/side/{side.side.pk}/" in page
    moved = client.get(get_url(side))
    assert moved.headers["Location"].endswith(f"/tickets/{end.number}/side/{side.side.pk}/")
    kept = client.post(get_url(side), {"body": "Typed before the merge", "form_token": "t"})
    assert kept.status_code == 303
    with desk_scope(side.cast.desk):
        assert SideMessage.objects.filter(body_text="Typed before the merge").exists()
        assert Ticket.objects.get(pk=end.pk).side_conversations.count() == 1


def test_outsiders_get_nothing(side: Side, rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        person = SideParticipant.objects.get()
        Agent.objects.filter(pk=rocket.analyst.pk).update(needs_approval=True)
    for part in ("reply/", "people/", f"people/{person.pk}/removal/"):
        url = get_url(side, part)
        fields = {"body": "x", "emails": "x@vendor.example", "form_token": "t"}
        assert sign_in(rocket.customer).post(url, fields, headers=HTMX).status_code == 404
        assert sign_in(matter.admin).post(url, fields, headers=HTMX).status_code == 404
        assert sign_in(rocket.observer).post(url, fields, headers=HTMX).status_code == 403
        foreign = url.replace("/rocket/", "/matter/")
        assert sign_in(matter.admin).post(foreign, fields, headers=HTMX).status_code == 404
    trainee = sign_in(rocket.analyst)
    refused = trainee.post(get_url(side, "reply/"), fields, headers=HTMX)
    assert refused.status_code == 422
    assert trainee.post(get_url(side, "people/"), fields).status_code == 422
    with desk_scope(rocket.desk):
        assert (SideParticipant.objects.count(), SideMessage.objects.count()) == (1, 1)
