"""The command bar: what the server finds, for whom, and at what cost."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Contact
from helpdesk.agent.finding.results import MAX_EACH, find_everything
from tests.agent.conftest import SignIn, inside
from tests.cast import Cast
from tests.departments import close_department

FIND = "/rocket/agent/find/"
PART = {"HX-Request": "true"}


@pytest.fixture
def client(rocket: Cast, sign_in: SignIn) -> Client:
    """The first desk's analyst, signed in."""
    return sign_in(rocket.analyst.user)


def find(client: Client, words: str) -> str:
    return client.get(FIND, {"q": words}, headers=PART).content.decode()


def test_a_number_and_words_lead_to_the_ticket(client: Client, rocket: Cast) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket(subject="The <flux> is broken")
    for words in (str(ticket.number), f"RC-{ticket.number}", "flux", "broken flu"):
        page = find(client, words)
        assert f'href="/rocket/agent/tickets/{ticket.number}/"' in page, words
        assert f"RC-{ticket.number} The &lt;flux&gt; is broken" in page


def test_people_and_accounts_are_found_by_name_and_address(client: Client, rocket: Cast) -> None:
    page = find(client, "acme")
    assert f'href="/rocket/agent/customers/{rocket.customer.pk}/"' in page
    assert f'href="/rocket/agent/accounts/{rocket.account.pk}/"' in page
    assert f'href="/rocket/agent/customers/{rocket.customer.pk}/"' in find(client, "customer@acme")


def test_the_last_option_searches_all_tickets(client: Client, rocket: Cast) -> None:
    assert 'href="/rocket/agent/?q=a%22%3Cb%3E"' in find(client, 'a"<b>')
    assert "Search all tickets for “a&quot;&lt;b&gt;”" in find(client, 'a"<b>')


def test_another_desk_is_not_found(client: Client, rocket: Cast, matter: Cast) -> None:
    with inside(matter):
        matter.open_ticket(subject="Zaunkoenig")
    for words in ("Zaunkoenig", "globex", matter.customer.email):
        page = find(client, words)
        assert "/customers/" not in page
        assert "/accounts/" not in page
        assert "/tickets/" not in page


def test_tickets_of_a_department_for_members_are_found_by_members_alone(
    rocket: Cast, sign_in: SignIn
) -> None:
    close_department(rocket, "paid", members=(rocket.analyst,))
    with inside(rocket):
        ticket = rocket.open_ticket(subject="Zaunkoenig")
    for words in ("Zaunkoenig", str(ticket.number)):
        link = f"/tickets/{ticket.number}/"
        assert link in find(sign_in(rocket.analyst.user), words)
        assert link not in find(sign_in(rocket.colleague.user), words)


def test_an_observer_finds_as_well(rocket: Cast, sign_in: SignIn) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket(subject="Zaunkoenig")
    assert f"/tickets/{ticket.number}/" in find(sign_in(rocket.observer.user), "Zaunkoenig")


@pytest.mark.parametrize("words", ["", " ", "a", "' | ''", "é" * 900, "9" * 40, '"'])
def test_short_and_strange_words_find_nothing_and_are_no_error(
    client: Client, rocket: Cast, words: str
) -> None:
    with inside(rocket):
        rocket.open_ticket()
    response = client.get(FIND, {"q": words}, headers=PART)
    assert response.status_code == 200
    assert "/tickets/" not in response.content.decode()


def test_few_of_each_kind_are_found_at_a_constant_cost(in_rocket: Cast) -> None:
    def count() -> tuple[int, list[int]]:
        with CaptureQueriesContext(connection) as captured:
            groups = find_everything(in_rocket.analyst, "flux")
        return len(captured), [len(group.links) for group in groups]

    def make(number: int) -> None:
        account = Account.objects.create(desk=in_rocket.desk, name=f"Flux {number}")
        person = Contact.objects.create(
            desk=in_rocket.desk, email=f"flux{number}@flux.example", account=account
        )
        in_rocket.open_ticket(contact=person)

    make(0)
    few, one_of_each = count()
    for number in range(1, MAX_EACH + 4):
        make(number)
    many, most = count()
    assert one_of_each == [1, 1, 1]
    assert most == [MAX_EACH] * 3
    assert many <= few


def test_without_script_it_is_a_page(client: Client, rocket: Cast) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket(subject="The flux is broken")
    page = client.get(FIND, {"q": "flux"}).content.decode()
    assert "<h1" in page
    assert "1 result" in page
    assert f'href="/rocket/agent/tickets/{ticket.number}/"' in page
    assert f'href="{FIND}"' in client.get("/rocket/agent/").content.decode()
