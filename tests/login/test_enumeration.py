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


@pytest.mark.parametrize("path", ["password/reset/", "sign-up/", "code/", ""])
def test_known_and_unknown_get_the_same_page(in_rocket: Cast, path: str) -> None:
    by_mail_only = Contact.objects.create(desk=in_rocket.desk, email="mailer@gmail.com").email
    answers = [
        send(f"/rocket/login/{path}", SIGN_UP | {"email": who, "login": who, "password": "wrong"}, who)
        for who in (in_rocket.customer.email, by_mail_only, "nobody@nowhere.example")
    ]
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("path", ["password/reset/", "sign-up/", "code/"])
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


def test_a_wrong_code_gets_the_same_page(in_rocket: Cast) -> None:
    pages = []
    for who in (in_rocket.customer.email, "nobody@nowhere.example"):
        visitor = Client()
        visitor.post("/rocket/login/code/", {"email": who})
        answers = [visitor.post("/rocket/login/code/confirm/", {"code": "wrong"}) for _ in range(3)]
        pages.append([(answer.status_code, bare(answer.content, who)) for answer in answers])
    assert pages[0] == pages[1]


def test_a_closed_login_looks_like_none(in_rocket: Cast) -> None:
    closed = in_rocket.customer_colleague
    closed.user.is_active = False
    closed.user.save()
    for path in ("password/reset/", "code/"):
        answers = [
            send(f"/rocket/login/{path}", {"email": who}, who) for who in (closed.email, "no@no.example")
        ]
        assert answers[0] == answers[1]


def test_codes_are_limited_per_address(in_rocket: Cast) -> None:
    for who in (in_rocket.customer.email, "nobody@nowhere.example"):
        mail.outbox = []
        pages = [Client().post("/rocket/login/code/", {"email": who}).status_code for _ in range(7)]
        assert (len(mail.outbox), pages) == (5, [302] * 5 + [200] * 2)
