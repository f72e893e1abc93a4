"""Users in the admin site: a new address starts over, and admins keep their own rights."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.logins.identities import ClaimedIdentity, admit_agent
from accounts.models import AuditEntry, Contact, GroupRole, IdentityProvider, User
from accounts.tenancy import desk_scope
from tests.cast import PASSWORD, Cast
from tests.login.conftest import link_in

NEW = "renamed@rocket.example"


@pytest.fixture
def chief(rocket: Cast, matter: Cast) -> User:
    return User.objects.create_superuser("root@host.example", "x")


@pytest.fixture
def root(chief: User, sign_in: Any) -> Client:
    return sign_in(chief)


def save(root: Client, user: User, **changes: str) -> Any:
    """Save a user's page; an empty value unchecks a box."""
    flags = {
        name: "on" for name in ("is_active", "is_staff", "is_superuser") if getattr(user, name)
    }
    sent = {"email": user.email, "name": user.name} | flags | changes
    page = f"/admin/accounts/user/{user.pk}/change/"
    return root.post(page, {name: value for name, value in sent.items() if value}, follow=True)


def test_the_old_address_can_no_longer_sign_in(rocket: Cast, root: Client, sign_in: Any) -> None:
    user = rocket.admin.user
    old, browser = user.email, sign_in(user)
    Client().post("/rocket/login/password/reset/", {"email": old})
    link = link_in(mail.outbox[-1])
    assert b"can set a new one by email" in save(root, user, email=NEW).content
    user.refresh_from_db()
    assert (user.email, user.has_usable_password()) == (NEW, False)
    assert browser.get("/rocket/agent/").status_code == 302
    assert b"no longer works" in Client().get(link).content
    mail.outbox.clear()
    Client().post("/rocket/login/password/reset/", {"email": old})
    assert [
        message.to for message in mail.outbox if NEW in message.to or "/reset/" in message.body
    ] == []
    for email in (old, NEW):
        visitor = Client()
        visitor.post("/rocket/login/", {"login": email, "password": PASSWORD})
        assert visitor.get("/rocket/agent/").status_code == 302


def test_the_owner_of_the_new_address_signs_in_after_an_email(rocket: Cast, root: Client) -> None:
    user = rocket.admin.user
    save(root, user, email=NEW)
    assert list(EmailAddress.objects.filter(user=user).values_list("email", "verified")) == [
        (NEW, False)
    ]
    mail.outbox.clear()
    owner = Client()
    owner.post("/rocket/login/password/reset/", {"email": NEW})
    assert mail.outbox[-1].to == [NEW]
    form = owner.get(link_in(mail.outbox[-1]))
    word = "a brand new passphrase"
    owner.post(form["Location"], {"password1": word, "password2": word})
    owner.post("/rocket/login/", {"login": NEW, "password": word})
    if not EmailAddress.objects.get(user=user).verified:
        owner.post(link_in(mail.outbox[-1]))
    assert owner.get("/rocket/agent/").status_code == 200


def test_each_desk_of_the_user_audits_the_new_address(
    rocket: Cast, matter: Cast, root: Client
) -> None:
    user = rocket.admin.user
    with desk_scope(matter.desk):
        Contact.objects.create(desk=matter.desk, email=user.email, user=user)
    save(root, user, email=NEW)
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            entry = AuditEntry.objects.get(action="login_email_changed")
        assert (entry.actor, entry.target) == ("root@host.example", NEW)


def test_a_new_name_changes_nothing_else(rocket: Cast, root: Client, sign_in: Any) -> None:
    browser = sign_in(rocket.admin.user)
    save(root, rocket.admin.user, name="Another")
    assert browser.get("/rocket/agent/").status_code == 200
    rocket.admin.user.refresh_from_db()
    assert rocket.admin.user.check_password(PASSWORD)


@pytest.mark.parametrize("right", ["is_active", "is_superuser"])
def test_admins_cannot_remove_their_own_rights(root: Client, chief: User, right: str) -> None:
    answer = save(root, chief, **{right: ""})
    assert "Ask another installation admin" in str(answer.context["adminform"].form.errors)
    chief.refresh_from_db()
    assert getattr(chief, right)
    assert root.get("/admin/").status_code == 200


def test_another_admin_removes_the_rights(root: Client, sign_in: Any) -> None:
    other = User.objects.create_superuser("second@host.example", "x")
    browser = sign_in(other)
    save(root, other, is_superuser="")
    assert browser.get("/admin/").status_code == 404


def test_admins_cannot_change_their_own_address(chief: User, root: Client) -> None:
    page = save(root, chief, email="rooot@host.exmaple").content.decode()
    assert "Ask another installation admin" in page
    chief.refresh_from_db()
    assert (chief.email, chief.has_usable_password()) == ("root@host.example", True)


def test_single_sign_on_no_longer_finds_the_old_address(rocket: Cast, root: Client) -> None:
    with desk_scope(rocket.desk):
        provider = IdentityProvider.objects.create(desk=rocket.desk, name="Company")
        GroupRole.objects.create(desk=rocket.desk, provider=provider, group="helpers")
        person = ClaimedIdentity("42", rocket.analyst.user.email, True, "Ana", ["helpers"])
        assert admit_agent(provider=provider, person=person) == rocket.analyst
    save(root, rocket.analyst.user, email=NEW)
    with desk_scope(rocket.desk):
        assert admit_agent(provider=provider, person=person) != rocket.analyst
