"""Live counts of the sidebar's views."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from helpdesk.agent.lists import queue_queries
from helpdesk.agent.lists.views import RECENT
from helpdesk.agent.saved_views import counts
from tests.agent.conftest import SignIn, count_statements, inside
from tests.agent.test_queue import QUEUE, make_many
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import SavedView, Tag, Ticket, TicketTag
from tickets.saved_views.saving import ViewValues, save_view
from tickets.services import add_note, close

COUNTS = f"{QUEUE}views/counts/"


def save(cast: Cast, name: str, **values: object) -> SavedView:
    given = ViewValues(name=name, **values)  # type: ignore[arg-type]
    return save_view(values=given, by=cast.analyst, at=NOON)


def read(client: Client) -> dict[str, str]:
    answer: dict[str, str] = client.get(COUNTS).json()["counts"]
    return answer


def test_every_view_has_its_count(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        tickets = make_many(rocket, 3)
        tag = Tag.objects.create(desk=rocket.desk, name="sso")
        TicketTag.objects.create(desk=rocket.desk, ticket=tickets[0], tag=tag)
        Ticket.objects.filter(pk=tickets[1].pk).update(status="escalated")
        tagged = save(rocket, "Tagged", conditions={"tag": str(tag.pk)})
        by_mail = save(rocket, "By email", conditions={"channel": "email"}, base="mine")
        empty = save(rocket, "By phone", conditions={"channel": "phone"}, sort="priority")
    found = read(client)
    assert found[QUEUE] == found[f"{QUEUE}?view=mine"] == "3"
    assert found[f"{QUEUE}?view=escalated"] == "1"
    assert found[f"{QUEUE}?view=unassigned"] == ""
    assert found[f"{QUEUE}?view={tagged.slug}"] == "1"
    assert found[f"{QUEUE}?view={by_mail.slug}"] == "3"
    assert found[f"{QUEUE}?view={empty.slug}"] == ""


def test_counts_are_capped_and_check_a_limited_number(
    rocket: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "MAX_COUNTED_SAVED", 2)
    monkeypatch.setattr(counts, "MAX_WALKED", 3)
    with inside(rocket):
        tickets = make_many(rocket, 6)
        Ticket.objects.filter(pk__in=[tickets[0].pk, tickets[5].pk]).update(language="de")
        many = save(rocket, "Many", conditions={"channel": "email"})
        rare = save(rocket, "German", conditions={"language": "de"}, sort="newest")
    found = read(client)
    assert found[f"{QUEUE}?view={many.slug}"] == "2+"
    assert found[f"{QUEUE}?view={rare.slug}"] == "1"
    assert queue_queries.MAX_WALKED > 3


def test_mentions_and_recently_closed_tickets_are_counted(
    rocket: Cast, client: Client, sign_in: SignIn
) -> None:
    with inside(rocket):
        now = timezone.now()
        tickets = make_many(rocket, 3)
        for ticket in tickets[:2]:
            close(ticket_id=ticket.pk, by=Actor.of(rocket.lead), at=now)
        for _ in range(2):
            given = {"ticket_id": tickets[2].pk, "text": f"@{rocket.analyst} look", "at": now}
            add_note(agent=rocket.lead, **given)
        Ticket.objects.filter(pk=tickets[0].pk).update(closed_at=now - RECENT - RECENT)
    found = read(client)
    assert found[f"{QUEUE}?view=recent"] == "1"
    assert found[f"{QUEUE}?view=mentioned"] == "1"
    other = read(sign_in(rocket.colleague.user))
    assert (other[f"{QUEUE}?view=recent"], other[f"{QUEUE}?view=mentioned"]) == ("1", "")


def test_more_views_cost_no_statement_more(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        save(rocket, "One", conditions={"assignee": str(rocket.analyst.pk)})
    few = count_statements(client, COUNTS)
    with inside(rocket):
        for name in "abcdef":
            save(rocket, name, conditions={"assignee": str(rocket.colleague.pk)})
    assert count_statements(client, COUNTS) == few


def test_a_view_that_is_broken_has_no_count(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        view = save(rocket, "Old")
        SavedView.objects.filter(pk=view.pk).update(conditions={"status": "gone"})
    assert f"{QUEUE}?view={view.slug}" not in read(client)


def test_each_agent_counts_what_the_agent_sees(rocket: Cast, matter: Cast, sign_in: SignIn) -> None:
    with inside(rocket):
        make_many(rocket, 2)
        save(rocket, "Own")
    found = read(sign_in(rocket.colleague.user))
    assert found[f"{QUEUE}?view=mine"] == ""
    assert not [url for url in found if "view=s" in url and "soon" not in url]
    assert sign_in(matter.admin.user).get(COUNTS).status_code == 404
