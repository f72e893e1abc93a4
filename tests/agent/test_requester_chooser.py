"""The requester chooser of a new ticket: who is found, their cards, and who gets the ticket."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, AccountDomain, Contact, Plan
from accounts.models.customers import ERASED_AT
from accounts.tenancy import desk_scope
from helpdesk.agent.new_tickets.chooser import MAX_ACCOUNTS, MAX_PEOPLE, build_chooser
from tests.agent.conftest import SignIn, inside
from tests.agent.test_new_ticket import NEW, form
from tests.cast import Cast
from tests.defects.helpers import report
from tests.departments import close_department
from tickets.models import Defect, Message, Ticket, TimeEntry

FIND = f"{NEW}requester/"


@pytest.fixture
def helvetia(rocket: Cast) -> Account:
    """An account with one contact, whose plan includes the hotline."""
    with desk_scope(rocket.desk):
        plan = Plan.objects.create(desk=rocket.desk, name="Gold", allows_hotline=True)
        account = Account.objects.create(desk=rocket.desk, name="Helvetia Börse AG", plan=plan)
        AccountDomain.objects.create(desk=rocket.desk, account=account, domain="helvetia.example")
        Contact.objects.create(
            desk=rocket.desk, account=account, name="Zoë Keller", email="z@mail.example"
        )
    return account


def list_values(client: Client, words: str) -> list[str]:
    page = client.get(FIND, {"requester": words}).content.decode()
    return re.findall(r'value="((?:contact|account):\d+)"', page)


@pytest.mark.parametrize(
    "words",
    ["zoe", "KELLER", "z@mail.example", "helvet", "borse helvetia", "helvetia.example"],
)
def test_people_are_found_by_name_address_company_and_domain(
    client: Client, rocket: Cast, helvetia: Account, words: str
) -> None:
    with inside(rocket):
        zoe = Contact.objects.get(email="z@mail.example")
    assert list_values(client, words)[0] == f"contact:{zoe.pk}"


def test_a_company_can_be_chosen_for_a_new_contact(
    client: Client, rocket: Cast, helvetia: Account
) -> None:
    assert list_values(client, "helvetia")[-1] == f"account:{helvetia.pk}"
    with inside(rocket):
        chosen = {"requester": "helvetia", "choice": f"account:{helvetia.pk}"}
        refused = client.post(NEW, form(rocket, **chosen))
        assert refused.status_code == 422
        assert 'id="id_new_email_error"' in refused.content.decode()
        sent = client.post(NEW, form(rocket, **chosen, new_email="New@else.example", name="New"))
        assert sent.status_code == 303
        ticket = Ticket.objects.get()
        assert (ticket.contact.email, ticket.account) == ("new@else.example", helvetia)


def test_the_chosen_contact_gets_the_ticket_whatever_the_words_say(
    client: Client, rocket: Cast, helvetia: Account
) -> None:
    with inside(rocket):
        zoe = Contact.objects.get(email="z@mail.example")
        client.post(NEW, form(rocket, requester="helv", choice=f"contact:{zoe.pk}"))
        assert Ticket.objects.get().contact == zoe


def test_a_chosen_contact_and_a_new_address_are_a_question(
    client: Client, rocket: Cast, helvetia: Account
) -> None:
    with inside(rocket):
        zoe = Contact.objects.get(email="z@mail.example")
        both = form(rocket, choice=f"contact:{zoe.pk}", new_email="new@else.example")
        page = client.post(NEW, both)
        assert page.status_code == 422
        assert "You chose Zoë Keller." in page.content.decode()
        assert not Ticket.objects.exists()


def test_their_card_has_terms_hotline_and_open_tickets(
    client: Client, rocket: Cast, helvetia: Account
) -> None:
    with inside(rocket):
        zoe = Contact.objects.get(email="z@mail.example")
        ticket = rocket.open_ticket(contact=zoe, subject="The <printer> again")
    page = client.get(FIND, {"requester": "zoe"}).content.decode()
    assert "Helvetia Börse AG: Customer, Gold" in page
    assert "Hotline: High only." in page
    assert f'href="/rocket/agent/tickets/{ticket.number}/"' in page
    assert "The &lt;printer&gt; again" in page
    assert f'href="/rocket/agent/?account={helvetia.pk}"' in page


def test_tickets_that_the_agent_may_not_see_are_not_on_the_card(
    rocket: Cast, sign_in: SignIn
) -> None:
    close_department(rocket, "paid", members=(rocket.analyst,))
    with inside(rocket):
        rocket.open_ticket(subject="Zaunkoenig")
    asked = {"requester": rocket.customer.email}
    shown = sign_in(rocket.analyst.user).get(FIND, asked).content.decode()
    hidden = sign_in(rocket.colleague.user).get(FIND, asked).content.decode()
    assert "Zaunkoenig" in shown
    assert "Zaunkoenig" not in hidden
    assert rocket.customer.email in hidden


def test_nobody_of_another_desk_is_found_or_chosen(
    client: Client, rocket: Cast, matter: Cast
) -> None:
    assert list_values(client, "globex") == []
    assert list_values(client, matter.customer.email) == []
    with inside(rocket):
        for chosen in (f"contact:{matter.customer.pk}", f"account:{matter.account.pk}"):
            response = client.post(NEW, form(rocket, requester="x", choice=chosen))
            assert response.status_code == 422
            assert "This contact no longer exists." in response.content.decode()
        assert not Ticket.objects.exists()


@pytest.mark.parametrize("choice", ["contact:", "contact:x", "x:1", f"contact:{'9' * 30}"])
def test_a_choice_that_was_not_offered_is_none(client: Client, rocket: Cast, choice: str) -> None:
    with inside(rocket):
        assert client.post(NEW, form(rocket, choice=choice)).status_code == 422


def test_erased_people_are_not_found(client: Client, rocket: Cast) -> None:
    with inside(rocket):
        gone = Contact.objects.create(
            desk=rocket.desk, email=f"gone1{ERASED_AT}", name="Gonzo", account=rocket.account
        )
        assert list_values(client, "gonzo") == []
        response = client.post(NEW, form(rocket, choice=f"contact:{gone.pk}"))
        assert response.status_code == 422


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("new@acme.example", "New contact: acme.example Inc., Standard."),
        ("new@gmail.com", "New contact: no account."),
        ("<b>nobody", "No one matches “&lt;b&gt;nobody”."),
    ],
)
def test_a_new_address_and_no_match_are_explained(client: Client, words: str, told: str) -> None:
    assert told in client.get(FIND, {"requester": words}).content.decode()


def test_the_lists_and_the_statements_are_bounded(rocket: Cast, helvetia: Account) -> None:
    def count() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as captured:
            chooser = build_chooser(rocket.analyst, "flux")
        return len(captured), len(chooser.candidates)

    with inside(rocket):
        Contact.objects.create(desk=rocket.desk, email="flux@one.example", account=helvetia)
        few, one = count()
        for number in range(30):
            account = Account.objects.create(
                desk=rocket.desk, name=f"Flux {number}", plan=helvetia.plan
            )
            person = Contact.objects.create(
                desk=rocket.desk, email=f"flux{number}@many.example", account=account
            )
            rocket.open_ticket(contact=person)
        many, all_found = count()
    assert one == 1
    assert all_found == MAX_PEOPLE + MAX_ACCOUNTS
    assert many == few


def test_without_script_a_button_finds_requesters_and_keeps_what_was_typed(
    client: Client, rocket: Cast, helvetia: Account
) -> None:
    with inside(rocket):
        page = client.post(NEW, form(rocket, requester="zoe", subject="Kept text", find="1"))
        assert page.status_code == 200
        text = page.content.decode()
        assert "Kept text" in text
        assert "Zoë Keller" in text
        assert not Ticket.objects.exists()


def test_links_fill_in_contact_account_and_address(
    client: Client, rocket: Cast, helvetia: Account
) -> None:
    with inside(rocket):
        zoe = Contact.objects.get(email="z@mail.example")
    for query, value in (
        (f"contact={zoe.pk}", f"contact:{zoe.pk}"),
        ("email=Z@mail.example", f"contact:{zoe.pk}"),
        (f"account={helvetia.pk}", f"account:{helvetia.pk}"),
    ):
        page = client.get(f"{NEW}?{query}").content.decode()
        assert re.search(rf'value="{value}"\s+checked', page), query
    for page in (f"customers/{zoe.pk}/", f"accounts/{helvetia.pk}/"):
        assert "/agent/tickets/new/?" in client.get(f"/rocket/agent/{page}").content.decode()


def test_from_a_defect_the_ticket_is_linked_to_it(client: Client, rocket: Cast) -> None:
    with inside(rocket):
        defect = report(rocket, rocket.open_ticket(), problem="Uploads stop half way.")
        page = client.get(f"{NEW}?defect={defect.pk}").content.decode()
        assert f'value="{defect.title}"' in page
        client.post(f"{NEW}?defect={defect.pk}", form(rocket))
        ticket = Ticket.objects.latest("pk")
        assert list(Defect.objects.filter(links__ticket=ticket)) == [defect]


def test_the_length_of_a_call_stands_with_its_message_and_the_caller_gets_the_note(
    client: Client, rocket: Cast
) -> None:
    with inside(rocket):
        client.post(NEW, form(rocket, call_minutes="12"))
        message = Message.objects.get()
        assert message.remark_data == [{"code": "call_lasted", "count": 12}]
        page = client.get(f"/rocket/agent/tickets/{message.ticket.number}/").content.decode()
        assert "The call lasted 12 minutes." in page
        entry = TimeEntry.objects.get()
        assert (entry.ticket, entry.agent, entry.minutes) == (message.ticket, rocket.analyst, 12)


def test_a_request_on_a_customers_behalf_has_no_length_of_a_call(
    client: Client, rocket: Cast
) -> None:
    with inside(rocket):
        client.post(NEW, form(rocket, channel="agent", call_minutes="12"))
        assert Message.objects.get().remark_data == []
        assert not TimeEntry.objects.exists()


def test_an_observer_finds_nobody(rocket: Cast, sign_in: SignIn) -> None:
    observer = sign_in(rocket.observer.user)
    assert observer.get(FIND, {"requester": "acme"}).status_code == 403


@pytest.mark.parametrize("more", [{}, {"find": "1"}])
def test_a_nul_in_the_requester_is_no_error(
    client: Client, rocket: Cast, more: dict[str, str]
) -> None:
    response = client.post(NEW, {"requester": "zoe\0@mail.example", **more})
    assert response.status_code in (200, 422)
