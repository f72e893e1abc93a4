"""A hostile export is contained: what is wrong with it is reported, and the rest is imported."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from accounts.models import Contact
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.imports.exports import pack
from tests.imports.test_pages import get_run, prepare, start, work
from tickets.models import ImportProblem, ImportState, Message, Note, Ticket

SCRIPT = (
    '<p onclick="steal()">Hi <b>there</b><script>steal()</script><img src="x" onerror="a()"></p>'
)


def make_comment(comment_id: int, author_id: int, **more: Any) -> dict[str, Any]:
    at = {"created_at": "2024-01-01T08:00:00Z", "public": True}
    return {"id": comment_id, "author_id": author_id, "body": "Hello", **at, **more}


def make_ticket(ticket_id: int, **more: Any) -> dict[str, Any]:
    at = {"created_at": "2024-01-01T08:00:00Z", "updated_at": "2024-01-02T08:00:00Z"}
    return {"id": ticket_id, "subject": f"Ticket {ticket_id}", "requester_id": 1, "status": "open",
            "comments": [make_comment(ticket_id * 10, 1)], **at, **more}  # fmt: skip


def follow(ticket_id: int) -> dict[str, Any]:
    return {"channel": "web", "source": {"rel": "follow_up", "from": {"ticket_id": ticket_id}}}


TICKETS = [
    make_ticket(1, comments=[make_comment(11, 1, html_body=SCRIPT)]),
    make_ticket(2, via=follow(3)),
    make_ticket(3, via=follow(2)),  # a cycle
    make_ticket(4, via=follow(4), problem_id=4),  # itself
    make_ticket(5, requester_id=999, assignee_id=998),  # nobody in the file
    make_ticket(6, created_at="yesterday", updated_at="9999-12-31T23:59:59Z"),
    make_ticket(7, subject="S" * 5000 + "\x00"),
    make_ticket(8, tags=["t" * 500, "<script>"], custom_fields=[{"id": 1, "value": "v" * 9000}]),
    make_ticket(9, status="on fire", priority="whatever", via={"channel": "pigeon"}),
    make_ticket(10, comments=[make_comment(101, 1, public=False, body="secret <b>"),
                              make_comment(102, 1, body="")]),
    {"id": "x" * 500, "requester_id": 1},
    {"requester_id": 1, "subject": "No ID"},
]  # fmt: skip
USERS = [
    {
        "id": 1,
        "name": "<img src=x onerror=a()>",
        "email": "JANE@Initech.example",
        "role": "end-user",
    },
    {"id": 2, "name": "Not an address", "email": "not an address", "role": "end-user"},
    {"id": 3, "name": "N" * 3000, "email": "jane@initech.example", "role": "end-user"},
]


def build_export() -> bytes:
    lines = b"\n".join(json.dumps(ticket).encode() for ticket in TICKETS)
    again = {"tickets": [make_ticket(1, subject="Later", comments=[])], "after_cursor": "x"}
    users = {"users": USERS, "count": 3}
    return pack({"a.json": lines, "b.json": json.dumps(again).encode(),
                 "users.json": json.dumps(users).encode()})  # fmt: skip


def test_a_hostile_export_is_imported_as_far_as_it_can_be(rocket: Cast, at_rocket: Client) -> None:
    url = prepare(rocket, at_rocket, build_export())
    preview = at_rocket.get(url).content.decode()
    assert "<img src=x" not in preview
    start(at_rocket, url)
    work(rocket)
    page = at_rocket.get(url).content.decode()
    assert get_run(rocket, url).state == ImportState.DONE
    assert "<script>steal" not in page
    with desk_scope(rocket.desk):
        codes = set(ImportProblem.objects.values_list("code", flat=True))
        assert Ticket.objects.count() == 10
        message = Message.objects.get(ticket__subject="Later")
        assert "<b>there</b>" in message.body_html
        assert not {"script", "onclick", "onerror"} & set(message.body_html.split())
        assert "steal" not in message.body_html
        assert Note.objects.get().body_text == "secret <b>"
        assert Contact.objects.filter(email="jane@initech.example").count() == 1
        linked = Ticket.objects.filter(follow_up_of__isnull=False)
        assert linked.count() == 1  # of the cycle, one way
    assert codes >= {
        "duplicate", "cycle", "missing_person", "bad_date", "future_date", "cut", "no_id",
        "bad_email", "unknown_channel", "link_to_itself", "empty",
    }  # fmt: skip
