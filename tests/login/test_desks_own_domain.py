"""At a desk with its own domain, links with secrets lead to the installation's host."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.invitations.sending import invite
from accounts.models import Desk
from accounts.tenancy import desk_scope
from helpdesk.invitations.emails import send_invitation
from tests.cast import Cast

HOST = {"host": "support.matter.example"}


@pytest.fixture(autouse=True)
def _own_domain(matter: Cast, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver", HOST["host"]]
    settings.SITE_URL = "http://testserver"
    Desk.objects.filter(pk=matter.desk.pk).update(domain=HOST["host"])


def only_link() -> str:
    (sent,) = mail.outbox
    (link,) = [word for word in sent.body.split() if word.startswith("http")]
    return str(link)


def test_nobodys_password_link_leads_to_a_desks_own_domain(rocket: Cast) -> None:
    Client().post("/login/password/reset/", {"email": rocket.analyst.user.email}, headers=HOST)

    link = only_link()
    assert link.startswith("http://testserver/matter/login/password/reset/")
    page = Client().get(link.removeprefix("http://testserver"), follow=True)
    assert page.status_code == 200
    assert "password" in page.content.decode()


def test_nor_does_the_link_that_verifies_an_address(new_person: dict[str, str]) -> None:
    Client().post("/login/sign-up/", new_person, headers=HOST)

    link = only_link()
    assert link.startswith("http://testserver/matter/login/confirm/")
    assert (
        "Verify your email address"
        in Client().get(link.removeprefix("http://testserver")).content.decode()
    )


def test_nor_does_an_invitation_that_sets_the_password_of_another_desks_user(
    rocket: Cast, matter: Cast
) -> None:
    guest = rocket.lead.user
    guest.set_unusable_password()
    guest.save()
    with desk_scope(matter.desk):
        desk = Desk.objects.get(pk=matter.desk.pk)
        invitation, token = invite(
            desk=desk, email=guest.email, kind="agent", role="analyst", at=timezone.now()
        )
    send_invitation(invitation, token)

    link = only_link()
    assert link == f"http://testserver/matter/invitation/{token}/"
    assert guest.email in Client().get(link.removeprefix("http://testserver")).content.decode()
