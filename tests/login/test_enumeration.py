"""Nobody learns from a page whether an address is known."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Contact
from tests.cast import Cast

SIGN_UP = {"name": "X Y", "password1": "a long enough passphrase"}


def bare(page: bytes, email: str) -> str:
    """A page without what differs by chance: the tokens, and the address that was typed."""
    text = page.decode().replace(email, "ADDRESS")
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', "", text)


def send(path: str, form: dict[str, str], email: str) -> tuple[int, str, str]:
    """The answer and the page it leads to, of a new visitor."""
    visitor = Client()
    first = visitor.post(path, form)
    place = first.headers.get("Location", "")
    page = visitor.get(place) if place else first
    return first.status_code, place, bare(page.content, email)


@pytest.mark.parametrize("path", ["password/reset/", "sign-up/", ""])
def test_known_and_unknown_get_the_same_page(in_rocket: Cast, path: str) -> None:
    by_mail_only = Contact.objects.create(desk=in_rocket.desk, email="mailer@gmail.com").email
    answers = [
        send(f"/rocket/login/{path}", SIGN_UP | {"email": who, "login": who, "password": "wrong"}, who)
        for who in (in_rocket.customer.email, by_mail_only, "nobody@nowhere.example")
    ]
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("path", ["password/reset/", "sign-up/"])
def test_each_gets_one_mail(in_rocket: Cast, path: str) -> None:
    for who in (in_rocket.customer.email, "nobody@nowhere.example"):
        mail.outbox = []
        send(f"/rocket/login/{path}", SIGN_UP | {"email": who}, who)
        assert [m.to for m in mail.outbox] == [[who]]


def test_a_hundred_requests_make_three_mails_at_most(in_rocket: Cast) -> None:
    who = in_rocket.customer.email
    codes = [Client().post("/rocket/login/password/reset/", {"email": who}).status_code for _ in range(10)]
    assert len(mail.outbox) == 3
    assert codes[3:] == [429] * 7
