"""A new contact gets email in the language of their mail, or of the page they wrote on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import translation

from accounts.models import Contact, User
from accounts.services import claim_contact
from accounts.tenancy import desk_scope
from channels_intake.incoming.requests import accept_website_form
from channels_intake.mime.parsing import parse_message
from channels_intake.models import InboundMessage
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail, take_in

__all__ = ["take_in"]  # the fixture
TakeIn = Callable[..., InboundMessage]


def with_headers(mail: bytes, headers: dict[str, str]) -> bytes:
    """Put headers above an email: EmailMessage drops Content-Language when it sets its content."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return lines.encode() + mail


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({"Content-Language": "pt-BR"}, "pt-BR"),
        ({"Accept-Language": "de-DE, en-US;q=0.5"}, "de-DE"),
        ({"Content-Language": "de", "Accept-Language": "en"}, "de"),
        ({"Content-Language": "<script>", "Accept-Language": "en"}, "en"),
        ({"Content-Language": "x" * 300}, ""),
        ({}, ""),
    ],
)
def test_a_mail_states_its_language_in_a_header(headers: dict[str, str], language: str) -> None:
    assert parse_message(with_headers(make_mail(), headers)).language == language


@pytest.mark.parametrize(("stated", "language"), [("pt-BR", "pt-br"), ("tlh", "")])
def test_a_new_contact_has_the_language_of_their_first_mail(
    stated: str, language: str, rocket: Cast, take_in: TakeIn
) -> None:
    mail = make_mail("New Person <new@acme.example>")
    take_in(with_headers(mail, {"Content-Language": stated}))
    with desk_scope(rocket.desk):
        assert Contact.objects.get(email="new@acme.example").language == language


def test_a_mail_changes_nobodys_language(rocket: Cast, take_in: TakeIn) -> None:
    with desk_scope(rocket.desk):
        Contact.objects.filter(pk=rocket.customer.pk).update(language="de")
    take_in(with_headers(make_mail(), {"Content-Language": "pt-BR"}))
    with desk_scope(rocket.desk):
        assert Contact.objects.get(pk=rocket.customer.pk).language == "de"


def test_a_form_is_answered_in_the_language_it_was_shown_in(in_rocket: Cast) -> None:
    with translation.override("de"):
        ticket = accept_website_form(
            desk=in_rocket.desk,
            email="neu@example.org",
            name="",
            subject="Hallo",
            text="Hallo",
            at=NOON,
        )
    assert ticket.contact.language == "de"


def test_a_person_who_signs_up_gets_email_in_the_language_of_the_page(in_rocket: Cast) -> None:
    user = User.objects.create_user("neu@example.org")
    with translation.override("pt-br"):
        contact = claim_contact(desk=in_rocket.desk, user=user, email=user.email, at=NOON)
    assert contact.language == "pt-br"
