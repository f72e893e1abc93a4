"""The ladder on the ticket's page, its acknowledgement by button, link and API, and the board."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent, AgentDepartment, Department, User, Visibility
from accounts.tenancy import desk_scope
from sla.models import LadderRun
from tests.cast import NOON, Cast
from tests.ladders.helpers import MINUTE, add_ladder, list_events, sweep
from tickets.events import EventKind
from tickets.models import Ticket
from tickets.signed_links import make_link_token, read_link_token

DUE = NOON + 8 * 60 * MINUTE
SignIn = Callable[[Any], Client]


@pytest.fixture
def ticket(rocket: Cast) -> Ticket:
    """A ticket whose ladder has alerted the assignee and the channel."""
    with desk_scope(rocket.desk):
        add_ladder(rocket)
        opened = rocket.open_ticket()
        sweep(rocket, DUE - 30 * MINUTE)
        sweep(rocket, DUE)
    return opened


def get_url(ticket: Ticket, part: str = "") -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{part}"


def get_link(cast: Cast, ticket: Ticket, agent: Agent) -> str:
    token = make_link_token(desk_id=cast.desk.pk, ticket_id=ticket.pk, agent_id=agent.pk)
    return f"/{cast.desk.slug}/acknowledgement/{token}/"


def list_acknowledged(cast: Cast, ticket: Ticket) -> list[int | None]:
    with desk_scope(cast.desk):
        events = list_events(ticket, EventKind.LADDER_ACKNOWLEDGED)
        return [event.actor_id for event in events]


def test_the_page_shows_what_was_done_and_what_comes_next(
    rocket: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    text = sign_in(rocket.analyst.user).get(get_url(ticket)).content.decode()
    ladder = text.split('id="panel-ladder"')[1].split("</section>")[0]
    states = [part.split('"')[0] for part in ladder.split('data-state="')[1:]]
    assert states == ["done", "done", "next", "later"]
    assert "No chat channel gets it, so the leads were alerted: Lead." in ladder
    assert "Page the agents on call" in ladder
    assert (DUE + 10 * MINUTE).isoformat(timespec="seconds") in ladder
    assert "Acknowledge" in ladder


def test_the_button_acknowledges(rocket: Cast, ticket: Ticket, sign_in: SignIn) -> None:
    client = sign_in(rocket.colleague.user)
    response = client.post(get_url(ticket, "acknowledgement/"), follow=True)
    text = response.content.decode()
    assert "Acknowledged by Colleague" in text
    assert get_url(ticket, "acknowledgement/") not in text
    assert list_acknowledged(rocket, ticket) == [rocket.colleague.pk]


def test_observers_see_the_ladder_without_the_button(
    rocket: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    client = sign_in(rocket.observer.user)
    text = client.get(get_url(ticket)).content.decode()
    assert 'id="panel-ladder"' in text
    assert get_url(ticket, "acknowledgement/") not in text
    assert client.post(get_url(ticket, "acknowledgement/")).status_code == 403
    assert list_acknowledged(rocket, ticket) == []


def test_a_second_desk_and_customers_acknowledge_nothing(
    rocket: Cast, matter: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    for user in (matter.lead.user, rocket.customer.user):
        client = sign_in(user)
        assert client.post(get_url(ticket, "acknowledgement/")).status_code == 404
        assert client.post(f"/rocket/api/v1/tickets/{ticket.number}/ladder/").status_code == 404
    assert list_acknowledged(rocket, ticket) == []


def test_without_a_ladder_the_page_has_no_section(rocket: Cast, sign_in: SignIn) -> None:
    with desk_scope(rocket.desk):
        plain = rocket.open_ticket()
    client = sign_in(rocket.analyst.user)
    assert "panel-ladder" not in client.get(get_url(plain)).content.decode()
    text = client.post(get_url(plain, "acknowledgement/"), follow=True).content.decode()
    assert "This ticket no longer has a running escalation." in text


def test_opening_the_link_changes_nothing_and_its_button_acknowledges(
    rocket: Cast, ticket: Ticket, client: Client
) -> None:
    link = get_link(rocket, ticket, rocket.analyst)
    page = client.get(link)
    assert page.status_code == 200
    assert ticket.reference in page.content.decode()
    assert ticket.subject not in page.content.decode()
    assert list_acknowledged(rocket, ticket) == []
    assert "Acknowledged." in client.post(link).content.decode()
    assert list_acknowledged(rocket, ticket) == [rocket.analyst.pk]


def test_the_link_can_be_used_twice_and_says_when_nothing_runs(
    rocket: Cast, ticket: Ticket, client: Client
) -> None:
    link = get_link(rocket, ticket, rocket.analyst)
    for _ in range(2):
        assert "Acknowledged." in client.post(link).content.decode()
    assert len(list_acknowledged(rocket, ticket)) == 1
    with desk_scope(rocket.desk):
        LadderRun.objects.all().delete()
    assert "no longer has a running escalation" in client.post(link).content.decode()


def test_the_link_shows_step_and_deadline_and_its_signed_in_agent_the_subject(
    rocket: Cast, ticket: Ticket, client: Client, sign_in: SignIn
) -> None:
    link = get_link(rocket, ticket, rocket.analyst)
    page = client.get(link).content.decode()
    assert "Urgent, step 2 of 4: Notify the team channel." in page
    assert "First response due " in page
    assert ticket.subject not in sign_in(rocket.colleague.user).get(link).content.decode()
    assert ticket.subject in sign_in(rocket.analyst.user).get(link).content.decode()


def test_whoever_is_second_reads_who_acknowledged(
    rocket: Cast, ticket: Ticket, client: Client, sign_in: SignIn
) -> None:
    link = get_link(rocket, ticket, rocket.analyst)
    client.post(get_link(rocket, ticket, rocket.colleague))
    for page in (client.get(link), client.post(link)):
        text = page.content.decode()
        assert "Colleague acknowledged it " in text
        assert "Acknowledged." not in text
        assert "<button" not in text.split("<h1>")[1].split("</main>")[0]
    pressed = sign_in(rocket.lead.user).post(get_url(ticket, "acknowledgement/"), follow=True)
    assert "Colleague acknowledged it " in pressed.content.decode()
    assert list_acknowledged(rocket, ticket) == [rocket.colleague.pk]


def test_forged_foreign_and_outdated_links_are_not_found(
    rocket: Cast, matter: Cast, ticket: Ticket, client: Client
) -> None:
    link = get_link(rocket, ticket, rocket.analyst)
    forged = link.rstrip("/") + "x/"
    foreign = link.replace("/rocket/", "/matter/")
    observer = get_link(rocket, ticket, rocket.observer)
    with desk_scope(rocket.desk):
        Agent.objects.filter(pk=rocket.colleague.pk).update(is_active=False)
    former = get_link(rocket, ticket, rocket.colleague)
    User.objects.filter(pk=rocket.lead.user_id).update(is_active=False)
    locked = get_link(rocket, ticket, rocket.lead)
    for url in (forged, foreign, observer, former, locked):
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404
    assert list_acknowledged(rocket, ticket) == []


def test_mail_scanners_acknowledge_nothing(rocket: Cast, ticket: Ticket, client: Client) -> None:
    link = get_link(rocket, ticket, rocket.analyst)
    for _scan in range(3):
        assert client.get(link).status_code == client.head(link).status_code == 200
    assert list_acknowledged(rocket, ticket) == []


def test_a_link_is_of_one_person_whoever_is_signed_in(
    rocket: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    sign_in(rocket.colleague.user).post(get_link(rocket, ticket, rocket.analyst))
    assert list_acknowledged(rocket, ticket) == [rocket.analyst.pk]


def test_a_link_of_an_agent_who_no_longer_sees_the_ticket_is_not_found(
    rocket: Cast, ticket: Ticket, client: Client
) -> None:
    link = get_link(rocket, ticket, rocket.colleague)
    with desk_scope(rocket.desk):
        closed = rocket.departments["trials"]
        Department.objects.filter(pk=closed.pk).update(visibility=Visibility.MEMBERS)
        AgentDepartment.objects.filter(agent=rocket.colleague).delete()
        Ticket.objects.filter(pk=ticket.pk).update(department=closed, assignee=rocket.analyst)
    assert client.get(link).status_code == client.post(link).status_code == 404
    assert list_acknowledged(rocket, ticket) == []


def test_an_expired_link_acknowledges_nothing(
    rocket: Cast, ticket: Ticket, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("time.time", lambda: 1_600_000_000.0)
        link = get_link(rocket, ticket, rocket.analyst)
    assert client.get(link).status_code == client.post(link).status_code == 404
    assert list_acknowledged(rocket, ticket) == []


def test_a_link_expires(rocket: Cast, ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    token = make_link_token(desk_id=rocket.desk.pk, ticket_id=ticket.pk, agent_id=1)
    assert read_link_token(token, desk_id=rocket.desk.pk) == (ticket.pk, 1)
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    assert read_link_token(token, desk_id=rocket.desk.pk) is None


def test_the_api_shows_and_acknowledges_the_ladder(
    rocket: Cast, ticket: Ticket, sign_in: SignIn
) -> None:
    client, url = sign_in(rocket.analyst.user), f"/rocket/api/v1/tickets/{ticket.number}/ladder/"
    shown = client.get(url).json()
    assert [step["state"] for step in shown["steps"]] == ["done", "done", "next", "later"]
    assert shown["acknowledged_at"] is None
    answered = client.post(url, content_type="application/json")
    assert answered.status_code == 200
    assert answered.json()["acknowledged_by"] == {
        "kind": "agent", "id": rocket.analyst.pk, "name": rocket.analyst.name,
    }  # fmt: skip
    assert answered.json()["resumes_at"]
    with desk_scope(rocket.desk):
        LadderRun.objects.all().delete()
    assert client.get(url).status_code == 404
    assert client.post(url, content_type="application/json").status_code == 409


def test_the_board_lists_running_ladders(rocket: Cast, ticket: Ticket, sign_in: SignIn) -> None:
    text = sign_in(rocket.lead.user).get("/rocket/agent/board/").content.decode()
    ladders = text.split('id="board-ladders"')[1].split("</section>")[0]
    assert ticket.reference in ladders
    assert "Urgent: nobody acknowledged, step 3" in ladders


def test_the_history_tells_of_each_step(rocket: Cast, ticket: Ticket, sign_in: SignIn) -> None:
    client = sign_in(rocket.analyst.user)
    client.post(get_url(ticket, "acknowledgement/"))
    text = client.get(get_url(ticket, "history/")).content.decode()
    assert "Urgent, step 1 of 4: Notify the assignee." in text
    assert "acknowledged the escalation (Urgent)" in text
