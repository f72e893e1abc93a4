"""What an admin sees of an account in X, and an agent of an encrypted chat."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from channels_intake.connectors.x.connector import XConnector
from channels_intake.models import Connection
from helpdesk.demo.vendors.x import XFake
from tests.cast import Cast
from tests.connectors.wiring import process
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def test_the_admin_sees_events_and_their_cost_but_no_secret(
    at_desk: Cast, account: Connection, fake: XFake, sign_in: SignIn
) -> None:
    XConnector().check(account, at=timezone.now())
    for text in ("@AcmeSupport one", "@AcmeSupport two"):
        fake.play("mention", {"text": text})
    url = f"/rocket/admin/channels_intake/connection/{account.pk}/change/"
    page = sign_in(at_desk.admin.user).get(url)
    assert page.status_code == 200
    shown = page.content.decode()
    assert "Post events this month: 2" in shown
    assert "about $0.01" in shown
    assert f"/channels/{account.hook_token}/" in shown
    secrets = {name: value for name, value in account.secrets.items() if name != "token_until"}
    assert not [name for name, value in secrets.items() if value in shown]


def test_an_agent_is_led_to_x_for_an_encrypted_chat(
    at_desk: Cast, account: Connection, fake: XFake, sign_in: SignIn
) -> None:
    XConnector().check(account, at=timezone.now())
    fake.play("chat", {})
    process(account)
    ticket = Ticket.objects.get()
    page = sign_in(at_desk.analyst.user).get(f"/rocket/agent/tickets/{ticket.number}/")
    shown = page.content.decode()
    assert "This chat is encrypted. Reply in X." in shown
    assert 'href="https://x.com/messages"' in shown


def test_another_desks_admin_does_not_see_it(
    at_desk: Cast, matter: Cast, account: Connection, sign_in: SignIn
) -> None:
    url = f"/matter/admin/channels_intake/connection/{account.pk}/change/"
    page = sign_in(matter.admin.user).get(url, follow=True)
    assert account.hook_token not in page.content.decode()


def test_the_test_of_the_connection_says_what_x_says(
    at_desk: Cast, account: Connection, fake: XFake, sign_in: SignIn
) -> None:
    url = f"/rocket/admin/channels_intake/connection/{account.pk}/test/"
    client = sign_in(at_desk.admin.user)
    fake.has_credits = False
    assert "has no credits" in client.post(url, follow=True).content.decode()
    account.refresh_from_db()
    assert "has no credits" in account.problem
    fake.has_credits, fake.is_down = True, True
    assert "failed" in client.post(url, follow=True).content.decode()
    fake.is_down = False
    assert "X works." in client.post(url, follow=True).content.decode()
    account.refresh_from_db()
    assert account.problem == ""
