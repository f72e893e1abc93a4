"""Pages of Zendesk's API: side-loaded people, hidden comments, repeated tickets, dates (M38).

The samples follow developer.zendesk.com: Incremental Exports, Ticket Audits and its events
reference, Side-Loading, Via types.
"""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.imports.exports import Found, pack, read_files
from tests.imports.test_pages import prepare, start, work
from tickets.models import ImportProblem, Ticket


def dump(files: dict[str, Any]) -> dict[str, bytes]:
    return {name: json.dumps(page).encode() for name, page in files.items()}


def read(**files: Any) -> Found:
    return read_files("zendesk", dump({f"{name}.json": page for name, page in files.items()}))


def make_ticket(ticket_id: int, **more: Any) -> dict[str, Any]:
    said = {"status": "open", "requester_id": 11, "created_at": "2024-01-01T08:00:00Z",
            "updated_at": "2024-03-01T08:00:00Z", "raw_subject": f"T{ticket_id}"}  # fmt: skip
    return {"id": ticket_id, **said, **more}


def make_comment(comment_id: int, author_id: int, **more: Any) -> dict[str, Any]:
    return {"id": comment_id, "author_id": author_id, "body": f"Text {comment_id}", "public": True,
            "created_at": "2024-01-01T09:00:00Z", **more}  # fmt: skip


def test_people_loaded_beside_tickets_are_known_in_files_that_come_before() -> None:
    page = {
        "tickets": [make_ticket(1, assignee_id=21)],
        "users": [{"id": 21, "name": "Ana", "role": "agent"},
                  {"id": 11, "name": "Jane", "role": "end-user"}],
        "after_cursor": "MTU4", "after_url": "https://x.example", "end_of_stream": True,
    }  # fmt: skip
    comments = {"comments": [make_comment(101, 11), make_comment(102, 21)], "count": 2}
    found = read_files("zendesk", dump({"comments/1.json": comments, "incremental.json": page}))
    assert found.get("message", 101)["contact"] == "11"
    assert found.get("message", 102)["agent"] == "21"
    assert (found.list_ids("agent"), found.list_ids("contact")) == (["21"], ["11"])


def test_an_agent_is_known_by_a_later_ticket_and_one_who_left_stays_one() -> None:
    lines = [
        make_ticket(1, comments=[make_comment(101, 21), make_comment(102, 22)]),
        make_ticket(2, assignee={"id": 21, "name": "Ana"}), make_ticket(3, assignee_id=22),
    ]  # fmt: skip
    users = {"users": [{"id": 22, "name": "Bob", "role": "end-user"}]}
    found = read(tickets={"tickets": lines}, users=users)
    assert found.get("message", 101)["agent"] == "21"
    assert found.get("message", 102)["agent"] == "22"
    assert found.get("agent", 22)["name"] == found.get("contact", 22)["name"] == "Bob"


def test_a_comment_that_was_made_private_later_is_internal_wherever_that_is_said() -> None:
    hide = {"id": 5, "type": "CommentPrivacyChange", "comment_id": 101, "public": False}
    event = {"id": 6, "event_type": "CommentPrivacyChange", "comment_id": 102, "public": False}
    said = {"ticket_id": 1, "created_at": "2024-01-02T08:00:00Z", "author_id": 21}
    audits = [
        {"id": 1, **said, "events": [{"type": "Comment", **make_comment(101, 11)}]},
        {"id": 2, **said, "events": [hide, {"type": "Comment", **make_comment(103, 11)}]},
    ]  # fmt: skip
    events = [{"id": 3, "ticket_id": 1, "timestamp": 1704441600, "child_events": [event]}]
    found = read(
        a={"audits": audits}, b={"comments": [make_comment(102, 11, ticket_id=1)]},
        c={"tickets": [make_ticket(1)]}, d={"ticket_events": events},
    )  # fmt: skip
    assert (found.list_ids("note"), found.list_ids("message")) == (["101", "102"], ["103"])


def test_the_event_of_a_comment_without_its_text_does_not_hide_the_comment() -> None:
    bare = {"id": 101, "event_type": "Comment", "comment_present": True, "comment_public": True}
    events = [{"id": 3, "ticket_id": 1, "timestamp": 1704441600, "child_events": [bare]}]
    found = read(
        a={"ticket_events": events}, b={"tickets": [make_ticket(1)]},
        c={"comments": [make_comment(101, 11, ticket_id=1)]},
    )  # fmt: skip
    assert found.get("message", 101)["text"] == "Text 101"


def test_a_ticket_is_closed_when_it_was_solved_if_the_export_says_it() -> None:
    solved = {"solved_at": "2024-02-01T08:00:00Z"}
    found = read(tickets={"tickets": [
        make_ticket(1, status="closed", metric_set=solved), make_ticket(4, metric_set=solved),
        make_ticket(2, status="solved", dates=solved), make_ticket(3, status="solved"),
    ]})  # fmt: skip
    closed = {number: found.get("ticket", number).get("closed_at") for number in "1234"}
    assert closed == {
        "1": solved["solved_at"], "2": solved["solved_at"], "3": "2024-03-01T08:00:00Z", "4": None,
    }  # fmt: skip


def test_channels_are_read_from_via_types_via_ids_and_the_words_of_events() -> None:
    ways = {4: "email", "mail": "email", "web_form": "web", "Web form": "web", 0: "web",
            29: "chat", "phone_call_inbound": "phone", 35: "phone", "sms": "phone",
            "Web service (API)": "api", "facebook_post": "facebook", 30: "twitter",
            "apple_business_chat": "apple_business_chat"}  # fmt: skip
    tickets = [make_ticket(n, via={"channel": way}) for n, way in enumerate(ways, start=1)]
    found = read(tickets={"tickets": tickets})
    channels = [found.get("ticket", n)["channel"] for n in range(1, len(ways) + 1)]
    assert channels == list(ways.values())


def test_a_ticket_on_two_pages_is_as_the_later_page_says(rocket: Cast, at_rocket: Client) -> None:
    same, changed = make_ticket(1), make_ticket(2)
    pages = {
        "tickets_10.json": {"tickets": [same, changed | {"raw_subject": "Newer"}]},
        "tickets_2.json": {"tickets": [same, changed]},
    }
    url = prepare(rocket, at_rocket, pack(dump(pages)))
    start(at_rocket, url)
    work(rocket)
    with desk_scope(rocket.desk):
        assert set(Ticket.objects.values_list("subject", flat=True)) == {"T1", "Newer"}
        told = ImportProblem.objects.filter(code="duplicate").values_list("source_id", flat=True)
        assert list(told) == ["2"]
