"""An internal note and its file never reach a customer: not on a page, as a file, or by search."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import NOON, Cast
from tests.portal.conftest import user_of
from tickets.attachments.files import NewFile
from tickets.models import Attachment, Ticket
from tickets.services import add_note

CANARY = "xylophonecanary"


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    ticket = in_rocket.open_ticket()
    file = NewFile(f"{CANARY}.txt", "text/plain", CANARY.encode())
    add_note(
        ticket_id=ticket.pk,
        agent=in_rocket.analyst,
        text=f"Tell nobody: {CANARY}",
        at=NOON,
        files=(file,),
    )
    return ticket


@pytest.mark.parametrize("who", ["customer", "manager"])
def test_no_page_holds_a_note(in_rocket: Cast, ticket: Ticket, sign_in, who: str) -> None:
    client: Client = sign_in(user_of(getattr(in_rocket, who)))
    number = ticket.number
    for path in [
        "",
        "portal/requests/",
        f"portal/requests/{number}/",
        "portal/requests/new/",
        "portal/plans/",
    ]:
        page = client.get(f"/rocket/{path}")
        assert page.status_code == 200
        assert CANARY not in page.content.decode()


def test_a_notes_file_does_not_exist_in_the_portal(as_customer: Client, ticket: Ticket) -> None:
    file = Attachment.objects.get(note__ticket=ticket)
    assert as_customer.get(f"/rocket/portal/files/{file.pk}/").status_code == 404
    assert as_customer.get(f"/rocket/portal/files/{file.pk}/?preview=1").status_code == 404


def test_search_ignores_notes(as_customer: Client, ticket: Ticket) -> None:
    found = as_customer.get("/rocket/portal/requests/", {"q": CANARY}).content.decode()
    assert "No matching requests" in found
    assert ticket.subject not in found


def test_the_error_page_of_the_reply_form_holds_no_note(
    as_customer: Client, ticket: Ticket
) -> None:
    answer = as_customer.post(
        f"/rocket/portal/requests/{ticket.number}/answers/", {"form_token": "t"}
    )
    assert answer.status_code == 422
    assert CANARY not in answer.content.decode()
