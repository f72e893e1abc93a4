"""The page that explains why a ticket is in its department."""

from __future__ import annotations

from django.test import Client

from accounts.tenancy import desk_scope
from tests.agent.conftest import SignIn
from tests.cast import Cast
from tests.routing.rule_making import make_rule
from tickets.models import Tag, Ticket


def read(client: Client, ticket: Ticket, part: str = "routing/") -> str:
    answer = client.get(f"/rocket/agent/tickets/{ticket.number}/{part}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_rules_that_were_tried_are_shown_with_what_they_saw(
    rocket: Cast, sign_in: SignIn
) -> None:
    with desk_scope(rocket.desk):
        tag = Tag.objects.create(desk=rocket.desk, name="vip")
        high = rocket.priorities["High"]
        make_rule(rocket, "Calls", [{"kind": "channel", "value": "phone"}])
        make_rule(
            rocket,
            "Servers",
            [{"kind": "words", "value": "server"}],
            [{"kind": "tag", "tag": tag}, {"kind": "priority", "priority": high}],
        )
        make_rule(rocket, "Rest <i>")
        ticket = rocket.open_ticket()
    client = sign_in(rocket.analyst.user)
    page = read(client, ticket)
    for text in (
        "Channel is Phone", "Found: Email", "Subject or description has the words: server",
        "Tag: vip", "Nothing in an email can raise its priority.", "Not tried", "Rest &lt;i&gt;",
        "Version 3 of the rules",
    ):  # fmt: skip
        assert text in page
    panel = read(client, ticket, "")
    assert "Routing rules that were tried" in panel
    assert '<span class="tag" dir="auto">vip</span>' in panel


def test_without_rules_the_page_says_who_decided(rocket: Cast, sign_in: SignIn) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    page = read(sign_in(rocket.analyst.user), ticket)
    assert "No routing rules were tried" in page
    assert "is a customer with the Standard plan." in page


def test_a_ticket_of_another_desk_has_no_page(rocket: Cast, matter: Cast, sign_in: SignIn) -> None:
    with desk_scope(matter.desk):
        ticket = matter.open_ticket()
    client = sign_in(rocket.analyst.user)
    assert client.get(f"/rocket/agent/tickets/{ticket.number}/routing/").status_code == 404
