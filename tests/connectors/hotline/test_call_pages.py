"""The agents' pages of calls: who called, which ticket it is about, and the note."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from accounts.customers.refusals import describe_refusal
from accounts.models import ContactHandle, Department, DepartmentKind, Level
from accounts.tenancy import desk_scope
from channels_intake.calls.sending import send_due_calls
from channels_intake.models import Connection, MailKind, OutgoingEmail
from channels_intake.telephone.notes import Outcome
from sla.models import Clock, ClockKind
from tests.agent.conftest import SignIn
from tests.cast import Cast
from tests.connectors.hotline.calls import NUMBER, Vendor, get_call, process
from tests.team_chat.conftest import add_rule
from tests.team_chat.conftest import connect as connect_chat
from tests.team_chat.fakes import serve_chat
from tickets.actors import Actor
from tickets.deliveries import deliver, deliver_due
from tickets.events import EventKind
from tickets.models import CloseReason, EventDelivery, Message, Note, State, Ticket, TicketEvent
from tickets.services import change_priority

CALLS = "/rocket/agent/calls/"


@pytest.fixture
def call(rocket: Cast, vendor: Vendor, hotline: Connection) -> int:
    """A call that the analyst has taken."""
    with desk_scope(rocket.desk):
        address = rocket.analyst.user.email
    vendor.play("call", {"number": NUMBER, "name": "Ines Duarte"})
    vendor.pass_minutes(1)
    vendor.play("take", {"agent": address})
    process(rocket, hotline)
    with desk_scope(rocket.desk):
        found = get_call(rocket)
        assert found.ticket is not None
        Ticket.objects.filter(pk=found.ticket.pk).update(assignee=rocket.analyst)
        return found.pk


@pytest.fixture
def client(rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(rocket.analyst.user)


def deliver_all(cast: Cast) -> None:
    """Run the LATER followers of all events."""
    with desk_scope(cast.desk):
        due = set(EventDelivery.objects.values_list("event_id", flat=True))
        deliver(event_ids=sorted(due), at=timezone.now() + timedelta(hours=1))


def confirm(client: Client, call: int, email: str) -> None:
    answer = client.post(f"{CALLS}{call}/caller/", {"email": email, "name": ""})
    assert answer.status_code == 303


def note(client: Client, call: int, outcome: Outcome, **more: object) -> int:
    form = client.get(f"{CALLS}{call}/").context["form"]
    given = {"outcome": outcome.value, "text": "Restarted the server.", **more}
    token = form["form_token"].value()
    for _twice in range(2):
        status = client.post(f"{CALLS}{call}/", given | {"form_token": token}).status_code
    return status


def test_the_list_and_the_page_name_the_caller(client: Client, call: int) -> None:
    text = client.get(CALLS).content.decode()
    assert f"Ines Duarte, {NUMBER}" in text
    assert "In progress" in text
    page = client.get(f"{CALLS}{call}/").content.decode()
    assert "Caller ID can be forged" in page
    assert "Hotline:" not in page  # nothing is said of a plan before the caller is confirmed


def test_a_confirmed_caller_brings_account_plan_and_entitlement(
    rocket: Cast, client: Client, call: int
) -> None:
    with desk_scope(rocket.desk):
        rocket.plan.allows_hotline = True
        rocket.plan.save()
        email = rocket.customer.email
    confirm(client, call, email)
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert (ticket.contact, ticket.account) == (rocket.customer, rocket.account)
        assert not ticket.is_unverified
        assert ticket.match_reasons[0]["code"] == "caller_confirmed"
        assert ContactHandle.objects.get().contact != rocket.customer
    page = client.get(f"{CALLS}{call}/").content.decode()
    assert "only, " in page  # "Hotline: High only, 24x7."
    assert "Hotline:" in page


def test_a_plan_without_the_hotline_says_so(rocket: Cast, client: Client, call: int) -> None:
    with desk_scope(rocket.desk):
        rocket.plan.allows_hotline = False
        rocket.plan.save()
        email = rocket.customer.email
    confirm(client, call, email)
    page = client.get(f"{CALLS}{call}/").content.decode()
    assert "Hotline: not included in the Standard plan." in page


def test_a_number_is_a_suggestion_the_next_time_and_never_proof(
    rocket: Cast, client: Client, vendor: Vendor, hotline: Connection, call: int
) -> None:
    with desk_scope(rocket.desk):
        email, contact_id = rocket.customer.email, rocket.customer.pk
    confirm(client, call, email)
    vendor.play("call", {"number": NUMBER, "name": "Ines Duarte"})
    process(rocket, hotline)
    with desk_scope(rocket.desk):
        second = Ticket.objects.latest("pk")
        assert second.account is None
        later = second.conversations.get().pk
        Ticket.objects.filter(pk=second.pk).update(assignee=rocket.analyst)
    page = client.get(f"{CALLS}{later}/").content.decode()
    assert "Confirm Customer" in page or f"Confirm {email}" in page
    pop = client.get(f"{CALLS}{later}/pop/").content.decode()
    assert "Ask who is calling." in pop
    assert client.post(f"{CALLS}{later}/caller/", {"contact": contact_id}).status_code == 303
    with desk_scope(rocket.desk):
        second.refresh_from_db()
        assert second.contact_id == contact_id


def test_a_contact_who_never_called_cannot_be_chosen_by_its_id(
    rocket: Cast, client: Client, call: int
) -> None:
    with desk_scope(rocket.desk):
        stranger = rocket.elsewhere.pk
    client.post(f"{CALLS}{call}/caller/", {"contact": stranger})
    with desk_scope(rocket.desk):
        assert Ticket.objects.get().contact_id != stranger


def test_a_solved_call_is_a_message_and_a_short_email(
    rocket: Cast, client: Client, call: int
) -> None:
    with desk_scope(rocket.desk):
        email = rocket.customer.email
    confirm(client, call, email)
    assert note(client, call, Outcome.SOLVED) == 303
    deliver_all(rocket)
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert (ticket.status, ticket.close_reason) == (State.CLOSED, CloseReason.SOLVED)
        message = Message.objects.get(agent=rocket.analyst)
        assert (message.channel, message.body_text) == ("phone", "Restarted the server.")
        mail = OutgoingEmail.objects.get(kind=MailKind.PHONE)
        assert (mail.to_address, mail.message) == (email, message)
        assert "Restarted the server." in mail.body_text
        assert "get back to you" not in mail.body_text + mail.body_html
        assert get_call(rocket).data["outcome"] == "solved"


def test_a_caller_without_an_address_gets_no_email(rocket: Cast, client: Client, call: int) -> None:
    assert note(client, call, Outcome.SOLVED) == 303
    deliver_all(rocket)
    with desk_scope(rocket.desk):
        assert not OutgoingEmail.objects.exists()


def test_a_callback_owes_an_update(rocket: Cast, client: Client, call: int) -> None:
    assert note(client, call, Outcome.CALLBACK) == 422
    later = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert note(client, call, Outcome.CALLBACK, callback_at=later) == 303
    with desk_scope(rocket.desk):
        assert TicketEvent.objects.filter(kind=EventKind.UPDATE_PROMISED).count() == 1
        assert Ticket.objects.get().status == State.INVESTIGATING


def test_developers_get_the_ticket_by_name(rocket: Cast, client: Client, call: int) -> None:
    with desk_scope(rocket.desk):
        rocket.level_two.level = Level.RND
        rocket.level_two.save()
        chosen = rocket.level_two.pk
    assert note(client, call, Outcome.DEVELOPERS, assignee=chosen) == 303
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert (ticket.level, ticket.assignee_id) == (Level.RND, chosen)
        assert TicketEvent.objects.filter(kind=EventKind.ESCALATED).count() == 2


def test_team_chat_names_who_goes_on_with_a_call(rocket: Cast, client: Client, call: int) -> None:
    with serve_chat() as chat:
        with desk_scope(rocket.desk):
            deliver_all(rocket)
            add_rule(connect_chat(rocket, chat), "hotline")
            chosen = rocket.level_two.pk
        assert note(client, call, Outcome.DEVELOPERS, assignee=chosen) == 303
        later = timezone.now() + timedelta(hours=1)
        with desk_scope(rocket.desk):
            deliver_due(desk_id=rocket.desk.pk, at=later)
            send_due_calls(desk_id=rocket.desk.pk, at=later, is_urgent=True)
        assert any("Level Two, a call was handed over to you" in text for text in chat.texts())


def test_only_an_emergency_is_covered_and_has_a_target(
    rocket: Cast, client: Client, call: int
) -> None:
    with desk_scope(rocket.desk):
        rocket.plan.allows_hotline = True
        rocket.plan.save()
        email = rocket.customer.email
        highest = min(rocket.priorities.values(), key=lambda one: one.rank)
        lowest = max(rocket.priorities.values(), key=lambda one: one.rank)
        by, opened = Actor.of(rocket.analyst), Ticket.objects.get()
        change_priority(ticket_id=opened.pk, priority=lowest, by=by, at=timezone.now())
    confirm(client, call, email)
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert ticket.uncovered["code"] == "not_an_emergency"
        assert not Clock.objects.filter(ticket=ticket, due_at__isnull=False).exists()
    page = unescape(client.get(f"{CALLS}{call}/").content.decode())
    assert describe_refusal(ticket.uncovered) in page
    with desk_scope(rocket.desk):
        change_priority(ticket_id=ticket.pk, priority=highest, by=by, at=timezone.now())
        ticket.refresh_from_db()
        assert ticket.uncovered == {}
        assert Clock.objects.filter(ticket=ticket, kind=ClockKind.FIRST_RESPONSE).exists()


def test_sales_gets_the_ticket_by_department(rocket: Cast, client: Client, call: int) -> None:
    with desk_scope(rocket.desk):
        sales = Department.objects.create(
            desk=rocket.desk, name="Sales", position=9, kind=DepartmentKind.OTHER
        )
    assert note(client, call, Outcome.SALES) == 422
    assert note(client, call, Outcome.SALES, department=sales.pk) == 303
    with desk_scope(rocket.desk):
        assert Ticket.objects.get().department == sales


@pytest.mark.parametrize("outcome", [Outcome.NO_ANSWER, Outcome.WRONG_NUMBER])
def test_a_call_with_nobody_is_noted_for_agents_only(
    rocket: Cast, client: Client, call: int, outcome: Outcome
) -> None:
    assert note(client, call, outcome) == 303
    deliver_all(rocket)
    with desk_scope(rocket.desk):
        assert Note.objects.get().body_text == "Restarted the server."
        is_closed = Ticket.objects.get().status == State.CLOSED
        assert is_closed == (outcome == Outcome.WRONG_NUMBER)
        assert not Message.objects.filter(agent__isnull=False).exists()
        assert not OutgoingEmail.objects.exists()


def test_a_call_joins_an_open_ticket_of_its_caller(rocket: Cast, client: Client, call: int) -> None:
    with desk_scope(rocket.desk):
        earlier = rocket.open_ticket(subject="The server is down")
        Ticket.objects.filter(pk=earlier.pk).update(assignee=rocket.analyst)
        opened = get_call(rocket).ticket
        assert opened is not None
        email = rocket.customer.email
    confirm(client, call, email)
    page = client.get(f"{CALLS}{call}/").content.decode()
    assert f"Add the call to {earlier.reference}" in " ".join(page.split())
    answer = client.post(f"{CALLS}{call}/ticket/", {"ticket": earlier.number})
    assert answer.status_code == 303
    with desk_scope(rocket.desk):
        assert get_call(rocket).ticket == earlier
        opened.refresh_from_db()
        assert (opened.status, opened.close_reason) == (State.CLOSED, CloseReason.DUPLICATE)
        text = f"A call was added to this ticket. It had opened {opened.reference}."
        assert Note.objects.get(ticket=earlier).body_text == text
    assert note(client, call, Outcome.NO_ANSWER) == 303
    with desk_scope(rocket.desk):
        assert Note.objects.filter(ticket=earlier).count() == 2


def test_an_observer_reads_and_changes_nothing(rocket: Cast, sign_in: SignIn, call: int) -> None:
    observer = sign_in(rocket.observer.user)
    page = observer.get(f"{CALLS}{call}/")
    assert page.status_code == 200
    assert page.context["form"] is None
    for path in ("", "caller/", "ticket/"):
        assert observer.post(f"{CALLS}{call}/{path}", {}).status_code == 403


def test_another_desk_and_customers_find_nothing(
    rocket: Cast, matter: Cast, sign_in: SignIn, call: int
) -> None:
    foreign = sign_in(matter.admin.user)
    for path in (f"/rocket/agent/calls/{call}/", f"/matter/agent/calls/{call}/"):
        assert foreign.get(path).status_code == 404
        assert foreign.post(path, {}).status_code == 404
    customer = sign_in(rocket.customer.user)
    assert customer.get(f"{CALLS}{call}/").status_code == 404


def test_the_sidebar_has_calls_only_with_a_phone_system(
    rocket: Cast, matter: Cast, sign_in: SignIn, client: Client, call: int
) -> None:
    assert CALLS in client.get("/rocket/agent/").content.decode()
    other = sign_in(matter.analyst.user)
    assert "/agent/calls/" not in other.get("/matter/agent/").content.decode()
