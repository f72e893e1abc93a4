"""The tabs of a ticket: everything, messages only, notes only."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tickets.models import Ticket
from tickets.services import add_note, reply

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def url(rocket: Cast) -> str:
    with desk_scope(rocket.desk):
        ticket: Ticket = rocket.open_ticket()
        add_note(ticket_id=ticket.pk, agent=rocket.analyst, text="Seen before.", at=NOON)
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="We are on it.", at=NOON)
    return f"/rocket/agent/tickets/{ticket.number}/"


@pytest.mark.parametrize(
    ("only", "shown"),
    [
        ("", {"message", "note", "event"}),
        ("messages", {"message"}),
        ("notes", {"note"}),
        ("nonsense", {"message", "note", "event"}),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_tab_shows_its_part_of_the_conversation(
    rocket: Cast, url: str, sign_in: SignIn, only: str, shown: set[str], headers: dict[str, str]
) -> None:
    response = sign_in(rocket.analyst.user).get(url, {"only": only}, headers=headers)
    page = response.content.decode()
    marks = {"message": 'data-kind="reply"', "note": 'data-kind="note"', "event": 'class="event'}
    assert {name for name, mark in marks.items() if mark in page} == shown


def test_the_open_tab_is_marked_and_reloads_its_part(
    rocket: Cast, url: str, sign_in: SignIn
) -> None:
    page = sign_in(rocket.analyst.user).get(url, {"only": "notes"}).content.decode()
    assert f'href="{url}?only=notes" aria-current="page"' in page
    assert f'hx-get="{url}?only=notes"' in page
