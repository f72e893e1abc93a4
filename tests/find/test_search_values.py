"""Values that the search suggests for an operator, and the macros of the command bar."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.agent.conftest import SignIn, inside
from tests.cast import Cast
from tests.departments import close_department
from tests.macros.helpers import make_macro
from tickets.models import Tag, Ticket

VALUES = "/rocket/agent/find/values/"
FIND = "/rocket/agent/find/"


@pytest.fixture
def client(rocket: Cast, sign_in: SignIn) -> Client:
    """The first desk's analyst, signed in."""
    return sign_in(rocket.analyst.user)


def suggest(client: Client, typed: str) -> str:
    return client.get(VALUES, {"q": typed}).content.decode()


def test_names_of_the_desk_complete_an_operator(client: Client, rocket: Cast) -> None:
    with inside(rocket):
        Tag.objects.create(desk=rocket.desk, name="sso <b>login")
    expected = {
        "is:unan": "is:unanswered",
        "tier:sta": "tier:Standard",
        "tag:SS": "tag:&quot;sso &lt;b&gt;login&quot;",
        'tag:"sso l': "",
        "assignee:m": "assignee:me",
        "from:acme": f"from:&quot;{rocket.account.name}&quot;",
        "channel:pho": "channel:phone",
        "has:at": "has:attachment",
        "department:pai": "department:&quot;Paid Support&quot;",
    }
    for typed, value in expected.items():
        assert f'value="{value}"' in suggest(client, typed) or not value, typed
    for typed in ("", "nothing", "nothing:x", "before:20", "from:", ":"):
        assert suggest(client, typed).strip() == "", typed


def test_names_of_another_desk_or_a_hidden_department_are_not_suggested(
    client: Client, rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    with inside(matter):
        Tag.objects.create(desk=matter.desk, name="Zaunkoenig")
    for typed in ("tag:Z", "from:globex", f"assignee:{matter.analyst.name}"):
        assert matter.account.name not in suggest(client, typed)
        assert "Zaunkoenig" not in suggest(client, typed)
    customer = rocket.customer.user
    assert customer is not None
    assert sign_in(customer).get(VALUES, {"q": "is:o"}).status_code == 404
    with inside(rocket):
        close_department(rocket, "community", members=())
    assert "Community" not in suggest(sign_in(rocket.colleague.user), "department:com")


def test_macros_are_found_on_a_ticket_that_the_agent_can_change(
    client: Client, rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket()
        macro = make_macro(rocket, name="Ask for logs", text="Please send them.")

    def find(by: Client, number: int, place: str = "http://testserver/rocket/agent") -> str:
        headers = {"HX-Request": "true", "HX-Current-URL": f"{place}/tickets/{number}/"}
        return by.get(FIND, {"q": "ask log"}, headers=headers).content.decode()

    url = f"/rocket/agent/tickets/{ticket.number}/macros/{macro.pk}/"
    assert url in find(client, ticket.number)
    assert "Run macro: Ask for logs" in find(client, ticket.number)
    for by, number in ((client, 999_999), (sign_in(rocket.observer.user), ticket.number)):
        assert "Run macro" not in find(by, number)
    assert "Run macro" not in client.get(FIND, {"q": "ask log"}).content.decode()
    with inside(rocket):
        assert Ticket.objects.get(pk=ticket.pk).updated_at == ticket.updated_at
