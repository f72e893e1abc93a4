"""Exports of Zendesk become neutral records, wherever in the files the parts of a ticket are."""

from __future__ import annotations

import json

import pytest

from tests.imports.exports import Found, load, pack, read, read_files
from tickets.exchange.source_file import UnreadableError


def read_export(**more: bytes) -> Found:
    return read_files("zendesk", {**load("zendesk_export"), **more})


def test_a_json_export_has_tickets_with_people_comments_and_files() -> None:
    found = read_export(**{"attachments/498483/crash.log": b"line 1\nline 2"})
    ticket = found.get("ticket", 35436)
    assert ticket["number"] == "35436"
    assert (ticket["state"], ticket["priority"]) == ("solved", "high")
    assert (ticket["department"], ticket["channel"]) == ("Support", "email")
    assert (ticket["contact"], ticket["account"], ticket["assignee"]) == (
        "20978392", "509974", "235323"
    )  # fmt: skip
    assert ticket["participants"] == ["35334"]
    assert ticket["tags"] == ["printer", "fire"]
    assert ticket["fields"] == {"27642": "7.4.5", "27648": "billing__invoice", "27649": "a, b"}
    assert found.list_ids("field") == ["27642", "27648", "27649"]
    assert found.get("field", 27642)["label"] == "Zendesk 27642"
    assert ticket["closed_at"] == "2024-03-02T10:00:00Z"
    assert ticket["links"] == [{"kind": "parent", "to": "35400"}]
    assert found.get("ticket", 35437)["follow_up_of"] == "35436"
    assert found.get("agent", 235323)["email"] == "ana@acme.example"
    assert found.get("contact", 20978392)["name"] == "Jane Doe"
    assert found.get("account", 509974)["domains"] == ["initech.example"]
    assert found.get("attachment", 498483)["path"] == "attachments/498483/crash.log"
    assert "path" not in found.get("attachment", 498484)
    assert [problem.data for problem in found.problems] == [
        {"kind": "satisfaction_rating", "count": 1}
    ]


def test_internal_comments_become_notes_and_public_ones_messages_of_their_authors() -> None:
    found = read_export()
    assert found.list_ids("note") == ["1275"]
    note = found.get("note", 1275)
    assert (note["agent"], note["text"]) == (
        "235323", "Sounds like the fuser. Don't tell them yet."
    )  # fmt: skip
    assert found.get("message", 1274)["contact"] == "20978392"
    assert found.get("message", 1274)["html"] == "<p>The fire is <b>very</b> colorful.</p>"
    assert found.get("message", 1276)["agent"] == "235323"


def test_a_comment_that_does_not_say_who_may_read_it_is_internal() -> None:
    ticket = {"id": 1, "requester_id": 2, "comments": [{"id": 3, "author_id": 2, "body": "Hi"}]}
    found = read_files("zendesk", {"tickets.json": json.dumps(ticket).encode()})
    assert (found.list_ids("note"), found.list_ids("message")) == (["3"], [])


def test_pages_of_the_api_belong_together_in_any_order() -> None:
    files = load("zendesk_api")
    found = read_files("zendesk", files)
    renamed = {f"{9 - at}/{name}": content for at, (name, content) in enumerate(files.items())}
    again = read_files("zendesk", renamed)
    again.get("note", 102)["created_at"] = "2024-01-01T09:00:00Z"  # once more in an event
    assert again.records == found.records
    assert found.list_ids("ticket") == ["1", "2", "3"]
    first = found.get("ticket", 1)
    assert (first["department"], first["participants"]) == ("Support", ["12"])
    assert first["fields"] == {"51": "Invoice"}
    assert found.get("field", 51) == {
        "kind": "field", "id": "51", "key": "51", "label": "Topic", "type": "select",
        "public": True, "choices": ["Invoice", "Other"],
    }  # fmt: skip
    assert found.list_ids("field") == ["51"]
    assert found.get("message", 101)["ticket"] == "1"
    assert found.get("message", 301)["created_at"] == 1704441600
    assert {problem.data["kind"] for problem in found.problems} == {"macros", "audit: Change"}


def test_a_description_is_the_first_message_only_of_a_ticket_without_comments() -> None:
    found = read_files("zendesk", load("zendesk_api"))
    assert found.list_ids("message") == ["101", "301"]
    # The second ticket isn't public: its agent wrote it for colleagues.
    assert found.list_ids("note") == ["102", "description-2"]
    assert found.get("note", "description-2")["agent"] == "21"
    alone = read_files("zendesk", {"t.json": load("zendesk_api")["incremental_2.json"]})
    assert alone.get("message", "description-3")["text"] == "Where is my invoice?"


def test_a_deleted_ticket_of_the_incremental_export_is_counted_only() -> None:
    page = {"tickets": [{"id": 1, "status": "deleted", "assignee_id": None, "subject": "SCRUBBED"},
                        {"id": 2, "status": "open", "assignee_id": None}]}  # fmt: skip
    found = read_files("zendesk", {"page.json": json.dumps(page).encode()})
    assert found.list_ids("ticket") == ["2"]
    assert found.problems[0].data == {"kind": "deleted ticket", "count": 1}


def test_an_agent_who_asks_for_something_is_a_contact_too() -> None:
    found = read_files("zendesk", load("zendesk_api"))
    assert found.get("ticket", 2)["contact"] == "21"
    assert found.get("contact", 21)["email"] == "ana@acme.example"
    assert found.get("agent", 21)["email"] == "ana@acme.example"


def test_one_file_is_enough() -> None:
    content = load("zendesk_export")["tickets.json"]
    assert Found(read("zendesk", content, "tickets.ndjson")).list_ids("ticket") == [
        "35436", "35437"
    ]  # fmt: skip


def test_broken_lines_and_strange_values_stop_nothing() -> None:
    strange = {
        "id": "7", "subject": ["x"], "requester_id": {"a": 1}, "assignee_id": True, "tags": 5,
        "comments": [None, 4, {"id": [], "author_id": "x", "public": "yes", "body": {}}],
        "custom_fields": [{"id": 1, "value": {"deep": 1}}, "x"], "via": "web", "group": [],
        "created_at": "yesterday", "status": 3, "satisfaction_rating": "good", "organization": 1,
    }  # fmt: skip
    lines = [b"{broken", json.dumps(strange).encode(), b"[1]", b'"text"', b'{"id": "8", "x": NaN}']
    good = json.dumps({"id": "9", "requester_id": "1"}).encode()
    found = read_files("zendesk", {"tickets.json": b"\n".join([good, *lines])})
    assert found.list_ids("ticket") == ["7", "9"]
    assert found.get("ticket", 7)["created_at"] == "yesterday"
    assert [(each.code, each.data["line"]) for each in found.problems] == [
        ("not_json", 2), ("not_an_object", 4), ("not_an_object", 5), ("not_json", 6)
    ]  # fmt: skip


def test_a_cut_off_page_keeps_what_is_whole() -> None:
    page = load("zendesk_api")["incremental_1.json"]
    found = read_files("zendesk", {"page.json": page[: page.index(b"after_url") - 4]})
    assert found.list_ids("ticket") == ["1", "2"]
    assert found.list_codes() == ["broken_file"]


def test_deep_nesting_is_a_problem_of_its_file_only() -> None:
    deep = b'{"id": 5, "requester_id": ' + b"[" * 200_000 + b"]" * 200_000 + b"}\n"
    good, more = b'{"id": 6, "requester_id": 1}\n', b'{"id": 7, "requester_id": 1}\n'
    found = read_files("zendesk", {"a.json": good + deep, "b.json": deep.strip(), "c.json": more})
    assert found.list_ids("ticket") == ["6", "7"]
    assert found.list_codes() == ["broken_file", "too_deep"]


def test_a_file_of_something_else_says_so() -> None:
    for files, words in (
        ({"readme.txt": b"hello"}, "these extensions: .json, .ndjson, .jsonl"),
        ({}, "these extensions"),
        ({"a.json": b"{}"}, "no records of this help desk"),
        ({"a.json": b""}, "no records of this help desk"),
    ):
        with pytest.raises(UnreadableError, match=words):
            read("zendesk", pack(files))
