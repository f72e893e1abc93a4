"""Tickets, replies and notes through the API: agents of the desk only; errors name the field."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Contact, PlanProduct, Product
from accounts.tenancy import desk_scope
from sla.models import Clock
from tests.cast import NOON, Cast
from tests.defects.helpers import move, report, tell
from tickets.models import Channel, Message, Note, State, Ticket
from tickets.sentences.remarks import RemarkCode, make_remark
from tickets.services import NewMessage, add_customer_message

URL = "/rocket/api/v1/tickets/"


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in) -> Client:
    return sign_in(in_rocket.analyst.user)


def send(client: Client, url: str, data: Any) -> Any:
    return client.post(url, data, content_type="application/json")


def new_ticket(cast: Cast, **changes: Any) -> dict[str, Any]:
    return {
        "contact": {"email": cast.customer.email},
        "subject": "From a program",
        "text": "Disk full",
        "priority": "High",
    } | changes


def test_an_agent_opens_a_ticket_for_a_customer(in_rocket: Cast, as_analyst: Client) -> None:
    answer = send(as_analyst, URL, new_ticket(in_rocket))
    ticket = Ticket.objects.get()
    assert answer.status_code == 201, answer.json()
    assert answer.json()["reference"] == ticket.reference
    assert answer.json()["response_due_at"]
    assert (ticket.channel, ticket.contact, ticket.account) == (
        Channel.API,
        in_rocket.customer,
        in_rocket.account,
    )
    assert ticket.priority.name == "High"


def test_opening_a_ticket_takes_few_statements(in_rocket: Cast, as_analyst: Client) -> None:
    asked_for = new_ticket(in_rocket)
    del asked_for["priority"]
    for _request in range(2):  # calendar, targets and agents are known from now on
        send(as_analyst, URL, asked_for)
    with CaptureQueriesContext(connection) as asked:
        assert send(as_analyst, URL, asked_for).status_code == 201
    statements = [q["sql"] for q in asked if "SAVEPOINT" not in q["sql"]]
    # Three by the service; also desk, session, user, agent, sender, and the time of the change.
    assert len(statements) == 9, "\n".join(sql[:150] for sql in statements)


def test_a_new_contact_is_matched_by_domain(in_rocket: Cast, as_analyst: Client) -> None:
    send(
        as_analyst, URL, new_ticket(in_rocket, contact={"email": "New@ACME.example", "name": "New"})
    )
    assert Contact.objects.get(email="new@acme.example").account == in_rocket.account


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": ""}, "subject"),
        ({"text": None}, "text"),
        ({"contact": {"email": "nonsense"}}, "contact.email"),
        ({"contact": {}}, "contact.email"),
        ({"contact": "x"}, "contact.non_field_errors"),
        ({"priority": "Urgent"}, "priority"),
        ({"product": "Of the other desk"}, "product"),
        ({"status": "closed"}, "status"),
        ({"account": 1}, "account"),
    ],
)
def test_an_error_names_the_field(
    in_rocket: Cast, matter: Cast, as_analyst: Client, change: dict[str, Any], field: str
) -> None:
    answer = send(as_analyst, URL, new_ticket(in_rocket, **change))
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert [wrong["field"] for wrong in answer.json()["errors"]] == [field]
    assert not Ticket.objects.exists()


def test_a_ticket_names_its_product_and_why_it_is_not_covered(
    in_rocket: Cast, as_analyst: Client
) -> None:
    Product.objects.create(desk=in_rocket.desk, name="Mobile")
    covered = Product.objects.create(desk=in_rocket.desk, name="Server")
    PlanProduct.objects.create(desk=in_rocket.desk, plan=in_rocket.plan, product=covered)
    answer = send(as_analyst, URL, new_ticket(in_rocket, product="Mobile"))
    assert answer.status_code == 201
    assert answer.json()["product"]["name"] == "Mobile"
    assert answer.json()["response_due_at"] is None
    assert answer.json()["not_covered"] == "Standard doesn't cover Mobile; no SLA target."
    plain = send(as_analyst, URL, new_ticket(in_rocket)).json()
    assert (plain["product"], plain["not_covered"]) == (None, "")


def test_broken_json_is_a_problem_response_too(in_rocket: Cast, as_analyst: Client) -> None:
    answer = send(as_analyst, URL, "{broken")
    assert (answer.status_code, answer.json()["status"]) == (400, 400)


def test_reply_and_note(in_rocket: Cast, as_analyst: Client) -> None:
    ticket = in_rocket.open_ticket()
    reply = send(
        as_analyst, f"{URL}{ticket.number}/messages/", {"text": "Try this", "then": "waiting"}
    )
    note = send(as_analyst, f"{URL}{ticket.number}/notes/", {"text": "Between us"})
    assert (reply.status_code, note.status_code) == (201, 201)
    assert Message.objects.latest("pk").agent == in_rocket.analyst
    assert Note.objects.get().body_text == "Between us"
    shown = as_analyst.get(f"{URL}{ticket.number}/").json()
    assert (shown["status"], [m["body_text"] for m in shown["messages"]][-1]) == (
        State.WAITING,
        "Try this",
    )


def test_messages_say_who_wrote_them_from_which_address_and_what_is_odd(
    in_rocket: Cast, as_analyst: Client
) -> None:
    ticket = in_rocket.open_ticket()
    odd = make_remark(RemarkCode.NO_VERDICT, domain="acme.example")
    away = NewMessage(text="I am away.", channel="email", is_automatic=True, remarks=(odd,))
    add_customer_message(ticket_id=ticket.pk, contact=in_rocket.customer, new=away, at=NOON)
    send(as_analyst, f"{URL}{ticket.number}/messages/", {"text": "Try this"})
    messages = as_analyst.get(f"{URL}{ticket.number}/").json()["messages"]
    email = in_rocket.customer.email
    assert [(m["kind"], m["address"]) for m in messages] == [
        ("customer", email),
        ("automatic", email),
        ("agent", ""),
    ]
    assert [len(m["remarks"]) for m in messages] == [0, 1, 0]
    assert "acme.example" in messages[1]["remarks"][0]


def test_a_reply_that_crosses_a_new_message_is_a_conflict(
    in_rocket: Cast, as_analyst: Client
) -> None:
    ticket = in_rocket.open_ticket()
    seen = Message.objects.get().pk
    new = NewMessage(text="Wait, there is more", channel="email")
    add_customer_message(ticket_id=ticket.pk, contact=in_rocket.customer, new=new, at=NOON)
    crossed = {"text": "Old news", "last_seen_message": seen}
    answer = send(as_analyst, f"{URL}{ticket.number}/messages/", crossed)
    assert answer.status_code == 409
    assert (
        answer.json()["detail"]
        == "A new message arrived while you were writing. Read it, then send your reply again."
    )
    assert not Message.objects.filter(body_text="Old news").exists()


@pytest.mark.parametrize("who", ["customer", "manager", "stranger"])
def test_the_api_does_not_exist_for_customers(in_rocket: Cast, sign_in, who: str) -> None:
    ticket = in_rocket.open_ticket()
    client = sign_in(getattr(in_rocket, who).user)
    for path in ["", f"{ticket.number}/"]:
        assert client.get(URL + path).status_code == 404
    assert client.get("/rocket/api/v1/schema/").status_code == 404
    assert send(client, f"{URL}{ticket.number}/notes/", {"text": "x"}).status_code == 404
    assert client.delete(f"{URL}{ticket.number}/").status_code == 404


def test_visitors_are_refused_and_another_desks_agents_find_nothing(
    in_rocket: Cast, matter: Cast, client: Client, sign_in
) -> None:
    ticket = in_rocket.open_ticket()
    for visitor, status in ((client, 401), (sign_in(matter.admin.user), 404)):
        assert visitor.get(f"{URL}{ticket.number}/").status_code == status
        assert send(visitor, URL, new_ticket(in_rocket)).status_code == status
    elsewhere = sign_in(matter.admin.user)
    assert elsewhere.get(f"/matter/api/v1/tickets/{ticket.number}/").status_code == 404
    assert elsewhere.get("/matter/api/v1/tickets/").json()["results"] == []


def test_an_observer_can_only_read(in_rocket: Cast, sign_in) -> None:
    ticket = in_rocket.open_ticket()
    client = sign_in(in_rocket.observer.user)
    assert client.get(f"{URL}{ticket.number}/").status_code == 200
    assert send(client, f"{URL}{ticket.number}/notes/", {"text": "x"}).status_code == 403
    assert send(client, URL, new_ticket(in_rocket)).status_code == 403


def test_a_form_from_another_site_is_refused(in_rocket: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(in_rocket.analyst.user)
    assert send(client, URL, new_ticket(in_rocket)).status_code == 403


def test_the_list_has_cursors_and_takes_as_many_statements_for_any_length(
    in_rocket: Cast, as_analyst: Client
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as statements:
            assert as_analyst.get(URL).status_code == 200
        return len(statements)

    in_rocket.open_ticket()
    count()  # the first one also reads what is cached from then on
    one = count()
    for _ in range(54):
        in_rocket.open_ticket()
    assert count() == one
    first = as_analyst.get(URL).json()
    second = as_analyst.get(first["next"]).json()
    numbers = [t["number"] for page in (first, second) for t in page["results"]]
    assert (len(first["results"]), len(set(numbers))) == (50, 55)


def test_creating_adds_a_bounded_number_of_statements_to_the_services_own(
    in_rocket: Cast, as_analyst: Client
) -> None:
    send(as_analyst, URL, new_ticket(in_rocket))
    with CaptureQueriesContext(connection) as alone:
        in_rocket.open_ticket(at=timezone.now())
    with CaptureQueriesContext(connection) as statements:
        send(as_analyst, URL, new_ticket(in_rocket))
    assert len(statements) - len(alone) <= 8


def test_opening_returns_what_the_list_returns(in_rocket: Cast, as_analyst: Client) -> None:
    opened = send(as_analyst, URL, new_ticket(in_rocket)).json()
    assert opened == as_analyst.get(URL).json()["results"][0]


def test_a_ticket_without_a_target_has_no_due_time(in_rocket: Cast, as_analyst: Client) -> None:
    ticket = in_rocket.open_ticket(contact=in_rocket.stranger)
    Clock.objects.filter(ticket=ticket).delete()
    assert as_analyst.get(URL).json()["results"][0]["response_due_at"] is None
    shown = as_analyst.get(f"{URL}{ticket.number}/").json()
    assert (shown["response_due_at"], shown["account"]) == (None, None)


@pytest.mark.parametrize("text", ["\x00", "\ud800", " "])
def test_text_that_cannot_be_stored_is_refused(
    in_rocket: Cast, as_analyst: Client, text: str
) -> None:
    ticket = in_rocket.open_ticket()
    for what in ("messages", "notes"):
        answer = send(as_analyst, f"{URL}{ticket.number}/{what}/", json.dumps({"text": text}))
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "text")


def test_an_impossible_number_of_a_ticket_does_not_exist(as_analyst: Client) -> None:
    assert as_analyst.get(f"{URL}{10**30}/").status_code == 404


CURSORS = [
    "nonsense", "cD0x", "cD0yMDI2LTEzLTQx",  # p=1, p=2026-13-41
    "p=0001-01-01T00:00:00+14:00", "p=9999-12-31T23:59:59-14:00", "p=2026-01-01T00:00:00",
    "o=99999999999999999999&p=2026-01-01T00:00:00Z", "o=x", "o=-1", "p=", "p=\x00", "p=é",
]  # fmt: skip


@pytest.mark.parametrize("cursor", CURSORS)
def test_an_impossible_cursor_is_a_problem_response(cursor: str, as_analyst: Client) -> None:
    if "=" in cursor:
        cursor = b64encode(cursor.encode()).decode()
    assert_problem(as_analyst.get(URL, {"cursor": cursor}))


def assert_problem(answer: Any) -> None:
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 400
    assert answer.json()["detail"]


def test_a_null_byte_in_a_url_is_a_problem_response(as_analyst: Client) -> None:
    for url in [f"{URL}?cursor=%00", f"{URL}%00/", f"{URL}1%00/messages/"]:
        assert_problem(as_analyst.get(url))


DEEP = 100_000
BODIES = [
    "[" * DEEP, "[" * DEEP + "]" * DEEP, '{"text":' * DEEP + "1" + "}" * DEEP,
    '{"text": "a\\u0000b"}', '{"text": "\\ud800"}', '{"te\\u0000xt": 1}',
    '{"text": ' + "9" * 10_000 + "}", "[]", "1", '"x"', "null", "\x00", "NaN", "{}", "",
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body[:20])
def test_hostile_json_is_a_problem_response(body: str, in_rocket: Cast, as_analyst: Client) -> None:
    ticket = in_rocket.open_ticket()
    for url in (URL, f"{URL}{ticket.number}/messages/", f"{URL}{ticket.number}/notes/"):
        assert_problem(send(as_analyst, url, body))


@pytest.mark.parametrize(
    "value", ["\x00", "\ud800", 10**30, 1e300, -1, {}, [], [[1]], True, None], ids=repr
)
def test_a_hostile_value_names_its_field(value: Any, in_rocket: Cast, as_analyst: Client) -> None:
    for field in ("priority", "subject", "contact"):
        if field == "subject" and isinstance(value, int | float) and value is not True:
            continue  # a number is a subject
        answer = send(as_analyst, URL, json.dumps(new_ticket(in_rocket, **{field: value})))
        assert_problem(answer)
        assert answer.json()["errors"][0]["field"].startswith(field)


@pytest.mark.parametrize("number", [10**18, 10**30, 10**400, -1, 1e308, "x", "\x00"], ids=str)
def test_an_impossible_last_message_names_its_field(
    number: Any, in_rocket: Cast, as_analyst: Client
) -> None:
    ticket = in_rocket.open_ticket()
    body = json.dumps({"text": "Hello", "last_seen_message": number})
    answer = send(as_analyst, f"{URL}{ticket.number}/messages/", body)
    if number == 10**18:  # newer than every message
        assert answer.status_code == 201
    else:
        assert_problem(answer)
        assert answer.json()["errors"][0]["field"] == "last_seen_message"


def test_the_api_does_not_exist_without_a_desk(rocket: Cast, matter: Cast, sign_in) -> None:
    assert sign_in(rocket.analyst.user).get("/api/v1/tickets/").status_code == 404


def test_the_schema_lists_the_operations(as_analyst: Client) -> None:
    schema = as_analyst.get("/rocket/api/v1/schema/?format=json").content.decode()
    for operation in ["list_tickets", "open_ticket", "show_ticket", "reply", "add_note"]:
        assert operation in schema


def test_the_wall_holds_below_the_api(in_rocket: Cast, matter: Cast, as_analyst: Client) -> None:
    with desk_scope(matter.desk):
        matter.open_ticket(subject="Theirs")
    assert "Theirs" not in as_analyst.get(URL).content.decode()


def test_the_desks_own_mailbox_cannot_be_the_customer(in_rocket: Cast, as_analyst: Client) -> None:
    answer = send(
        as_analyst, URL, new_ticket(in_rocket, contact={"email": in_rocket.mailbox.address})
    )
    assert answer.status_code == 400
    assert [wrong["field"] for wrong in answer.json()["errors"]] == ["contact.email"]
    assert not Ticket.objects.exists()


def test_a_ticket_says_where_the_fix_of_its_defect_stands(
    in_rocket: Cast, as_analyst: Client
) -> None:
    ticket = in_rocket.open_ticket()
    shown = as_analyst.get(f"{URL}{ticket.number}/").json()
    assert (shown["fix"], shown["updates"]) == ("", [])
    defect = report(in_rocket, ticket, title="Hush", planned_version="9.2")
    move(in_rocket, defect, "planned")
    tell(in_rocket)
    shown = as_analyst.get(f"{URL}{ticket.number}/").json()
    assert shown["fix"] == "Fix planned for 9.2."
    [update] = shown["updates"]
    assert update["stage"] == "planned"
    assert "Planned version: 9.2" in update["text"]
