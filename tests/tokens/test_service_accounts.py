"""Desk admins give programs an account of their own: with rights, but without a person's place."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Agent, User
from accounts.tenancy import desk_scope, system_scope
from routing.loads import list_loads
from tests.cast import Cast
from tests.tokens.programs import make_program
from tests.tokens.test_agent_page import sign_in_with_password
from tickets.actors import Actor
from tickets.errors import NotAllowedError
from tickets.models import TicketEvent
from tickets.services import assign

PAGE = "/rocket/admin/api-access/"
API = "/rocket/api/v1/tickets/"
TOKEN = {
    "token-name": "Sync",
    "token-scopes": ["tickets:write"],
    "token-days": "90",
    "token-requests_per_minute": "50",
}
SECRET = re.compile(r"plumb_svc_\w{38}")


@pytest.fixture
def admin(rocket: Cast) -> Client:
    """The browser of a desk admin who has just signed in."""
    return sign_in_with_password(rocket.admin)


def create_account(admin: Client, role: str = "analyst") -> Agent:
    answer = admin.post(PAGE, {"name": "Billing sync", "role": role})
    assert answer.status_code == 302, answer.content.decode()
    with system_scope("test"):
        return Agent.objects.select_related("user", "desk").get(is_service=True)


def create_token(admin: Client, account: Agent) -> str:
    answer = admin.post(f"{PAGE}{account.pk}/tokens/", TOKEN, follow=True)
    found = SECRET.search(answer.content.decode())
    assert found is not None
    assert SECRET.search(admin.get(f"{PAGE}{account.pk}/").content.decode()) is None
    return found.group()


def test_a_service_account_acts_in_its_own_name_within_its_role(
    rocket: Cast, admin: Client
) -> None:
    account = create_account(admin)
    program = make_program(create_token(admin, account))
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    note = f"{API}{ticket.number}/notes/"
    answer = program.post(note, {"text": "Invoice sent"}, content_type="application/json")
    assert answer.status_code == 201
    assert answer["RateLimit-Policy"] == '"token";q=50;w=60'
    with desk_scope(rocket.desk):
        event = TicketEvent.objects.filter(ticket=ticket).latest("id")
        assert (event.actor_name, event.actor_id) == ("Billing sync", account.pk)
    changed = admin.post(f"{PAGE}{account.pk}/", {"name": "Billing sync", "role": "observer"})
    assert changed.status_code == 302
    again = program.post(note, {"text": "x"}, content_type="application/json")
    assert (program.get(API).status_code, again.status_code) == (200, 403)


def test_it_takes_no_persons_place(rocket: Cast, admin: Client) -> None:
    account = create_account(admin, role="lead")
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        loads = list_loads(rocket.desk.pk, timezone.now())
        assert rocket.analyst.pk in loads
        assert account.pk not in loads
        with pytest.raises(NotAllowedError):
            assign(
                ticket_id=ticket.pk,
                agent=account,
                by=Actor.of(rocket.analyst),
                at=timezone.now(),
            )
    for page in ("/rocket/admin/accounts/agent/", "/rocket/agent/schedule/"):
        assert "Billing sync" not in admin.get(page).content.decode(), page
    assert not User.objects.get(pk=account.user_id).has_usable_password()
    visitor = Client()
    visitor.force_login(account.user)
    assert visitor.get("/rocket/agent/").status_code in {302, 404}
    with desk_scope(rocket.desk), pytest.raises(Exception, match="agent_service_is_inactive"):
        Agent.objects.filter(pk=account.pk).update(is_active=True)


def test_rotating_and_revoking_end_the_old_secret(rocket: Cast, admin: Client) -> None:
    account = create_account(admin)
    first = create_token(admin, account)
    with desk_scope(rocket.desk):
        token = account.api_tokens.get()
    answer = admin.post(f"{PAGE}tokens/{token.pk}/rotation/", {"overlap": "0"}, follow=True)
    found = SECRET.search(answer.content.decode())
    assert found is not None
    second = found.group()
    assert [make_program(one).get(API).status_code for one in (first, second)] == [401, 200]
    admin.post(f"{PAGE}tokens/{token.pk}/revocation/")
    assert make_program(second).get(API).status_code == 401


def test_only_admins_of_the_desk_see_and_change_them(
    rocket: Cast, matter: Cast, admin: Client, sign_in: Any
) -> None:
    account = create_account(admin)
    for person in (rocket.lead, rocket.observer, matter.admin):
        client = sign_in(person.user)
        for url in (PAGE, f"{PAGE}{account.pk}/"):
            assert client.get(url).status_code == 404, (person, url)
            assert client.post(url, {"name": "x", "role": "admin"}).status_code == 404
    other = sign_in(matter.admin.user)
    assert other.get(f"/matter/admin/api-access/{account.pk}/").status_code == 404
    assert other.post(f"/matter/admin/api-access/{account.pk}/tokens/", TOKEN).status_code == 404


def test_a_wrong_form_keeps_its_input(rocket: Cast, admin: Client) -> None:
    account = create_account(admin)
    wrong = {**TOKEN, "token-scopes": []}
    answer = admin.post(f"{PAGE}{account.pk}/tokens/", wrong)
    assert answer.status_code == 422
    assert 'value="Sync"' in answer.content.decode()
