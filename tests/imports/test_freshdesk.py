"""Exports of Freshdesk, answers of its API and account exports, become neutral records."""

from __future__ import annotations

import json

from tests.imports.exports import load, read_files


def test_answers_of_the_api_have_tickets_people_and_conversations() -> None:
    found = read_files("freshdesk", {**load("freshdesk"), "attachments/4004881085/l.txt": b"line"})
    ticket = found.get("ticket", 20)
    assert (ticket["state"], ticket["priority"], ticket["channel"]) == (
        "Resolved", "Medium", "phone"
    )  # fmt: skip
    assert (ticket["contact"], ticket["account"], ticket["assignee"]) == ("1", "5", "9")
    assert ticket["department"] == "Support"
    assert ticket["fields"] == {"cf_version": "7.4.5", "type": "Question"}
    assert found.get("field", "cf_version")["label"] == "Version"
    assert ticket["closed_at"] == "2024-01-02T08:00:00Z"
    assert found.get("message", "description-20")["text"] == "Not working"
    assert found.get("message", 3)["agent"] == "9"
    assert found.get("attachment", 4004881085)["path"] == "attachments/4004881085/l.txt"
    assert found.get("agent", 9)["email"] == "ana@acme.example"
    assert found.get("account", 5)["domains"] == ["initech.example"]
    assert found.problems == []


def test_a_note_is_internal_unless_it_is_said_not_to_be() -> None:
    found = read_files("freshdesk", load("freshdesk"))
    assert found.list_ids("note") == ["4"]
    silent = {"id": 1, "ticket_id": 20, "body": "Who may read this?", "user_id": 9}
    found = read_files("freshdesk", {"conversations.json": json.dumps([silent]).encode()})
    assert (found.list_ids("note"), found.list_ids("message")) == (["1"], [])


def test_an_account_export_wraps_each_ticket() -> None:
    found = read_files("freshdesk", load("freshdesk"))
    assert found.get("ticket", 4000021)["number"] == "21"
    assert found.get("message", 8)["html"] == "<p>Answered</p>"


def test_spam_and_deleted_tickets_are_counted_only() -> None:
    given = {"id": 1, "responder_id": None, "status": 2, "description_text": "Buy!"}
    tickets = [{**given, "spam": True}, {**given, "id": 2, "deleted": True}, {**given, "id": 3}]
    found = read_files("freshdesk", {"tickets.json": json.dumps(tickets).encode()})
    assert found.list_ids("ticket") == ["3"]
    [problem] = found.problems
    assert problem.data == {"kind": "spam or deleted ticket", "count": 2}


def test_a_status_of_the_help_desk_itself_stays_as_it_is() -> None:
    ticket = {"id": 1, "responder_id": None, "status": 12, "priority": True, "source": "x"}
    found = read_files("freshdesk", {"tickets.json": json.dumps([ticket]).encode()})
    assert found.get("ticket", 1)["state"] == "12"
    assert "priority" not in found.get("ticket", 1)
