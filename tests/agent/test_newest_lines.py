"""Rows of a list show the newest line of the conversation, and unsent drafts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from helpdesk.agent.lists.newest_lines import MAX_SHOWN, WRITING, pick_line, select_details
from helpdesk.agent.lists.queue_queries import select_rows
from tests.agent.conftest import SignIn, count_statements, inside
from tests.agent.test_queue import QUEUE, make_many
from tests.cast import NOON, Cast
from tickets.access import queue_for_agent
from tickets.models import Draft, Message, Ticket
from tickets.services import add_note, reply

HOUR = timedelta(hours=1)
LIVE = {"HX-Request": "true", "Live-Version": "0"}


def write_draft(cast: Cast, user: User, number: int, **values: object) -> None:
    place = f"/agent/tickets/{number}/answers/"
    given = {"fields": {"body": ["Hi"]}, "updated_at": timezone.now(), **values}
    with inside(cast):
        Draft.objects.create(desk=cast.desk, user=user, place=place, **given)


def test_the_newest_message_or_note_counts(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        Message.objects.update(body_text="\n> an earlier email\n\n  My   server is\tdown.\nHelp!")
    page = client.get(QUEUE).text
    assert ">My server is down. Help!</bdi></span>" in page
    assert "earlier email" not in page
    with inside(rocket):
        given = {"ticket_id": ticket.pk, "agent": rocket.analyst}
        reply(text="Please try again.\nBye", at=NOON + HOUR, **given)
        assert ">Please try again. Bye</bdi></span>" in client.get(QUEUE).text
        add_note(text="<b>It's the proxy</b>", at=NOON + 2 * HOUR, **given)
    page = client.get(QUEUE, headers={"HX-Request": "true"}).text
    assert "&lt;b&gt;It&#x27;s the proxy&lt;/b&gt;</bdi></span>" in page
    assert "Please try again" not in page


def test_a_line_is_cut_and_may_be_missing() -> None:
    assert pick_line("") == pick_line(" \n\t\n> only quoted\n>> twice") == ""
    assert len(pick_line("x" * 10_000)) == MAX_SHOWN


def test_a_page_of_rows_takes_one_statement(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        make_many(rocket, 2)
    few = count_statements(client, QUEUE)
    with inside(rocket):
        make_many(rocket, 30)
    assert count_statements(client, QUEUE) == few


def test_drafts_are_marked_for_their_writer_and_named_to_others(
    rocket: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    write_draft(rocket, rocket.analyst.user, ticket.number)
    own = client.get(QUEUE, headers=LIVE).text
    assert ">Draft</span>" in own
    assert "is writing a draft" not in own
    theirs = sign_in(rocket.colleague.user).get(QUEUE, headers=LIVE).text
    assert ">Draft</span>" not in theirs
    assert f"{rocket.analyst.name} is writing a draft" in theirs
    assert "is writing a draft" not in client.get(QUEUE, headers=LIVE).text
    with inside(rocket):
        Draft.objects.update(updated_at=timezone.now() - WRITING)
    assert "is writing a draft" not in sign_in(rocket.lead.user).get(QUEUE).text
    assert ">Draft</span>" in client.get(QUEUE).text, "an old one is still unsent"


def test_another_ticket_and_another_desk_have_no_draft(
    rocket: Cast, matter: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(matter):
        foreign = matter.open_ticket()
        Ticket.objects.filter(pk=foreign.pk).update(number=ticket.number)
    write_draft(matter, matter.analyst.user, ticket.number)
    write_draft(rocket, rocket.colleague.user, ticket.number + 1)
    page = client.get(QUEUE, headers=LIVE).text
    assert ticket.subject in page
    assert "draft" not in page.lower()


@pytest.mark.usefixtures("unmeasured")
def test_details_are_found_by_index_in_tables_of_any_size(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    rows = select_rows(queue_for_agent(in_rocket.analyst), in_rocket.analyst).fetch()
    assert [row.id for row in rows] == [ticket.pk]
    query = select_details(rows, in_rocket.analyst, at=NOON)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {query.sql}", query.params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "message_of_ticket" in plan
    assert "note_of_ticket" in plan
    assert "Seq Scan on tickets_" not in plan
