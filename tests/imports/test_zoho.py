"""Exports of Zoho Desk, its CSV backups and answers of its API, become neutral records."""

from __future__ import annotations

import json

import pytest

from tests.imports.exports import load, pack, read, read_files
from tickets.exchange.source_file import UnreadableError
from tickets.exchange.sources.zoho.values import read_time


def test_a_csv_backup_has_tickets_people_and_threads() -> None:
    found = read_files("zoho", {**load("zoho_backup"), "attachments/6001/crash.log": b"line 1"})
    ticket = found.get("ticket", 1001)
    assert (ticket["number"], ticket["state"], ticket["priority"]) == ("190", "Closed", "High")
    assert (ticket["department"], ticket["channel"]) == ("Support", "email")
    assert (ticket["contact"], ticket["account"], ticket["assignee"]) == ("3001", "5001", "9001")
    assert ticket["tags"] == ["printer", "fire"]
    assert ticket["fields"] == {"Category": "Hardware", "Server Version": "7.4.5"}
    assert found.list_ids("field") == ["Category", "Server Version"]
    assert ticket["closed_at"] == "2024-03-02T10:00:00.000Z"
    assert found.get("contact", 3001)["name"] == "Jane Doe"
    assert found.get("contact", 3001)["account"] == "5001"
    assert found.get("account", 5001)["name"] == "Initech"
    assert found.get("agent", 9001)["name"] == "Ana Souza"
    assert found.get("message", 2001)["contact"] == "3001"
    assert found.get("message", 2001)["created_at"] == "2024-03-01T09:00:00Z"
    assert found.get("message", 2002)["agent"] == "9001"
    attachment = found.get("attachment", 6001)
    assert (attachment["message"], attachment["path"]) == ("2001", "attachments/6001/crash.log")
    assert found.problems == []


def test_private_threads_and_comments_become_notes() -> None:
    found = read_files("zoho", load("zoho_backup"))
    assert found.list_ids("note") == ["2003", "comment-2001"]
    note = found.get("note", "comment-2001")
    assert (note["agent"], note["text"]) == ("9001", "It's the fuser. @user please look")


def test_a_stranger_who_wrote_becomes_a_contact_with_the_address_as_its_id() -> None:
    found = read_files("zoho", load("zoho_backup"))
    assert found.get("message", 2004)["contact"] == "stranger@elsewhere.example"
    assert found.get("contact", "stranger@elsewhere.example")["email"] == (
        "stranger@elsewhere.example"
    )


def test_a_description_is_the_first_message_only_without_threads() -> None:
    found = read_files("zoho", load("zoho_backup"))
    assert "description-1001" not in found.list_ids("message")
    message = found.get("message", "description-1002")
    assert message["text"] == "Two lines,\none question."
    assert message["created_at"] == "2023-12-25T10:30:00"


def test_answers_of_the_api_are_read_alike() -> None:
    found = read_files("zoho", load("zoho_api"))
    ticket = found.get("ticket", "1892000000042034")
    assert (ticket["number"], ticket["channel"]) == ("101", "chat")
    assert ticket["fields"] == {"Server": "eu-1", "cf_paid": True}
    assert found.get("field", "cf_paid")["type"] == "checkbox"
    assert found.get("contact", ticket["contact"])["name"] == "Robert Jack"
    assert found.get("agent", ticket["assignee"])["name"] == "Jade Tywin"
    assert found.get("message", "1892000000366001")["html"] == "<p>Hi there</p>"
    assert found.get("attachment", "1892000000900001")["message"] == "1892000000366001"
    public = found.get("message", "comment-1892000000366003")
    assert "@Pandees testing" in public["html"]
    assert found.get("agent", public["agent"])["email"] == "carol@acme.example"


def test_a_thread_that_was_forwarded_stays_internal() -> None:
    found = read_files("zoho", load("zoho_api"))
    assert found.list_ids("note") == ["1892000000366002"]


def test_a_reply_that_was_never_sent_stays_internal() -> None:
    said = {"content": "Hi", "author": {"type": "AGENT", "email": "jade@acme.example"}}
    ways = [("out", "SUCCESS"), ("out", "DRAFT"), ("out", "PENDING"), ("out", "FAILED"),
            ("out", ""), ("in", "PENDING"), ("", "Draft")]  # fmt: skip
    threads = [{"id": at, "direction": way, "status": status, "visibility": "public", **said}
               for at, (way, status) in enumerate(ways)]  # fmt: skip
    found = read_files("zoho", {"threads/7.json": json.dumps({"data": threads}).encode()})
    assert found.list_ids("note") == ["1", "2", "3", "6"]
    assert found.list_ids("message") == ["0", "4", "5"]


def test_semicolons_marks_of_excel_and_old_encodings_are_read() -> None:
    text = "Ticket Id;Subject;Contact Id;Farbe\n1;Drücker;2;rot\n"
    for content, codes in [
        (text.encode("utf-8-sig"), []),
        (text.encode("utf-16"), []),
        (text.replace(";", "\t").encode(), []),
        (text.replace("\n", "\r\n").encode("cp1252"), ["read_as_windows"]),
    ]:
        found = read_files("zoho", {"Cases.csv": content})
        assert found.get("ticket", 1)["subject"] == "Drücker"
        assert found.get("ticket", 1)["fields"] == {"Farbe": "rot"}
        assert found.list_codes() == codes


def test_lines_that_do_not_fit_are_reported_and_the_others_read() -> None:
    rows = b'Ticket Id,Subject\n1,a,b\n2,"two\nlines"\n\n,no id\n3,"never\x00 closed\n4,x\n'
    found = read_files("zoho", {"Tickets.csv": rows})
    assert found.list_ids("ticket") == ["", "2", "3"]  # without an ID: refused when it is stored
    assert found.get("ticket", 3)["subject"] == "never closed\n4,x"
    assert [(each.code, each.data) for each in found.problems] == [
        ("too_many_cells", {"line": 2})
    ]  # fmt: skip


def test_spam_and_deleted_tickets_are_counted_only() -> None:
    rows = b"Ticket Id,Is Spam,Is Deleted\n1,true,false\n2,false,true\n3,false,false\n"
    found = read_files("zoho", {"Tickets.csv": rows})
    assert found.list_ids("ticket") == ["3"]
    assert found.problems[0].data == {"kind": "spam or deleted ticket", "count": 2}


def test_modules_that_are_not_imported_are_counted() -> None:
    tasks = b"Task Id,Subject\n1,Call\n2,Write\n"
    found = read_files("zoho", {**load("zoho_backup"), "Tasks_001.csv": tasks})
    assert [problem.data for problem in found.problems] == [{"kind": "Tasks_001.csv", "count": 2}]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2024-05-10T10:30:00.000Z", "2024-05-10T10:30:00.000Z"),
        ("2024-05-10T10:30.000Z", "2024-05-10T10:30:00Z"),
        ("10 May 2024 10:30 PM", "2024-05-10T22:30:00"),
        ("13/02/2024 08:15", "2024-02-13T08:15:00"),
        ("02/13/2024 08:15 AM", "2024-02-13T08:15:00"),
        ("05/06/2024 08:15", "05/06/2024 08:15"),
        ("40/40/2024", "40/40/2024"),
        ("31/02/2024", "31/02/2024"),
        ("soon", "soon"),
        ("", ""),
    ],
)
def test_times_are_read_unless_there_is_doubt(text: str, time: str) -> None:
    assert read_time(text) == time


def test_an_archive_of_something_else_says_so() -> None:
    with pytest.raises(UnreadableError, match=r"these extensions: \.csv, \.json, "):
        read("zoho", pack({"Attachments/6001.bin": b"x"}))
