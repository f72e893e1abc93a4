"""Bulk reads for warehouses: lines of what changed since a cursor, for desk admins (M39)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Agent, AuditEntry, Role, User
from accounts.tenancy import desk_scope, system_scope
from tests.cast import NOON, Cast
from tests.exchange.helpers import import_lines
from tests.exchange.test_importing import ANSWERED, ASKED, EVENT, PEOPLE, TICKET
from tickets.exchange import feeds
from tickets.exchange.feeds import find_horizon, read_events, read_messages
from tickets.models import TicketEvent
from tickets.services import add_note, reply

KINDS = ("events", "tickets", "messages", "notes", "contacts", "accounts", "agents")


def read(client: Any, kind: str, **parameters: Any) -> tuple[list[dict[str, Any]], Any]:
    answer = client.get(f"/rocket/api/v1/export/{kind}.ndjson", parameters)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.content.splitlines()], answer


@pytest.fixture
def client_of_admin(rocket: Cast, sign_in: Any) -> Any:
    return sign_in(rocket.admin.user)


def test_changes_since_a_cursor_are_read_page_by_page(rocket: Cast, client_of_admin: Any) -> None:
    with desk_scope(rocket.desk):
        first, second = (rocket.open_ticket(text=f"Text {n}") for n in range(2))
        reply(ticket_id=first.pk, agent=rocket.analyst, text="Answer", at=NOON)
        note = add_note(ticket_id=first.pk, agent=rocket.analyst, text="Hush", at=NOON)
    seen, after = [], 0
    while True:
        rows, answer = read(client_of_admin, "events", after=after, limit=3)
        seen += rows
        after = int(answer["Next-Cursor"])
        if "Link" not in answer:
            break
        assert f"after={after}" in answer["Link"]
    with desk_scope(rocket.desk):
        assert [row["id"] for row in seen] == list(
            TicketEvent.objects.order_by("pk").values_list("pk", flat=True)
        )
    assert read(client_of_admin, "events", after=after)[0] == []
    tickets, _ = read(client_of_admin, "tickets")
    assert [row["number"] for row in tickets] == [first.reference, second.reference]
    texts, _ = read(client_of_admin, "messages")
    assert [row["text"] for row in texts] == ["Text 0", "Text 1", "Answer"]
    notes, _ = read(client_of_admin, "notes")
    assert [(row["id"], row["text"]) for row in notes] == [(note.pk, "Hush")]
    last = [row["id"] for row in seen if row["ticket"] == second.pk][-1]
    changed, _ = read(client_of_admin, "tickets", after=last)
    assert [row["id"] for row in changed] == [first.pk]


def test_people_are_read_by_id(rocket: Cast, client_of_admin: Any) -> None:
    for kind in ("contacts", "accounts", "agents"):
        rows, answer = read(client_of_admin, kind, limit=1)
        others, end = read(client_of_admin, kind, after=answer["Next-Cursor"])
        assert len(rows) == 1
        assert all(row["id"] > rows[0]["id"] for row in others)
        assert len(others) > 1 or kind == "accounts"
        assert "Link" in answer
        assert "Link" not in end


def test_exports_are_in_the_audit_log_once_a_day(rocket: Cast, client_of_admin: Any) -> None:
    for kind in ("tickets", "tickets", "notes"):
        read(client_of_admin, kind, after=1)
    with desk_scope(rocket.desk):
        exports = AuditEntry.objects.filter(action="desk_exported").order_by("pk")
        found = list(exports.values_list("target", "user", "actor"))
        admin = (rocket.admin.user_id, rocket.admin.name)
        assert found == [("tickets", *admin), ("notes", *admin)]
    with system_scope("an entry of yesterday"):
        exports.filter(target="notes").update(at=timezone.now() - timedelta(days=1))
    read(client_of_admin, "notes")
    with desk_scope(rocket.desk):
        assert exports.filter(target="notes").count() == 2


def test_exports_of_two_admins_with_one_name_are_both_in_the_audit_log(
    rocket: Cast, sign_in: Any
) -> None:
    with desk_scope(rocket.desk):
        user = User.objects.create_user("twin@rocket.example", "secret words here")
        Agent.objects.create(desk=rocket.desk, user=user, name=rocket.admin.name, role=Role.ADMIN)
    for one in (rocket.admin.user, user):
        read(sign_in(one), "tickets", after=1)
    with desk_scope(rocket.desk):
        exports = AuditEntry.objects.filter(action="desk_exported").order_by("pk")
        assert list(exports.values_list("user", flat=True)) == [rocket.admin.user_id, user.pk]


def test_nothing_is_read_that_may_still_lack_lower_ids(in_rocket: Cast) -> None:
    now = timezone.now()
    in_rocket.open_ticket(at=now - timedelta(minutes=10))
    settled = TicketEvent.objects.latest("pk").pk
    in_rocket.open_ticket(at=now - timedelta(minutes=1))
    assert find_horizon(in_rocket.desk, at=now) == settled
    page = read_events(in_rocket.desk, after=0, limit=100, at=now)
    assert (page.cursor, page.has_more) == (settled, False)


def test_imported_history_waits_with_its_import_and_comes_whole(in_rocket: Cast) -> None:
    """Its old times don't count: they say nothing of when its rows were committed."""
    now = timezone.now()
    import_lines(in_rocket, *PEOPLE, TICKET, ASKED, ANSWERED, EVENT, at=now)
    assert read_events(in_rocket.desk, after=0, limit=100, at=now).rows == ()
    later = now + timedelta(minutes=6)
    kinds = [row["event"] for row in read_events(in_rocket.desk, after=0, limit=9, at=later).rows]
    assert kinds == ["agent.replied", "ticket.imported"]
    messages = read_messages(in_rocket.desk, after=0, limit=9, at=later).rows
    assert [row["text"] for row in messages] == ["It burns", "Use water"]


def test_only_desk_admins_read_and_bad_parameters_are_refused(
    rocket: Cast, matter: Cast, sign_in: Any, client_of_admin: Any
) -> None:
    with desk_scope(matter.desk):
        matter.open_ticket(text="Of another desk")
    for kind in KINDS:
        url = f"/rocket/api/v1/export/{kind}.ndjson"
        assert sign_in(rocket.lead.user).get(url).status_code == 403
        assert sign_in(rocket.customer.user).get(url).status_code == 404
        assert sign_in(matter.admin.user).get(url).status_code == 404
        for wrong in ("after=-1", "after=x", "limit=0", "limit=2001", f"after={2**63}", "from=1"):
            answer = client_of_admin.get(f"{url}?{wrong}")
            assert answer.status_code == 400, wrong
            assert answer["Content-Type"] == "application/problem+json"
        assert b"another desk" not in client_of_admin.get(url).content


def test_a_page_ends_where_its_texts_get_too_long(in_rocket: Cast, monkeypatch: Any) -> None:
    now = timezone.now()
    for text in ("é" * 1_500, "short", "a" * 9_000):
        in_rocket.open_ticket(text=text, at=now - timedelta(minutes=10))
    monkeypatch.setattr(feeds, "MAX_BYTES", 8_000)
    seen, after, has_more, pages = [], 0, True, 0
    while has_more:
        page = read_messages(in_rocket.desk, after=after, limit=100, at=now)
        assert page.cursor > after
        after, has_more, pages = page.cursor, page.has_more, pages + 1
        seen += [row["text"][0] for row in page.rows]
    assert (seen, pages) == (["é", "s", "a"], 2)


def test_the_history_of_imported_tickets_counts_as_a_whole(
    in_rocket: Cast, monkeypatch: Any
) -> None:
    now = timezone.now()
    second = TICKET | {"id": 9002, "number": "ZD-4712"}
    long = ASKED | {"id": 8, "ticket": 9002, "text": "b" * 9_000}
    import_lines(in_rocket, *PEOPLE, TICKET, second, ASKED, ANSWERED, long, at=now)
    later = now + timedelta(minutes=6)
    monkeypatch.setattr(feeds, "MAX_BYTES", 8_000)
    page = read_messages(in_rocket.desk, after=0, limit=100, at=later)
    assert (len(page.rows), page.has_more) == (2, True)
    page = read_messages(in_rocket.desk, after=page.cursor, limit=100, at=later)
    assert ([row["text"][0] for row in page.rows], page.has_more) == (["b"], False)
