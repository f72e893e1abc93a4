"""Filters and orders of the Tickets page."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Account
from sla.models import Target
from tests.agent.conftest import SignIn, count_statements, inside
from tests.agent.test_queue import QUEUE, make_many, numbers
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import NO_DEADLINE, Notification, Priority, Ticket, TicketEvent
from tickets.services import assign, change_priority, close, escalate, reply


def links(client: Client, url: str, rel: str = "next") -> list[str]:
    """The addresses of the page beside one, at most one."""
    found = re.findall(rf'rel="{rel}" href="([^"]+)"', client.get(url).content.decode())
    return [unescape(address) for address in found]


@pytest.fixture
def five(rocket: Cast) -> dict[str, Ticket]:
    """Tickets that differ in every filterable field, and an ordinary one."""
    with inside(rocket):
        by = Actor.of(rocket.lead)
        made = {
            "plain": rocket.open_ticket(),
            "urgent": rocket.open_ticket(
                priority=rocket.priorities["High"], at=NOON + timedelta(minutes=1)
            ),
            "phoned": rocket.open_ticket(channel="chat", at=NOON + timedelta(minutes=2)),
            "elsewhere": rocket.open_ticket(
                contact=rocket.elsewhere, at=NOON + timedelta(minutes=3)
            ),
            "answered": rocket.open_ticket(at=NOON + timedelta(minutes=4)),
            "escalated": rocket.open_ticket(at=NOON + timedelta(minutes=5)),
        }
        for ticket in made.values():
            assign(ticket_id=ticket.pk, agent=rocket.colleague, by=by, at=NOON)
        assign(ticket_id=made["phoned"].pk, agent=None, by=by, at=NOON)
        assign(ticket_id=made["urgent"].pk, agent=rocket.analyst, by=by, at=NOON)
        reply(ticket_id=made["answered"].pk, agent=rocket.analyst, text="Try again.", at=NOON)
        escalate(ticket_id=made["escalated"].pk, by=by, at=NOON)
        Notification.objects.all().delete()
        line = {"desk": rocket.desk, "created_at": NOON}
        for who in (rocket.analyst, rocket.colleague):
            about = made["plain" if who == rocket.analyst else "phoned"]
            event = TicketEvent.objects.filter(ticket=about).first()
            Notification.objects.create(agent=who, event=event, ticket=about, **line)
    return made


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=waiting", {"answered"}),
        ("status=escalated&channel=email", {"escalated"}),
        ("priority={priorities[High].pk}", {"urgent"}),
        ("department={departments[community].pk}", set()),
        ("assignee=me", {"urgent"}),
        ("assignee=nobody", {"phoned"}),
        ("assignee={analyst.pk}", {"urgent"}),
        ("account={other_account.pk}", {"elsewhere"}),
        ("channel=chat", {"phoned"}),
        ("needs=unread", {"plain"}),
        ("needs=answer&channel=email", {"plain", "urgent", "elsewhere", "escalated"}),
        ("due=passed&channel=chat", {"phoned"}),
        ("due=soon", set()),
        ("view=mine&priority={priorities[High].pk}", {"urgent"}),
        ("view=mine&channel=chat", set()),
        ("view=mine&assignee=nobody", {"urgent"}),
        ("q=server&channel=chat", {"phoned"}),
        ("q=server&account={other_account.pk}", {"elsewhere"}),
    ],
)
def test_each_filter_leaves_what_fits(
    rocket: Cast, client: Client, five: dict[str, Ticket], query: str, expected: set[str]
) -> None:
    url = f"{QUEUE}?{query.format(**vars(rocket))}"
    found = [
        next(name for name, ticket in five.items() if ticket.number == n)
        for n in numbers(client, url)
    ]
    assert set(found) == expected
    rows = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert [name for name, t in five.items() if f">RC-{t.number}<" in rows] == sorted(
        found, key=list(five).index
    )


def test_what_comes_due_within_the_hour(rocket: Cast, client: Client, ticket: Ticket) -> None:
    other = Ticket.objects.none()
    with inside(rocket):
        other = rocket.open_ticket()
        soon = timezone.now() + timedelta(minutes=30)
        Ticket.objects.filter(pk=ticket.pk).update(due_at=soon)
        Ticket.objects.filter(pk=other.pk).update(due_at=soon + timedelta(hours=1))
    assert numbers(client, f"{QUEUE}?due=soon") == [ticket.number]
    assert numbers(client, f"{QUEUE}?due=passed") == []


def test_the_overdue_have_a_view_and_a_count(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        answered, done, later = rocket.open_ticket(), rocket.open_ticket(), rocket.open_ticket()
        reply(ticket_id=answered.pk, agent=rocket.analyst, text="Try again.", at=NOON)
        close(ticket_id=done.pk, by=Actor.of(rocket.lead), at=NOON)
        Ticket.objects.filter(pk=later.pk).update(due_at=timezone.now() + timedelta(days=1))
    page = client.get(f"{QUEUE}?view=overdue")
    assert numbers(client, f"{QUEUE}?view=overdue") == [ticket.number]
    item = re.search(
        r'<a\s+class="nav-item"\s+href="[^"]*view=overdue".*?</a>', page.content.decode(), re.DOTALL
    )
    assert item is not None
    assert 'aria-current="page"' in item[0]
    assert '<span class="nav-count">1</span>' in item[0]
    with inside(rocket):
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Late, but here.", at=timezone.now())
    assert "No breached tickets" in client.get(f"{QUEUE}?view=overdue").content.decode()


def test_the_next_deadline_stands_first_and_tickets_without_one_last(
    rocket: Cast, client: Client
) -> None:
    with inside(rocket):
        without, late, soon = rocket.open_ticket(), rocket.open_ticket(), rocket.open_ticket()
        for ticket, due_at in (
            (without, NO_DEADLINE),
            (late, NOON + timedelta(days=3)),
            (soon, NOON),
        ):
            Ticket.objects.filter(pk=ticket.pk).update(due_at=due_at)
    by_deadline = [soon.number, late.number, without.number]
    for view in ("", "?view=unassigned&", f"?view={rocket.departments['paid'].pk}", "?view=open"):
        found = numbers(client, f"{QUEUE}{view}")
        assert found == [number for number in by_deadline if number in found]
    assert numbers(client, QUEUE) == by_deadline


def test_every_order(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        first, second, third = (
            rocket.open_ticket(at=NOON + timedelta(minutes=i)) for i in range(3)
        )
        by, at = Actor.of(rocket.lead), NOON + timedelta(minutes=9)
        change_priority(ticket_id=second.pk, priority=rocket.priorities["High"], by=by, at=at)
        Ticket.objects.filter(pk=third.pk).update(due_at=NOON)
    orders = {
        "deadline": [third, first, second],
        "activity": [second, third, first],
        "newest": [third, second, first],
        "oldest": [first, second, third],
        "priority": [second, third, first],
        "nonsense": [third, first, second],
    }
    for sort, tickets in orders.items():
        assert (sort, numbers(client, f"{QUEUE}?sort={sort}")) == (
            sort,
            [t.number for t in tickets],
        )
    assert numbers(client, f"{QUEUE}?view=all&sort=priority") == [
        second.number,
        third.number,
        first.number,
    ]


@pytest.mark.parametrize("sort", ["deadline", "activity", "newest", "oldest", "priority"])
def test_pages_of_every_order_join_without_a_gap_and_keep_the_filters(
    rocket: Cast, client: Client, sort: str
) -> None:
    with inside(rocket):
        made = make_many(rocket, 120)
        ranked = list(rocket.priorities.values())
        for i, ticket in enumerate(made):
            ticket.due_at = NO_DEADLINE if i % 3 == 0 else NOON + timedelta(hours=i % 4)
            ticket.priority = ranked[i % 3]
            ticket.channel = "phone" if i == 60 else "email"
        Ticket.objects.bulk_update(made, ["due_at", "priority", "channel"])
    seen: list[int] = []
    pages = [f"{QUEUE}?channel=email&sort={sort}"]
    while links(client, pages[-1]):
        seen += numbers(client, pages[-1])
        pages += links(client, pages[-1])
    seen += numbers(client, pages[-1])
    assert len(pages) == 3
    assert sorted(seen) == sorted(t.number for t in made if t.channel == "email")
    (back,) = links(client, pages[2], rel="prev")
    assert numbers(client, back) == seen[50:100]
    assert numbers(client, *links(client, back, rel="prev")) == seen[:50]


def test_the_page_says_what_is_chosen_and_how_to_be_rid_of_it(
    rocket: Cast, client: Client, five: dict[str, Ticket]
) -> None:
    high = rocket.priorities["High"]
    url = f"{QUEUE}?view=mine&priority={high.pk}&channel=chat&sort=newest"
    text = unescape(client.get(url).content.decode())
    assert re.search(rf'<option value="{high.pk}" selected>\s*High\s*</option>', text)
    assert f'href="{QUEUE}?view=mine&channel=chat&sort=newest"' in text  # without the priority
    assert f'href="{QUEUE}?view=mine&sort=newest"' in text  # without any
    assert "No ticket in this view matches all filters." in text
    assert f'hx-get="{url}"' in text
    assert (
        '<input type="hidden" name="channel" value="chat">' in text.partition("</nav>")[0]
    )  # the search


def test_a_view_offers_no_filter_that_it_has_decided_itself(rocket: Cast, client: Client) -> None:
    offered = {
        view: set(
            re.findall(r'id="filter-(\w+)"', client.get(f"{QUEUE}?view={view}").content.decode())
        )
        for view in ("mine", "waiting", "overdue", str(rocket.departments["paid"].pk))
    }
    every = {"status", "priority", "department", "assignee", "account_name"}
    every |= {"channel", "needs", "due"}
    assert [every - names for names in offered.values()] == [
        {"assignee"},
        {"status"},
        {"due"},
        {"department"},
    ]


@pytest.mark.parametrize(
    "query",
    [
        "status=nonsense",
        "priority=x",
        "priority=99999999999999999999",
        "assignee=x",
        "due=never",
        "account=-1",
    ],
)
def test_a_filter_that_does_not_exist_says_so(client: Client, ticket: Ticket, query: str) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        page = client.get(f"{QUEUE}?{query}", headers=headers)
        assert page.status_code == 200
        assert "This link contains a filter that doesn&#x27;t exist here." in page.content.decode()
        assert f">RC-{ticket.number}<" not in page.content.decode()


def test_filters_of_another_desk_find_nothing_and_name_nothing(
    rocket: Cast, matter: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(matter):
        matter.open_ticket(subject="A secret of the other desk")
    for query in (
        f"account={matter.account.pk}",
        f"assignee={matter.analyst.pk}",
        f"department={matter.departments['paid'].pk}",
    ):
        text = client.get(f"{QUEUE}?{query}").content.decode()
        assert numbers(client, f"{QUEUE}?{query}") == []
        assert matter.account.name not in text
        assert "secret" not in text


def test_the_field_of_the_account_filter_shows_its_name(rocket: Cast, client: Client) -> None:
    for account, other in (
        (rocket.account, rocket.other_account),
        (rocket.other_account, rocket.account),
    ):
        text = client.get(f"{QUEUE}?account={account.pk}").content.decode()
        field = text.partition('id="filter-account_name"')[2].partition(">")[0]
        assert f'value="{account.name}"' in field
        assert other.name not in text.partition("</form>")[2].partition("filter-chosen")[0]


def test_an_account_is_found_by_its_name_or_the_start_of_it(rocket: Cast, client: Client) -> None:
    account = rocket.account
    expected = f"{QUEUE}?view=all&channel=email&account={account.pk}"
    for typed in (account.name, account.name.upper(), account.name[:3], f" {account.name} "):
        query = {"view": "all", "channel": "email", "account_name": typed}
        response = client.get(QUEUE, query)
        assert (response.status_code, response.headers["Location"]) == (302, expected), typed


def test_an_account_that_is_not_found_is_explained_and_shows_no_ticket(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    page = client.get(f"{QUEUE}?view=all&account_name=Nowhere<b>&channel=email")
    text = page.content.decode()
    assert page.status_code == 200
    assert (
        "No account is named “Nowhere&lt;b&gt;”. Check the spelling, or type its first few letters."
        in text
    )
    assert f">RC-{ticket.number}<" not in text
    assert 'value="Nowhere&lt;b&gt;"' in text
    assert 'aria-describedby="filter-account_name-error"' in text
    assert f'href="{QUEUE}?view=all"' in text  # clears the filters


def test_a_name_of_several_accounts_asks_for_more_of_it(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        for name in ("Northwind Oslo", "Northwind Rome"):
            Account.objects.create(desk=rocket.desk, name=name)
    text = client.get(f"{QUEUE}?account_name=north").content.decode()
    assert "Several accounts match “north”, such as Northwind Oslo, Northwind Rome." in text
    offered = client.get(f"{QUEUE}accounts/names/?account_name=north").content.decode()
    assert offered == (
        '<option value="Northwind Oslo"></option><option value="Northwind Rome"></option>'
    )


def test_accounts_of_another_desk_are_neither_found_nor_offered(
    rocket: Cast, matter: Cast, client: Client
) -> None:
    with inside(matter):
        Account.objects.create(desk=matter.desk, name="Secretive GmbH")
    text = client.get(f"{QUEUE}?account_name=Secretive").content.decode()
    assert "No account is named “Secretive”." in text
    assert client.get(f"{QUEUE}accounts/names/?account_name=Secretive").content == b""
    assert client.get(f"{QUEUE}accounts/names/").content == b""


def test_a_view_without_the_filter_ignores_a_name(rocket: Cast, client: Client) -> None:
    assert client.get(f"{QUEUE}?q=words&account_name=x").status_code == 200


def test_filters_cost_no_statement_more(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        make_many(rocket, 60)
    plain = count_statements(client, QUEUE)
    chosen = (
        f"{QUEUE}?channel=email&needs=answer&assignee=me&account={rocket.account.pk}&sort=newest"
    )
    assert count_statements(client, chosen) == plain <= 8
    by_priority = chosen.replace("newest", "priority")
    assert count_statements(client, by_priority) == plain + 1  # the order of priorities


def test_an_observer_filters_too(rocket: Cast, sign_in: SignIn, ticket: Ticket) -> None:
    assert numbers(sign_in(rocket.observer.user), f"{QUEUE}?channel=email") == [ticket.number]


def test_a_desk_without_priorities_has_an_empty_list_by_priority(
    rocket: Cast, client: Client
) -> None:
    with inside(rocket):
        Target.objects.all().delete()
        Priority.objects.all().delete()
    assert numbers(client, f"{QUEUE}?sort=priority") == []
