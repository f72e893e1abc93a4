"""A search with operators becomes a list with filters; what can't be read is said."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from accounts.models import Account
from tests.agent.conftest import SignIn, inside
from tests.agent.test_queue import QUEUE, numbers
from tests.cast import NOON, Cast
from tests.departments import close_department
from tickets.actors import Actor
from tickets.models import Tag, Ticket, TicketTag
from tickets.services import close


def search(client: Client, words: str) -> tuple[list[int], list[str]]:
    """Return the numbers of the tickets found, and what is said about the search."""
    first = client.get(QUEUE, {"q": words})
    said = [str(message) for message in get_messages(first.wsgi_request)]
    url = first["Location"] if first.status_code == 302 else f"{QUEUE}?q={words}"
    return numbers(client, url), said


@pytest.fixture
def theirs(rocket: Cast) -> Ticket:
    """A tagged ticket of another account, with the same words as another one."""
    with inside(rocket):
        rocket.open_ticket(subject="The flux is broken")
        ticket = rocket.open_ticket(
            subject="The flux is broken", contact=rocket.elsewhere, at=NOON + timedelta(days=2)
        )
        tag = Tag.objects.create(desk=rocket.desk, name="SSO login")
        TicketTag.objects.create(desk=rocket.desk, ticket=ticket, tag=tag)
    return ticket


def test_each_operator_narrows_the_words(rocket: Cast, client: Client, theirs: Ticket) -> None:
    with inside(rocket):
        account = Account.objects.get(pk=rocket.other_account.pk)
    for operator in (
        'tag:"sso login"',
        "tag:sso",
        f"from:{rocket.elsewhere.email}",
        f'account:"{account.name}"',
        "after:2026-11-19",
    ):
        assert search(client, f"flux {operator}") == ([theirs.number], []), operator
        assert search(client, operator) == ([theirs.number], []), operator
    assert search(client, "flux before:2026-11-19")[0] == [theirs.number - 1]
    assert search(client, "flux has:attachment")[0] == []


def test_states_are_named_by_their_own_words_and_the_desks(
    rocket: Cast, client: Client, theirs: Ticket
) -> None:
    with inside(rocket):
        close(ticket_id=theirs.pk, by=Actor.of(rocket.analyst), at=NOON + timedelta(days=3))
        word = rocket.desk.word_for("closed")
    for operator in ("is:closed", "is:CLOSED", "status:closed", f'is:"{word}"'):
        assert search(client, f"flux {operator}")[0] == [theirs.number], operator
    assert search(client, "flux is:open")[0] == [theirs.number - 1]


def test_the_filters_stay_in_the_url_and_the_words_in_the_field(
    client: Client, theirs: Ticket
) -> None:
    answer = client.get(QUEUE, {"q": 'flux "is broken" is:mine tag:sso', "channel": "email"})
    assert answer.status_code == 302
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert asked["q"] == ['flux "is broken"']
    assert asked["assignee"] == ["me"]
    assert asked["channel"] == ["email"]
    assert "view" not in asked


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("flux teir:gold", "“teir:gold” isn't a search operator"),
        ("flux tag:nonsense", "Nothing matches “tag:nonsense”, so it's ignored"),
        ("flux is:nonsense", "Nothing matches “is:nonsense”"),
        ("flux before:tomorrow", "“before:tomorrow” needs a date such as 2026-11-30"),
        ("flux before:2026-13-41", "needs a date"),
        ("flux from:", "“from:” has no value"),
    ],
)
def test_what_cannot_be_read_is_said(client: Client, theirs: Ticket, words: str, told: str) -> None:
    _found, said = search(client, words)
    assert len(said) == 1
    assert told in said[0]


def test_it_is_said_once_where_a_search_is_redirected(client: Client, theirs: Ticket) -> None:
    page = client.get(QUEUE, {"q": "flux teir:gold is:open"}, follow=True).content.decode()
    assert page.count("isn&#x27;t a search operator") == 1


def test_the_rest_is_still_searched(rocket: Cast, client: Client, theirs: Ticket) -> None:
    found, _said = search(client, "flux tag:nonsense from:nobody-at-all is:mine")
    mine, _said = search(client, "flux is:mine")
    assert found == mine


def test_another_desks_names_match_nothing(
    rocket: Cast, matter: Cast, client: Client, theirs: Ticket
) -> None:
    with inside(matter):
        Tag.objects.create(desk=matter.desk, name="Zaunkoenig")
    for operator in ("tag:Zaunkoenig", "from:globex", f"from:{matter.customer.email}"):
        _found, said = search(client, f"flux {operator}")
        assert "Nothing matches" in said[0], operator


def test_a_department_for_members_has_no_name_for_others(
    rocket: Cast, sign_in: SignIn, theirs: Ticket
) -> None:
    department = close_department(rocket, "paid", members=(rocket.analyst,))
    words = f'flux department:"{department.name}"'
    assert search(sign_in(rocket.analyst.user), words)[1] == []
    assert "Nothing matches" in search(sign_in(rocket.colleague.user), words)[1][0]


def test_markup_in_an_operator_is_escaped(client: Client, theirs: Ticket) -> None:
    page = client.get(QUEUE, {"q": "flux tag:<b>x"}, follow=True).content.decode()
    assert "tag:&lt;b&gt;x" in page
    assert "tag:<b>x" not in page
