"""The living summary and the business impact of a ticket, on its page (M4)."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.agent.conftest import SignIn, inside
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import Ticket, TicketSummary
from tickets.services import change_impact, save_summary
from tickets.timeline import describe_event

LONG = "x" * 301
TEXTS = {
    "problem": "Nobody can sign in",
    "tried": "Restart, new certificate",
    "next_step": "Ana checks the proxy",
    "blocker": "Waits for the log <b>file</b>",
}


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(in_rocket.analyst.user)


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


def url_of(ticket: Ticket, page: str = "") -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{page}"


def text_of(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_a_summary_is_folded_to_its_blocker_above_the_conversation(
    as_analyst: Client, ticket: Ticket
) -> None:
    assert "Add summary" in text_of(as_analyst, url_of(ticket))
    answer = as_analyst.post(url_of(ticket, "summary/"), TEXTS | {"summary_version": "0"})
    assert answer.status_code == 303
    folded = text_of(as_analyst, url_of(ticket)).partition('<details class="brief-summary">')[2]
    folded, _, rest = folded.partition("</summary>")
    assert "Waits for the log &lt;b&gt;file&lt;/b&gt;" in folded
    assert "Ana checks the proxy" in rest.partition("</details>")[0]
    assert "Version 1 by Analyst" in rest.partition("</details>")[0]


def test_each_save_is_a_version_that_stays_readable(as_analyst: Client, ticket: Ticket) -> None:
    page = url_of(ticket, "summary/")
    as_analyst.post(page, TEXTS | {"summary_version": "0"})
    changed = TEXTS | {"next_step": "Bruno calls back", "blocker": "", "summary_version": "1"}
    assert as_analyst.post(page, changed).status_code == 303
    assert as_analyst.post(page, changed | {"summary_version": "2"}).status_code == 303  # the same
    assert [each.version for each in TicketSummary.objects.order_by("version")] == [1, 2]
    text = text_of(as_analyst, page)
    assert text.index("Version 2 by Analyst") < text.index("Version 1 by Analyst")
    newest = text[text.index("Version 2 by Analyst") : text.index("Version 1 by Analyst")]
    assert "Bruno calls back" in newest
    assert "Restart" not in newest  # only what changed
    events = ticket.events.filter(kind=EventKind.SUMMARY_CHANGED)
    assert [describe_event(event, ticket.desk) for event in events] == [
        "Analyst started the summary: problem, tried so far, next step, blocker.",
        "Analyst changed the summary: next step, blocker.",
    ]


def test_two_agents_at_once_lose_nothing(
    in_rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    save_summary(ticket_id=ticket.pk, agent=in_rocket.colleague, fields=TEXTS, at=NOON, expected=0)
    mine = {"summary_version": "0", "problem": "Only SSO fails"}
    answer = as_analyst.post(url_of(ticket, "summary/"), mine)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Colleague changed the summary in the meantime" in text
    assert "Only SSO fails" in text  # what was typed
    assert "Nobody can sign in" in text  # the newer version
    assert TicketSummary.objects.get().problem == TEXTS["problem"]


def test_a_line_that_is_too_long_is_kept_and_refused(as_analyst: Client, ticket: Ticket) -> None:
    answer = as_analyst.post(url_of(ticket, "summary/"), {"summary_version": "0", "tried": LONG})
    assert answer.status_code == 422
    assert LONG in answer.content.decode()
    assert "at most 300 characters (it has 301)" in answer.content.decode()
    assert not TicketSummary.objects.exists()


def test_an_observer_reads_and_a_stranger_does_not(
    rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket()
        save_summary(ticket_id=ticket.pk, agent=rocket.analyst, fields=TEXTS, at=NOON)
    page = url_of(ticket, "summary/")
    observer = sign_in(rocket.observer.user)
    assert "Ana checks the proxy" in text_of(observer, page)
    assert "Save summary" not in text_of(observer, page)
    given = TEXTS | {"summary_version": "1", "problem": "Hi"}
    assert observer.post(page, given).status_code == 403
    assert observer.post(url_of(ticket, "impact/"), {"impact": "minor"}).status_code == 403
    stranger = sign_in(matter.admin.user)
    assert stranger.get(page).status_code == 404
    with inside(rocket):
        assert TicketSummary.objects.count() == 1
        assert Ticket.objects.get().impact == ""


def test_business_impact_is_asked_until_one_click_answers_it(
    as_analyst: Client, ticket: Ticket
) -> None:
    assert "Business impact?" in text_of(as_analyst, url_of(ticket))
    asked = url_of(ticket, "impact/")
    assert as_analyst.post(asked, {"impact": "huge", "expected": ""}).status_code == 303
    assert Ticket.objects.get().impact == ""
    assert as_analyst.post(asked, {"impact": "stopped", "expected": ""}).status_code == 303
    assert Ticket.objects.get().impact == "stopped"
    text = text_of(as_analyst, url_of(ticket))
    assert "Business impact?" not in text
    assert "Work is stopped" in text.partition('id="ticket-bar"')[2].partition("</div>")[0]
    stale = as_analyst.post(asked, {"impact": "minor", "expected": ""}, follow=True)
    assert "was changed to “Work is stopped” in the meantime" in stale.content.decode()
    assert Ticket.objects.get().impact == "stopped"
    as_analyst.post(asked, {"impact": "", "expected": "stopped"})
    events = ticket.events.filter(kind=EventKind.IMPACT_CHANGED)
    assert [describe_event(event, ticket.desk) for event in events] == [
        "Analyst set the business impact to “Work is stopped”.",
        "Analyst removed the business impact “Work is stopped”.",
    ]


def test_the_list_filters_by_impact(in_rocket: Cast, as_analyst: Client, ticket: Ticket) -> None:
    other = in_rocket.open_ticket()
    change_impact(
        ticket_id=ticket.pk, impact="stopped", by=Actor.of(in_rocket.analyst), at=NOON, expected=""
    )
    for query in ("impact=stopped", "impact=stopped&view=all", "q=impact:stopped"):
        text = as_analyst.get(f"/rocket/agent/?{query}", follow=True).content.decode()
        assert ticket.reference in text
        assert other.reference not in text
    assert "Work is stopped" in text
