"""A members-only department: to an analyst who isn't a member, its tickets don't exist."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import Agent, Department
from tests.agent.conftest import SignIn, count_statements, inside
from tests.agent.test_queue import QUEUE, numbers
from tests.cast import NOON, Cast
from tests.departments import close_department
from tickets.actors import SYSTEM, Actor
from tickets.models import Notification, Ticket, TicketEvent
from tickets.search.find import search_for_agent
from tickets.services import NewMessage, NewTicket, Origin, add_note, assign, open_ticket

TICKETS = "/rocket/agent/tickets"


@pytest.fixture
def paid(rocket: Cast) -> Department:
    """A members-only department: the analyst is a member, the colleague is not."""
    return close_department(rocket, "paid", members=(rocket.analyst, rocket.level_two))


@pytest.fixture
def hidden(rocket: Cast, paid: Department) -> Ticket:
    """A ticket there, of a customer who has another one in an open department."""
    with inside(rocket):
        return rocket.open_ticket(subject="Zaunkoenig hidden")


@pytest.fixture
def shown(rocket: Cast, hidden: Ticket) -> Ticket:
    with inside(rocket):
        return rocket.open_ticket(
            subject="Zaunkoenig shown", is_unverified=True
        )  # of the open community


@pytest.fixture
def outsider(rocket: Cast, paid: Department, sign_in: SignIn) -> Client:
    return sign_in(rocket.colleague.user)


def read_counts(client: Client) -> dict[str, str]:
    """The sidebar's items with their figures."""
    nav = client.get(QUEUE).content.decode().partition("</nav>")[0]
    items = re.findall(
        r'<span class="truncate" dir="auto">([^<]+)</span>\s*'
        r'(?:<span class="nav-count">([^<]+)</span>)?',
        nav,
    )
    return {label.strip(): amount for label, amount in items}


@pytest.mark.parametrize("view", ["", "all", "open", "unassigned"])
def test_no_view_lists_it(
    hidden: Ticket, shown: Ticket, outsider: Client, client: Client, view: str
) -> None:
    seen = numbers(outsider, f"{QUEUE}?view={view}")
    assert hidden.number not in seen
    if view != "unassigned":
        assert shown.number in seen
        assert {hidden.number, shown.number} <= set(numbers(client, f"{QUEUE}?view={view}"))


def test_its_queue_is_neither_named_nor_there(
    paid: Department, hidden: Ticket, outsider: Client, client: Client
) -> None:
    assert outsider.get(f"{QUEUE}?view={paid.pk}").status_code == 404
    assert client.get(f"{QUEUE}?view={paid.pk}").status_code == 200
    assert "Paid Support" in read_counts(client)
    assert "Paid Support" not in read_counts(outsider)


def test_no_figure_counts_it(
    hidden: Ticket, shown: Ticket, outsider: Client, client: Client
) -> None:
    assert read_counts(outsider)["Open tickets"] == "1"
    assert read_counts(client)["Open tickets"] == "2"
    assert read_counts(client)["Paid Support"] == "1"


@pytest.mark.parametrize("words", ["zaunkoenig", "{customer}", "{number}", "RC-{number}"])
def test_no_search_finds_it(
    rocket: Cast, hidden: Ticket, shown: Ticket, outsider: Client, client: Client, words: str
) -> None:
    asked = f"{QUEUE}?q={words.format(customer=rocket.customer.email, number=hidden.number)}"
    assert hidden.number in numbers(client, asked)
    assert hidden.number not in numbers(outsider, asked)
    found = [len(numbers(person, asked)) for person in (client, outsider)]
    for person, amount in zip((client, outsider), found, strict=True):
        assert amount == 0 or f"{amount} ticket" in person.get(asked).content.decode()


def test_hits_that_are_hidden_crowd_out_none_that_are_seen(rocket: Cast, shown: Ticket) -> None:
    with inside(rocket):
        for _ in range(4):
            hidden = rocket.open_ticket(subject="Quiet", text="Zaunkoenig")
            add_note(ticket_id=hidden.pk, agent=rocket.analyst, text="Zaunkoenig", at=NOON)
        agent = Agent.objects.get(pk=rocket.colleague.pk)
        assert search_for_agent(agent, "zaunkoenig", limit=3).ids == [shown.pk]
        member = Agent.objects.get(pk=rocket.analyst.pk)
        assert shown.pk not in search_for_agent(member, "zaunkoenig", limit=3).ids


def test_the_other_tickets_of_the_requester_leave_it_out(
    hidden: Ticket, shown: Ticket, outsider: Client, client: Client
) -> None:
    page = f"{TICKETS}/{shown.number}/panel/"
    assert f"RC-{hidden.number}" in client.get(page).content.decode()
    assert f"RC-{hidden.number}" not in outsider.get(page).content.decode()


def test_a_ticket_that_follows_it_does_not_tell_its_number(
    rocket: Cast, hidden: Ticket, outsider: Client, client: Client
) -> None:
    new = NewTicket(
        subject="Again",
        message=NewMessage(text="Once more", channel="email"),
        origin=Origin(rocket.customer, account_id=rocket.account.pk, is_unverified=True),
        priority=rocket.default_priority,
        follow_up_of=hidden,
    )
    with inside(rocket):
        after = open_ticket(desk=rocket.desk, new=new, by=Actor.of(rocket.customer), at=NOON)
    for page in (
        f"{TICKETS}/{after.number}/history/",
        f"/rocket/agent/accounts/{rocket.account.pk}/",
    ):
        assert f"following up on RC-{hidden.number}" in client.get(page).content.decode()
        answer = outsider.get(page)
        assert answer.status_code == 200
        assert f"RC-{after.number}" in answer.content.decode()
        # Not the digits alone: the key of some row may have the same.
        told = rf"(RC-|/tickets/){hidden.number}\b"
        assert re.search(told, answer.content.decode()) is None


def test_lines_about_it_leave_the_inbox(
    rocket: Cast, hidden: Ticket, shown: Ticket, outsider: Client
) -> None:
    with inside(rocket):
        Notification.objects.all().delete()
        lines = [
            Notification.objects.create(
                desk=rocket.desk,
                agent=rocket.colleague,
                ticket=ticket,
                event=TicketEvent.objects.filter(ticket=ticket).first(),
                created_at=NOON,
            )
            for ticket in (hidden, shown)
        ]
    page = outsider.get("/rocket/agent/notifications/").content.decode()
    assert "opened the ticket" in page
    assert f"/notifications/{lines[1].pk}/" in page
    assert f"/notifications/{lines[0].pk}/" not in page
    assert "Zaunkoenig hidden" not in page
    assert read_counts(outsider)["Notifications"] == "1"
    assert outsider.post(f"/rocket/agent/notifications/{lines[0].pk}/").status_code == 404
    assert outsider.post(f"/rocket/agent/notifications/{lines[1].pk}/").status_code == 303


def test_whoever_has_it_sees_it_all_the_same(rocket: Cast, sign_in: SignIn) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket()
        assign(ticket_id=ticket.pk, agent=rocket.colleague, by=SYSTEM, at=NOON)
    close_department(rocket, "paid", members=(rocket.analyst,))
    outsider = sign_in(rocket.colleague.user)
    assert outsider.get(f"{TICKETS}/{ticket.number}/").status_code == 200
    assert numbers(outsider, f"{QUEUE}?view=mine") == [ticket.number]
    assert read_counts(outsider)["Mine"] == "1"


@pytest.mark.parametrize(("who", "status"), [("lead", 200), ("admin", 200), ("observer", 404)])
def test_leads_and_admins_see_all_and_an_observer_as_an_analyst(
    rocket: Cast, hidden: Ticket, sign_in: SignIn, who: str, status: int
) -> None:
    person = sign_in(getattr(rocket, who).user)
    assert person.get(f"{TICKETS}/{hidden.number}/").status_code == status
    assert (hidden.number in numbers(person, f"{QUEUE}?view=all")) == (status == 200)


def test_it_is_offered_and_given_to_nobody_who_may_not_see_it(
    rocket: Cast, hidden: Ticket, client: Client
) -> None:
    page = client.get(f"{TICKETS}/{hidden.number}/").content.decode()
    menu = page.partition('data-property="assignee"')[2].partition("</form>")[0]
    offered = [label.strip() for label in re.findall(r"<button[^>]*>([^<]+)</button>", menu)]
    assert offered == ["Unassigned", "Admin", "Analyst", "Lead", "Level Two"]
    answer = client.post(
        f"{TICKETS}/{hidden.number}/assignee/", {"assignee": rocket.colleague.pk}, follow=True
    )
    assert "Colleague isn&#x27;t a member of Paid Support" in answer.content.decode()
    with inside(rocket):
        assert Ticket.objects.get(pk=hidden.pk).assignee == rocket.analyst


def test_after_moving_a_ticket_out_of_sight_one_is_at_the_queue(
    rocket: Cast, paid: Department, shown: Ticket, outsider: Client
) -> None:
    with inside(rocket):
        assign(ticket_id=shown.pk, agent=rocket.analyst, by=SYSTEM, at=NOON)
    answer = outsider.post(
        f"{TICKETS}/{shown.number}/department/", {"department": paid.pk}, follow=True
    )
    assert answer.redirect_chain == [("/rocket/agent/", 303)]
    assert "Moved to Paid Support." in answer.content.decode()
    assert outsider.get(f"{TICKETS}/{shown.number}/").status_code == 404


def test_the_switch_costs_the_queue_no_statement(
    rocket: Cast, client: Client, sign_in: SignIn
) -> None:
    before = count_statements(client, QUEUE)
    close_department(rocket, "paid", members=(rocket.colleague,))
    assert count_statements(client, QUEUE) == before


def test_a_place_taken_away_counts_from_the_next_page(
    rocket: Cast, paid: Department, hidden: Ticket, sign_in: SignIn
) -> None:
    person = sign_in(rocket.level_two.user)
    assert person.get(f"{TICKETS}/{hidden.number}/").status_code == 200
    with inside(rocket):
        Agent.objects.get(pk=rocket.level_two.pk).departments.remove(paid)
    assert person.get(f"{TICKETS}/{hidden.number}/").status_code == 404
