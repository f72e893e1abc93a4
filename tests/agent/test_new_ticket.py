"""A ticket opened by an agent for a customer (M22)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Contact
from tests.agent.conftest import SignIn, inside
from tests.cast import Cast
from tickets.models import Ticket, TicketEvent

NEW = "/rocket/agent/tickets/new/"


def form(cast: Cast, **changes: object) -> dict[str, object]:
    return {
        "requester": cast.customer.email,
        "name": "",
        "channel": "phone",
        "subject": "Called about the outage",
        "text": "They cannot log in.",
        "priority": cast.priorities["High"].pk,
        "cc": "",
        "form_token": "t1",
    } | changes


def test_a_phone_call_becomes_a_ticket_of_the_caller(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        file = SimpleUploadedFile("call.txt", b"x")
        response = client.post(NEW, form(rocket, files=file, cc="other@partner.example"))
        assert response.status_code == 303
        ticket = Ticket.objects.get()
        assert response["Location"] == f"/rocket/agent/tickets/{ticket.number}/"
        assert (ticket.contact, ticket.account, ticket.channel) == (
            rocket.customer,
            rocket.account,
            "phone",
        )
        assert ticket.priority.name == "High"
        assert ticket.messages.get().attachments.get().name == "call.txt"
        assert ticket.participants.get().contact.email == "other@partner.example"
        opened = TicketEvent.objects.get(ticket=ticket, kind="ticket.opened")
        assert (opened.actor_name, opened.channel) == ("Analyst", "phone")


def test_an_unknown_caller_becomes_a_contact_of_the_account_of_the_domain(
    rocket: Cast, client: Client
) -> None:
    with inside(rocket):
        client.post(NEW, form(rocket, new_email="New.Caller@acme.example", name="New Caller"))
        ticket = Ticket.objects.get()
        assert (ticket.contact.email, ticket.contact.name) == (
            "new.caller@acme.example",
            "New Caller",
        )
        assert ticket.account == rocket.account


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("requester", "x"),
        ("requester", ""),
        ("requester", "support@rocket.example"),
        ("new_email", "x"),
        ("new_email", "support@rocket.example"),
        ("call_minutes", "-1"),
        ("call_minutes", "soon"),
        ("subject", "x" * 251),
        ("text", ""),
        ("channel", "email"),
        ("priority", ""),
        ("cc", "not-an-address"),
    ],
)
def test_a_fault_comes_back_beside_its_field_with_all_that_was_typed(
    rocket: Cast, client: Client, field: str, value: str
) -> None:
    with inside(rocket):
        before = Contact.objects.count()
        response = client.post(NEW, form(rocket, **{"name": "Kept Name", field: value}))
        assert response.status_code == 422
        text = response.content.decode()
        assert f'id="id_{field}_error"' in text
        assert "Kept Name" in text
        assert not Ticket.objects.exists()
        assert Contact.objects.count() == before


def test_a_priority_of_another_desk_is_none(rocket: Cast, matter: Cast, client: Client) -> None:
    with inside(rocket):
        response = client.post(NEW, form(rocket, priority=matter.priorities["Urgent"].pk))
        assert response.status_code == 422


def test_a_double_click_opens_one_ticket(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        first, second = client.post(NEW, form(rocket)), client.post(NEW, form(rocket))
        assert first["Location"] == second["Location"]
        assert Ticket.objects.count() == 1


def test_an_observer_opens_nothing(rocket: Cast, sign_in: SignIn) -> None:
    observer = sign_in(rocket.observer.user)
    assert observer.get(NEW).status_code == 403
    with inside(rocket):
        assert observer.post(NEW, form(rocket)).status_code == 403
        assert not Ticket.objects.exists()


def test_the_form_tells_a_trainee_that_the_description_is_emailed_to_nobody(
    rocket: Cast, client: Client
) -> None:
    with inside(rocket):
        assert "emailed to anyone" not in client.get(NEW).content.decode()
        rocket.analyst.needs_approval = True
        rocket.analyst.save()
        page = client.get(NEW).content.decode()
        assert "emailed to anyone" in page
        assert "as a short email" not in page


def test_without_a_subject_the_first_line_of_the_description_is_the_subject(
    rocket: Cast, client: Client
) -> None:
    long = "word " * 40
    for text, subject in (
        ("\n  Paper   jam\nIn tray 2.", "Paper jam"),
        (long, f"{long[:99]}…"),
    ):
        with inside(rocket):
            token = f"t-{len(text)}"
            client.post(NEW, form(rocket, subject=" ", text=text, form_token=token))
            ticket = Ticket.objects.latest("pk")
            assert ticket.subject == subject
            assert ticket.messages.get().body_text.strip() == text.strip()
