"""Import of tickets: with their own times, silently, found by their old numbers (M38)."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core import mail

from accounts.models import Account, Agent, Contact, Desk
from accounts.tenancy import desk_scope
from sla.models import Clock
from tests.cast import NOON, Cast
from tests.exchange.helpers import import_lines, list_problems, write_lines
from tickets.exchange.running import run_imports
from tickets.exchange.runs import create_run, start_run
from tickets.models import (
    Attachment,
    EventDelivery,
    ImportState,
    Message,
    Note,
    Notification,
    QueueRow,
    State,
    Ticket,
    TicketEvent,
    TicketLink,
    TicketTag,
)
from tickets.search.find import search_tickets
from tickets.services import reply
from tickets.timeline import describe_event

OLD = "2024-03-01T09:00:00Z"
PEOPLE: list[dict[str, Any]] = [
    {"kind": "account", "id": 7, "name": "Acme Import", "domains": ["acme-import.example"]},
    {"kind": "contact", "id": 31, "name": "Jane Doe", "email": "Jane@acme-import.example",
     "account": 7},
    {"kind": "agent", "id": 5, "name": "Ana Former", "email": "ana@former.example"},
]  # fmt: skip
TICKET = {
    "kind": "ticket", "id": 9001, "number": "ZD-4711", "subject": "Printer on fire",
    "state": "solved", "channel": "web form", "contact": 31, "assignee": 5, "tags": ["Printers"],
    "created_at": OLD, "updated_at": "2024-03-05T09:00:00Z",
    "closed_at": "2024-03-02T10:00:00+01:00",
}  # fmt: skip
ASKED = {"kind": "message", "id": 1, "ticket": 9001, "contact": 31, "text": "It burns",
         "created_at": OLD}  # fmt: skip
ANSWERED = {
    "kind": "message", "id": 2, "ticket": 9001, "agent": 5, "created_at": "2024-03-01T10:00:00Z",
    "html": "<p>Use <b>water</b></p><script>alert(1)</script><img src=x onerror=alert(1)>",
}  # fmt: skip
NOTE = {"kind": "note", "id": 3, "ticket": 9001, "agent": 5, "text": "Again!", "created_at": OLD}
FILE = {"kind": "attachment", "id": 4, "ticket": 9001, "message": 1, "name": "../a.txt",
        "path": "files/a.txt", "content_type": "text/plain"}  # fmt: skip
EVENT = {
    "kind": "event", "id": 6, "ticket": 9001, "event": "agent.replied", "at": OLD,
    "actor": {"kind": "agent", "id": 5, "name": "Ana Former"},
    "data": {"message": 2, "status": ["open", "waiting"], "is_first": True},
}  # fmt: skip


def test_an_address_is_one_person_however_it_is_written(in_rocket: Cast) -> None:
    address = "Jane@acme-import.example"
    ways = (address, address.lower(), address.upper())
    tickets = [TICKET | {"id": number, "contact": way} for number, way in enumerate(ways, start=1)]
    import_lines(in_rocket, PEOPLE[0], PEOPLE[1] | {"id": address}, PEOPLE[2], *tickets)
    contacts = Ticket.objects.order_by("pk").values_list("contact__email", flat=True)
    assert list(contacts) == [address.lower()] * 3


def test_a_ticket_comes_with_all_of_its_history(in_rocket: Cast) -> None:
    run = import_lines(
        in_rocket, EVENT, FILE, NOTE, ANSWERED, ASKED, TICKET, *PEOPLE, **{"a.txt": b"smoke"}
    )
    assert list_problems(run) == []
    ticket = Ticket.objects.get()
    jane = Contact.objects.get(email="jane@acme-import.example")
    assert (ticket.contact, ticket.account) == (jane, Account.objects.get(name="Acme Import"))
    assert (ticket.status, ticket.close_reason, ticket.channel) == ("closed", "solved", "web")
    assert ticket.closed_at == datetime(2024, 3, 2, 9, tzinfo=UTC)
    assert ticket.created_at == datetime(2024, 3, 1, 9, tzinfo=UTC)
    assert ticket.first_responded_at == datetime(2024, 3, 1, 10, tzinfo=UTC)
    former = Agent.objects.get(name="Ana Former")
    assert (former.is_active, former.user.is_active, ticket.assignee) == (False, False, former)
    assert former.user.email.endswith("@imported.invalid")
    asked, answered = Message.objects.order_by("created_at")
    assert (asked.contact, asked.body_text, answered.agent) == (jane, "It burns", former)
    assert answered.body_html == "<p>Use <b>water</b></p>"
    assert answered.body_text == "Use water"
    assert Note.objects.get().agent == former
    file = Attachment.objects.get()
    assert (file.name, file.size, file.file.read()) == ("a.txt", 5, b"smoke")
    assert TicketTag.objects.get().tag.name == "Printers"
    events = list(TicketEvent.objects.order_by("pk"))
    assert [event.kind for event in events] == ["agent.replied", "ticket.imported"]
    assert (events[0].actor_id, events[0].data["message"]) == (former.pk, answered.pk)
    assert describe_event(events[1], in_rocket.desk) == (
        "Admin imported the ticket from old, where it was number ZD-4711."
    )


def test_it_is_silent_and_in_lists_and_search(in_rocket: Cast) -> None:
    opened = TICKET | {"state": "new", "closed_at": None}
    import_lines(in_rocket, opened, ASKED, NOTE, *PEOPLE)
    assert not EventDelivery.objects.exists()
    assert not Notification.objects.exists()
    assert not Clock.objects.exists()
    assert mail.outbox == []
    ticket = Ticket.objects.get()
    assert ticket.unanswered_since == ticket.created_at
    assert QueueRow.objects.get().is_open
    for words in ("burns", "again", "printer", "zd-4711", "#ZD-4711", "jane@acme-import.example"):
        assert search_tickets(desk=in_rocket.desk, words=words) == [ticket.pk], words
    assert search_tickets(desk=in_rocket.desk, words="zd-4712") == []


def test_open_tickets_get_clocks_from_the_import_on_if_chosen(in_rocket: Cast) -> None:
    people = [PEOPLE[1] | {"email": in_rocket.customer.email, "account": None}]
    mine = TICKET | {"closed_at": None, "tags": []}
    import_lines(
        in_rocket,
        mine | {"state": "new"},
        mine | {"id": 9002, "state": "solved"},
        ASKED,
        *people,
        mapping={"start_clocks": True},
    )
    clock = Clock.objects.get()
    assert (clock.ticket.status, clock.started_at) == (State.OPEN, NOON)
    assert clock.ticket.due_at == clock.due_at > NOON


def test_states_priorities_departments_agents_and_fields_are_mapped(in_rocket: Cast) -> None:
    high = in_rocket.priorities["High"]
    department = next(iter(in_rocket.departments.values()))
    run = import_lines(
        in_rocket,
        {"kind": "field", "id": "f", "key": "Serial No.", "type": "text"},
        TICKET | {"state": "Wartet ", "priority": "URGENT", "department": "77", "assignee": "5",
                  "fields": {"serial no.": "X1", "secret": "y", "gone": "z"}},
        *PEOPLE[:2],
        mapping={
            "states": {"wartet": "waiting"}, "priorities": {"urgent": high.pk},
            "departments": {"77": department.pk}, "agents": {"5": in_rocket.analyst.pk},
            "fields": {"secret": ""},
        },
    )  # fmt: skip
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.priority, ticket.department) == ("waiting", high, department)
    assert ticket.close_at is not None
    assert ticket.close_at > NOON
    assert (ticket.assignee, ticket.fields) == (in_rocket.analyst, {"serial_no": "X1"})
    assert list_problems(run) == [("ticket", "9001", "unknown_field")]


def test_known_people_are_matched_and_stay_as_they_are(in_rocket: Cast) -> None:
    customer, count = in_rocket.customer, Contact.objects.count()
    run = import_lines(
        in_rocket,
        PEOPLE[0] | {"domains": ["gmail.com", "acme.example", "new-acme.example"]},
        PEOPLE[1] | {"email": customer.email.upper(), "name": "Somebody Else", "id": 32},
        {"kind": "agent", "id": 8, "name": "X", "email": in_rocket.analyst.user.email},
        TICKET | {"contact": 32, "assignee": 8},
    )
    assert Contact.objects.count() == count
    known = Contact.objects.get(pk=customer.pk)
    assert (known.name, known.account) == (customer.name, customer.account)
    ticket = Ticket.objects.get()
    assert (ticket.contact, ticket.assignee) == (customer, in_rocket.analyst)
    assert sorted(code for _, _, code in list_problems(run)) == ["bad_domain", "taken_domain"]


def test_links_merges_and_follow_ups_join_their_tickets(in_rocket: Cast) -> None:
    import_lines(
        in_rocket,
        TICKET | {"id": 1, "merged_into": 3, "state": "open", "number": "1"},
        TICKET | {"id": 2, "follow_up_of": 1, "links": [{"kind": "parent", "to": 3}]},
        TICKET | {"id": 3},
        *PEOPLE,
    )
    first, second, third = Ticket.objects.order_by("number")
    assert (first.merged_into, first.status, first.close_reason) == (third, "closed", "merged")
    assert second.follow_up_of == first
    link = TicketLink.objects.get()
    assert (link.kind, link.source, link.target) == ("parent", second, third)


def test_numbers_follow_those_of_the_desk_and_new_tickets_go_on(in_rocket: Cast) -> None:
    before = in_rocket.open_ticket()
    import_lines(in_rocket, *(TICKET | {"id": n} for n in (10, 9, 100)), *PEOPLE)
    numbers = list(Ticket.objects.order_by("number").values_list("number", flat=True))
    assert numbers == [before.number + n for n in range(4)]
    assert in_rocket.open_ticket().number == before.number + 4


def test_a_reply_to_an_imported_ticket_works_as_on_any(in_rocket: Cast) -> None:
    opened = TICKET | {"state": "open", "closed_at": None, "assignee": None}
    import_lines(in_rocket, opened, ASKED, *PEOPLE)
    ticket = Ticket.objects.get()
    reply(
        ticket_id=ticket.pk, agent=in_rocket.analyst, text="Better?", at=NOON + timedelta(hours=1)
    )
    ticket.refresh_from_db()
    assert ticket.first_responded_at == NOON + timedelta(hours=1)
    assert ticket.status == State.WAITING


def test_another_desk_has_none_of_it(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        import_lines(rocket, TICKET, ASKED, *PEOPLE)
    with desk_scope(matter.desk):
        assert not Ticket.objects.exists()
        assert search_tickets(desk=matter.desk, words="zd-4711") == []
        import_lines(matter, TICKET, ASKED, *PEOPLE)
        assert Ticket.objects.count() == Message.objects.count() == 1


def test_an_empty_desk_gets_a_priority_and_notes_need_someone(db: None) -> None:
    desk = Desk.objects.create(slug="empty", name="Empty", ticket_prefix="E")
    with desk_scope(desk):
        content = io.BytesIO(write_lines(TICKET, NOTE | {"agent": None}, *PEOPLE))
        run = create_run(desk=desk, file=content, file_name="x", reader="neutral", at=NOON)
        while run_imports(desk_id=desk.pk, at=NOON):
            run.refresh_from_db()
            if run.state == ImportState.PREVIEWED:
                start_run(run, {}, by=None, at=NOON)
        assert Ticket.objects.get().priority.name == "Normal"
        assert not Note.objects.exists()
        assert list_problems(run) == [("note", "3", "no_author")]


def test_zero_is_an_id_like_any_other(in_rocket: Cast) -> None:
    run = import_lines(
        in_rocket,
        {"kind": "account", "id": 0, "name": "Nought"},
        {"kind": "contact", "id": 0, "email": "zero@nought.example", "account": 0},
        TICKET | {"id": 0, "contact": 0, "assignee": None},
        {"kind": "message", "id": 0, "ticket": 0, "contact": 0, "text": "", "created_at": OLD},
        {"kind": "attachment", "id": 0, "ticket": 0, "message": 0, "name": "a.txt",
         "path": "files/a.txt"},
        **{"a.txt": b"Hello"},
    )  # fmt: skip
    assert list_problems(run) == []
    ticket = Ticket.objects.get()
    assert (ticket.contact.email, str(ticket.account)) == ("zero@nought.example", "Nought")
    assert Attachment.objects.get(message__ticket=ticket).name == "a.txt"
