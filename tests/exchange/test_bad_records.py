"""Bad records: reported in plain words, contained, and the rest is imported (M38)."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from accounts.models import Contact
from tests.cast import NOON, Cast
from tests.exchange.helpers import import_lines, list_problems
from tests.exchange.test_importing import ANSWERED, ASKED, EVENT, FILE, NOTE, PEOPLE, TICKET
from tickets.exchange import files
from tickets.exchange.problems import SENTENCES, describe_problem
from tickets.models import ImportProblem, Message, Note, Ticket, TicketEvent, TicketLink
from tickets.timeline import describe_event


def test_missing_people_states_and_dates_are_replaced_and_said(in_rocket: Cast) -> None:
    run = import_lines(
        in_rocket,
        TICKET | {"state": "???", "priority": "???", "department": "???", "channel": "???",
                  "contact": 404, "account": 404, "assignee": 404, "created_at": "yesterday",
                  "updated_at": "2999-01-01", "closed_at": "x", "subject": "s" * 300,
                  "impact": "???", "fields": {"x": "y"}, "level": 7, "product": "???"},
        ASKED | {"contact": 404}, ANSWERED | {"agent": 404}, NOTE | {"agent": 404},
    )  # fmt: skip
    ticket = Ticket.objects.get()
    assert str(ticket.contact) == "Unknown person"
    assert (ticket.status, ticket.channel, ticket.priority) == (
        "open", "email", in_rocket.default_priority,
    )  # fmt: skip
    assert (ticket.created_at, ticket.updated_at, len(ticket.subject)) == (NOON, NOON, 250)
    assert {(message.contact, message.agent) for message in Message.objects.all()} == {
        (ticket.contact, None), (None, None),
    }  # fmt: skip
    assert Note.objects.get().agent == in_rocket.admin
    codes = {code for _, _, code in list_problems(run)}
    assert codes >= {
        "unknown_state", "unknown_priority", "unknown_department", "unknown_channel",
        "missing_person", "missing_account", "missing_agent", "bad_date", "future_date", "cut",
        "bad_value", "unknown_field", "no_author",
    }  # fmt: skip
    with override("en"):
        said = {describe_problem(each) for each in ImportProblem.objects.filter(run=run)}
    assert "The status “???” isn't mapped. The ticket was imported as open." in said
    assert "“subject” was longer than 250 characters and was cut." in said
    import_lines(in_rocket, {"kind": "contact", "id": 404, "name": "Found", "email": "f@x.example"})
    assert Contact.objects.get(pk=ticket.contact_id).email == "f@x.example"


def test_a_missing_person_with_an_address_as_the_id_is_one_however_it_is_written(
    in_rocket: Cast,
) -> None:
    import_lines(
        in_rocket,
        TICKET | {"id": 1, "contact": "Jane@X.example"},
        TICKET | {"id": 2, "contact": "jane@x.example", "participants": ["JANE@x.example"]},
    )
    import_lines(in_rocket, TICKET | {"id": 3, "contact": "JANE@X.EXAMPLE"})
    [contact_id] = set(Ticket.objects.values_list("contact", flat=True))
    assert Contact.objects.filter(email="").count() == 1
    import_lines(in_rocket, {"kind": "contact", "id": "jAne@x.example", "name": "Jane"})
    assert Contact.objects.get(pk=contact_id).name == "Jane"


def test_circles_are_not_linked(in_rocket: Cast) -> None:
    parent = [{"kind": "parent", "to": 2}]
    run = import_lines(
        in_rocket, *PEOPLE,
        TICKET | {"id": 1, "merged_into": 2, "links": parent},
        TICKET | {"id": 2, "merged_into": 3, "links": [{"kind": "parent", "to": 1}]},
        TICKET | {"id": 3, "merged_into": 1, "links": [{"kind": "x", "to": 1}, "?", {"to": 1}]},
        TICKET | {"id": 4, "merged_into": 4, "follow_up_of": 404, "links": [*parent,
                  {"kind": "parent", "to": 3}, {"kind": "related", "to": 404}]},
    )  # fmt: skip
    first, second, third, fourth = Ticket.objects.order_by("number")
    assert (first.merged_into, second.merged_into, third.merged_into) == (second, third, None)
    assert (fourth.merged_into, third.close_reason, fourth.close_reason) == (None, "other", "other")
    assert set(TicketLink.objects.values_list("source", "target")) == {
        (first.pk, second.pk), (fourth.pk, second.pk),
    }  # fmt: skip
    assert sorted((ticket, code) for _, ticket, code in list_problems(run)) == [
        ("2", "cycle"), ("3", "cycle"), ("3", "unknown_link"), ("3", "unknown_link"),
        ("4", "link_to_itself"), ("4", "missing_ticket"), ("4", "missing_ticket"),
        ("4", "second_parent"),
    ]  # fmt: skip


def test_duplicates_and_orphans_are_reported(in_rocket: Cast) -> None:
    run = import_lines(
        in_rocket, *PEOPLE, TICKET, TICKET | {"subject": "Last"}, ASKED, ASKED | {"text": "Last"},
        PEOPLE[1] | {"name": "Last"},
        ASKED | {"id": "o", "ticket": 404}, FILE | {"id": "o", "message": 404},
        ASKED | {"id": "e", "text": " "},
        {"kind": "account", "id": "n"}, {"kind": "tag", "id": "n"},
        {"kind": "contact", "id": "b", "email": "no address"},
        {"kind": "contact", "id": "c", "email": "jane@acme-import.example"},
    )  # fmt: skip
    assert Ticket.objects.get().subject == Message.objects.get().body_text == "Last"
    assert sorted(list_problems(run)) == [
        ("account", "n", "missing_field"), ("attachment", "o", "missing_message"),
        ("contact", "31", "duplicate"), ("contact", "b", "bad_email"),
        ("message", "1", "duplicate"), ("message", "e", "empty"),
        ("message", "o", "missing_ticket"),
        ("tag", "n", "missing_field"), ("ticket", "9001", "duplicate"),
    ]  # fmt: skip
    assert Contact.objects.filter(email="jane@acme-import.example").count() == 1


def test_only_events_whose_facts_fit_their_kind_are_taken(in_rocket: Cast) -> None:
    made = [
        ("ticket.opened", {"message": 1, "priority": "High"}),
        ("customer.responded", {"message": 1, "status": ["waiting", "open"]}),
        ("note.added", {"note": 3}),
        ("status.changed", {"status": ["open", "waiting"], "move": "x"}),
        ("ticket.closed", {"status": ["open", "closed"], "reason": "rocket"}),
        ("ticket.reopened", {"status": ["closed", "open"]}),
        ("ticket.assigned", {"names": ["", "Ana"], "assignee": ["x", {}]}),
        ("priority.changed", {"priority": ["Low", "High"]}),
        ("department.changed", {"department": [None, "Billing"], "why": "w"}),
        ("product.changed", {"product": ["", "Server"]}),
        ("tags.changed", {"added": ["a"], "removed": []}),
        ("subject.changed", {"subject": "a", "was_subject": "b"}),
        ("machine.responded", {"message": 1}),
        ("answered.outside", {"message": 1}),
    ]
    bad = [
        ("sla.breached", {}), ("rocket", {}), ("ticket.imported", {}),
        ("customer.responded", {"message": 404, "status": ["open", "open"]}),
        ("status.changed", {"status": ["open"]}), ("status.changed", {"status": ["open", "x"]}),
        ("tags.changed", {"added": "a", "removed": []}), ("ticket.assigned", {"names": [1, 2]}),
        ("priority.changed", "High"),
    ]  # fmt: skip
    lines = [
        EVENT | {"id": n, "event": kind, "data": data, "actor": {"kind": "rocket", "name": 5}}
        for n, (kind, data) in enumerate([*made, *bad])
    ]
    run = import_lines(in_rocket, *PEOPLE, TICKET, ASKED, ANSWERED, NOTE, *lines)
    taken = TicketEvent.objects.exclude(kind="ticket.imported").order_by("pk")
    assert [event.kind for event in taken] == [kind for kind, _ in made]
    assert all(describe_event(event, in_rocket.desk) for event in taken)
    assert sorted({code for _, _, code in list_problems(run)}) == ["bad_event", "unknown_event"]


def test_files_that_lead_elsewhere_differ_or_are_too_large(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_FILE", 100)
    run = import_lines(
        in_rocket, *PEOPLE, TICKET, ASKED,
        FILE | {"id": 1, "path": "../../etc/passwd"}, FILE | {"id": 2, "path": "/etc/passwd"},
        FILE | {"id": 3, "path": "files/big"}, FILE | {"id": 4, "path": "files/a", "sha256": "0"},
        FILE | {"id": 5, "path": None, "size": 10**30}, FILE | {"id": 6, "path": ["files/a"]},
        big=b"x" * 101, a=b"x",
    )  # fmt: skip
    assert [(each, code) for _, each, code in list_problems(run)] == [
        ("1", "file_missing"), ("2", "file_missing"), ("3", "file_too_large"),
        ("4", "file_differs"), ("5", "file_missing"), ("6", "file_missing"),
    ]  # fmt: skip


class AnyFacts(dict[str, str]):
    """Facts with any name."""

    def __missing__(self, name: str) -> str:
        return "a word"


def test_each_problem_has_a_sentence_that_its_facts_fill(in_rocket: Cast) -> None:
    for code in SENTENCES:
        said = describe_problem(ImportProblem(code=code, data=AnyFacts()))
        assert said.endswith((".", "a word")), code
        assert "%(" not in said
