"""The invitation page, and the email with its link."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.invitations.accepting import accept_invitation
from accounts.invitations.sending import invite
from accounts.models import Agent, User
from accounts.tenancy import desk_scope
from helpdesk.invitations.emails import send_invitation
from tests.cast import PASSWORD, Cast
from tests.login.conftest import code_of, give_app

NEW = "new.person@rocket.example"
FORM = {"name": "New Person", "password": "a long enough pass phrase"}
SignIn = Callable[[User], Client]


def make(cast: Cast, email: str = NEW, *, age: timedelta = timedelta()) -> str:
    with desk_scope(cast.desk):
        _, token = invite(
            desk=cast.desk, email=email, kind="agent", role="analyst", at=timezone.now() - age
        )
    return token


def page(token: str, slug: str = "rocket") -> str:
    return f"/{slug}/invitation/{token}/"


def test_the_email_comes_from_the_desk_and_its_link_opens_the_form(
    rocket: Cast, client: Client
) -> None:
    with desk_scope(rocket.desk):
        invitation, token = invite(
            desk=rocket.desk,
            email=NEW,
            kind="agent",
            role="admin",
            at=timezone.now(),
            by=rocket.admin.user,
        )
    send_invitation(invitation, token)
    [sent] = mail.outbox
    assert sent.to == [NEW]
    assert sent.from_email == "Rocket <support@rocket.example>"
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    [path] = re.findall(r"https?://[^/]+(/\S+)", sent.body)
    assert path == page(token)
    assert NEW in client.get(path).content.decode()


def test_the_email_names_the_zone_of_its_time_in_words(rocket: Cast) -> None:
    rocket.desk.time_zone = "America/Sao_Paulo"
    with desk_scope(rocket.desk):
        rocket.desk.save()
        invitation, token = invite(
            desk=rocket.desk, email=NEW, kind="agent", role="analyst", at=timezone.now()
        )
    send_invitation(invitation, token)
    [sent] = mail.outbox
    [(html, _)] = sent.alternatives
    assert re.search(r"expires on .+ [AP]M \(UTC-03\)\.", sent.body)
    assert re.search(r"expires on .+ [AP]M \(UTC-03\)\.", html)
    assert "\n\n\n" not in sent.body


def test_opening_uses_nothing_up_and_accepting_signs_in(rocket: Cast, client: Client) -> None:
    url = page(make(rocket))
    assert client.get(url).status_code == client.get(url).status_code == 200
    answer = client.post(url, FORM)
    assert (answer.status_code, answer["Location"]) == (302, "/rocket/")
    with desk_scope(rocket.desk):
        assert Agent.objects.get(user__email=NEW).name == "New Person"
    assert "Your account is ready." in client.get("/rocket/agent/").content.decode()


def test_an_invited_contact_is_signed_in_too(rocket: Cast, client: Client) -> None:
    with desk_scope(rocket.desk):
        _, token = invite(
            desk=rocket.desk,
            email="new@acme.example",
            kind="contact",
            role="contact",
            account=rocket.account,
            at=timezone.now(),
        )
    assert client.post(page(token), FORM)["Location"] == "/rocket/"
    assert client.get("/rocket/portal/requests/").status_code == 200


def test_accepting_leads_to_two_factor_authentication_where_it_is_required(
    rocket: Cast, client: Client
) -> None:
    rocket.desk.require_two_factor = True
    rocket.desk.save()
    client.post(page(make(rocket)), FORM)
    assert client.get("/rocket/agent/")["Location"] == "/rocket/login/two-factor/"


def test_a_person_with_two_factor_authentication_is_asked_for_it(
    rocket: Cast, client: Client
) -> None:
    user = User.objects.create_user(NEW, name="By passkey")  # without a password
    give_app(user)
    answer = client.post(page(make(rocket)), FORM)
    assert answer["Location"].startswith("/rocket/login/two-factor/code/")
    assert client.get("/rocket/agent/").status_code == 302
    client.post(answer["Location"], {"code": code_of(user)})
    assert client.get("/rocket/agent/").status_code == 200


def test_accepting_signs_in_at_no_other_desk(rocket: Cast, matter: Cast, client: Client) -> None:
    client.post(page(make(rocket)), FORM)
    assert client.get("/matter/agent/").status_code in {302, 403, 404}
    assert client.get("/matter/portal/requests/").status_code == 403


def test_a_link_works_once_and_does_not_sign_in_again(rocket: Cast, client: Client) -> None:
    url = page(make(rocket))
    client.post(url, FORM)
    second = Client()
    assert second.post(url, FORM).status_code == 404
    assert second.get("/rocket/agent/").status_code == 302


def without_csrf(content: bytes) -> bytes:
    """Return a page without its CSRF token, which Django masks anew in every response."""
    return re.sub(rb"\b[A-Za-z0-9]{64}\b", b"", content)


def test_a_valid_link_is_not_logged(
    rocket: Cast, matter: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    mine, foreign, strict = make(rocket), make(matter), Client(enforce_csrf_checks=True)
    refused = [
        strict.get(page(foreign)),
        strict.delete(page(mine)),
        strict.post(page(mine), FORM),
        Client().post(page(mine), FORM | {"password": "1"}),
    ]
    assert [answer.status_code for answer in refused] == [404, 403, 403, 422]
    logged = caplog.text
    assert logged.count("/rocket/invitation/[hidden]/") == len(refused)
    assert mine not in logged
    assert foreign not in logged


def test_used_old_unknown_and_foreign_tokens_get_the_same_answer(
    rocket: Cast, matter: Cast, client: Client
) -> None:
    used, old, foreign = (
        make(rocket),
        make(rocket, "b@rocket.example", age=timedelta(days=8)),
        make(matter),
    )
    with desk_scope(rocket.desk):
        accept_invitation(desk=rocket.desk, token=used, at=timezone.now(), password="a pass phrase")
    answers = [client.get(page(token)) for token in (used, old, foreign, "unknown")]
    answers += [client.post(page(token), FORM) for token in (used, old, foreign, "unknown")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({without_csrf(answer.content) for answer in answers}) == 1


def test_a_weak_password_is_refused_beside_its_field(rocket: Cast, client: Client) -> None:
    answer = client.post(page(make(rocket)), FORM | {"password": "12345"})
    assert answer.status_code == 422
    assert "too short" in answer.content.decode()
    assert not User.objects.filter(email=NEW).exists()


def test_a_user_signs_in_and_accepts_with_one_click(
    rocket: Cast, matter: Cast, client: Client
) -> None:
    user = matter.analyst.user
    url = page(make(rocket, user.email))
    sign_in_page = client.get(url)["Location"]
    assert sign_in_page.startswith("/rocket/login/?next=")
    shown = client.get(sign_in_page).content.decode()
    assert f"{user.email} already has an account. Sign in to accept the invitation." in shown
    assert client.post(url, FORM)["Location"].startswith("/rocket/login/")
    client.force_login(user)
    assert client.post(url).status_code == 302
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
    with desk_scope(rocket.desk):
        assert Agent.objects.filter(user=user).exists()


def test_another_signed_in_user_cannot_accept_it(rocket: Cast, sign_in: SignIn) -> None:
    url = page(make(rocket))
    other = sign_in(rocket.customer.user)
    assert "signed in with another address" in other.post(url, FORM).content.decode()
    with desk_scope(rocket.desk):
        assert not Agent.objects.filter(user=rocket.customer.user).exists()
    assert not User.objects.filter(email=NEW).exists()


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_do_nothing(rocket: Cast, client: Client, method: str) -> None:
    assert getattr(client, method)(page(make(rocket))).status_code == 405
