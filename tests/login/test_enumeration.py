"""No page reveals if an address is known."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.invitations.sending import invite
from accounts.models import Contact, IdentityProvider, Invitation, User
from tests.cast import NOON, Cast

MAX_DIFFERENCE = (
    3  # statements between known and unknown; a password's hash takes longer than a hundred
)
SIGN_UP = {"name": "X Y", "password1": "a long enough passphrase"}


def bare(page: bytes, email: str) -> str:
    """Return a page without what differs by chance: tokens, and the address that was typed."""
    text = page.decode().replace(email, "ADDRESS")
    return re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]+"', "", text)


def send(path: str, form: dict[str, str], email: str) -> tuple[int, str, str]:
    """Submit a form as a new visitor. Return status, next page and its content."""
    visitor = Client()
    first = visitor.post(path, form)
    place = first.headers.get("Location", "")
    page = visitor.get(place) if place else first
    return first.status_code, place, bare(page.content, email)


@pytest.mark.parametrize("path", ["password/reset/", "sign-up/", "code/", ""])
def test_known_and_unknown_get_the_same_page(in_rocket: Cast, path: str) -> None:
    by_mail_only = Contact.objects.create(desk=in_rocket.desk, email="mailer@gmail.com").email
    answers = [
        send(
            f"/rocket/login/{path}",
            SIGN_UP | {"email": who, "login": who, "password": "wrong"},
            who,
        )
        for who in (in_rocket.customer.email, by_mail_only, "nobody@nowhere.example")
    ]
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("path", ["password/reset/", "sign-up/", "code/"])
def test_each_gets_one_email(in_rocket: Cast, path: str) -> None:
    for who in (in_rocket.customer.email, "nobody@nowhere.example"):
        mail.outbox = []
        send(f"/rocket/login/{path}", SIGN_UP | {"email": who}, who)
        assert [m.to for m in mail.outbox] == [[who]]


def test_ten_requests_send_three_emails_at_most(in_rocket: Cast) -> None:
    who = in_rocket.customer.email
    codes = [
        Client().post("/rocket/login/password/reset/", {"email": who}).status_code
        for _ in range(10)
    ]
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


def test_a_closed_account_looks_like_none(in_rocket: Cast) -> None:
    closed = in_rocket.customer_colleague
    closed.user.is_active = False
    closed.user.save()
    for path in ("password/reset/", "code/"):
        answers = [
            send(f"/rocket/login/{path}", {"email": who}, who)
            for who in (closed.email, "no@no.example")
        ]
        assert answers[0] == answers[1]


def test_codes_are_limited_per_address(in_rocket: Cast) -> None:
    for who in (in_rocket.customer.email, "nobody@nowhere.example"):
        mail.outbox = []
        pages = [Client().post("/rocket/login/code/", {"email": who}).status_code for _ in range(7)]
        assert (len(mail.outbox), pages) == (5, [302] * 5 + [429] * 2)


class CountingHasher(MD5PasswordHasher):
    """A hasher that counts its calls, which take most of the time."""

    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).hashed += 1
        return super().encode(password, salt)


def effort(path: str, email: str) -> tuple[int, int, int]:
    """Return how many hashes, statements and emails a form costs."""
    CountingHasher.hashed, mail.outbox = 0, []
    form = SIGN_UP | {"email": email, "login": email, "password": "wrong"}
    with CaptureQueriesContext(connection) as asked:
        Client().post(f"/rocket/login/{path}", form)
    return CountingHasher.hashed, len(asked), len(mail.outbox)


@pytest.mark.parametrize("path", ["password/reset/", "sign-up/", "code/", ""])
def test_known_and_unknown_cost_the_same(in_rocket: Cast, settings, path: str) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    user = in_rocket.customer.user
    assert user is not None
    user.set_password("something of this hasher's")
    user.save()
    by_mail_only = Contact.objects.create(desk=in_rocket.desk, email="mailer@gmail.com").email
    effort(path, "first@nowhere.example")  # what is looked up once for all
    costs = [effort(path, who) for who in (user.email, by_mail_only, "nobody@nowhere.example")]
    hashes, statements, mails = ({*cost} for cost in zip(*costs, strict=True))
    assert len(hashes) == len(mails) == 1, costs
    assert max(statements) - min(statements) <= MAX_DIFFERENCE, costs


def test_a_stand_in_account_is_rolled_back(in_rocket: Cast) -> None:
    for path in ("password/reset/", "sign-up/", "code/"):
        assert in_rocket.customer.user is not None
        Client().post(f"/rocket/login/{path}", SIGN_UP | {"email": in_rocket.customer.email})
        Client().post(f"/rocket/login/{path}", SIGN_UP | {"email": "nobody@nowhere.example"})
    assert not User.objects.filter(email__endswith=".invalid").exists()
    assert not EmailAddress.objects.filter(email__endswith=".invalid").exists()


def test_used_old_and_unknown_invitations_get_the_same_page(in_rocket: Cast) -> None:
    tokens = ["x" * 43]
    for change in ({"used_at": NOON}, {"expires_at": NOON}):
        made, token = invite(
            desk=in_rocket.desk, email="new@rocket.example", kind="agent", role="analyst", at=NOON
        )
        Invitation.objects.filter(pk=made.pk).update(**change)
        tokens.append(token)
    form = {"name": "X Y", "password": "a long enough passphrase"}
    looked = [Client().get(f"/rocket/invitation/{token}/") for token in tokens]
    sent = [Client().post(f"/rocket/invitation/{token}/", form) for token in tokens]
    assert {answer.status_code for answer in looked + sent} == {404}
    assert (
        len({bare(answer.content, token) for answer, token in zip(looked, tokens, strict=True)})
        == 1
    )
    assert (
        len({bare(answer.content, token) for answer, token in zip(sent, tokens, strict=True)}) == 1
    )


def test_sso_asks_for_no_address_and_answers_everyone_alike(in_rocket: Cast) -> None:
    provider = IdentityProvider.objects.create(
        desk=in_rocket.desk, name="Company", server_url="https://127.0.0.1", client_id="c"
    )
    pages = []
    for who in (in_rocket.analyst.user.email, "nobody@nowhere.example"):
        path, form = f"/rocket/login/sso/{provider.pk}/", {"login": who, "email": who}
        answer = Client().post(path, form)
        pages.append((answer.status_code, bare(answer.content, who)))
    assert pages[0] == pages[1]


def test_another_customers_request_looks_like_none(in_rocket: Cast, sign_in) -> None:
    number = in_rocket.open_ticket().number
    stranger = sign_in(in_rocket.elsewhere.user)
    pages = [stranger.get(f"/rocket/portal/requests/{n}/") for n in (number, 999_999)]
    assert {page.status_code for page in pages} == {404}
    assert bare(pages[0].content, f"{number}") == bare(pages[1].content, "999999")
