"""Erasure of a person over the API: only if confirmed, and as on the admin's page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent, AuditEntry, Contact
from tests.agent.conftest import SignIn
from tests.cast import Cast

API = "/rocket/api/v1/"


def erase(client: Client, path: str, confirm: Any, *, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    url, data = f"{API}{path}/erasure/", {"confirm": confirm}
    return client.post(url, data, content_type="application/json", headers=headers)


@pytest.fixture
def admin(in_rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(in_rocket.admin.user)


def count_erasures() -> int:
    return AuditEntry.objects.filter(action="person_erased").count()


def test_a_contact_is_erased_once_with_the_address_as_confirmation(
    in_rocket: Cast, admin: Client
) -> None:
    ticket, person = in_rocket.open_ticket(text="Help me"), in_rocket.customer
    path = f"contacts/{person.pk}"
    for wrong in ("", in_rocket.manager.email, "yes", None, True):
        refused = erase(admin, path, wrong)
        assert refused.status_code == 400, wrong
        assert [error["field"] for error in refused.json()["errors"]] == ["confirm"]
    bare = admin.post(f"{API}{path}/erasure/", {}, content_type="application/json")
    assert bare.status_code == 400
    assert count_erasures() == 0
    done = erase(admin, path, person.email.upper(), key="first")
    assert done.status_code == 200, done.json()
    assert done.json()["is_erased"] is True
    assert person.email not in done.content.decode()
    ticket.refresh_from_db()
    assert ticket.contact == person
    assert erase(admin, path, person.email.upper(), key="first").json() == done.json()
    assert erase(admin, path, person.email).status_code == 409
    assert count_erasures() == 1
    assert AuditEntry.objects.get(action="person_erased").user == in_rocket.admin.user


def test_a_contact_without_an_address_is_confirmed_by_the_name(
    in_rocket: Cast, admin: Client
) -> None:
    person = Contact.objects.create(desk=in_rocket.desk, email="", name="Caller Nine")
    path = f"contacts/{person.pk}"
    assert erase(admin, path, "Caller Ten").status_code == 400
    assert erase(admin, path, "Caller Nine").json()["is_erased"] is True


def test_an_agent_is_erased_only_after_deactivation(in_rocket: Cast, admin: Client) -> None:
    agent, email = in_rocket.colleague, in_rocket.colleague.user.email
    path = f"agents/{agent.pk}"
    assert erase(admin, path, email).status_code == 409
    Agent.objects.filter(pk=agent.pk).update(is_active=False)
    assert erase(admin, path, in_rocket.analyst.user.email).status_code == 400
    done = erase(admin, path, email)
    assert done.status_code == 200, done.json()
    assert email not in done.content.decode()
    assert erase(admin, path, done.json()["email"]).status_code == 409
    assert count_erasures() == 1


def test_a_contact_with_an_agents_address_is_erased_after_the_agent(
    in_rocket: Cast, admin: Client
) -> None:
    email = in_rocket.analyst.user.email
    person = Contact.objects.create(desk=in_rocket.desk, email=email)
    assert erase(admin, f"contacts/{person.pk}", email).status_code == 409
    assert count_erasures() == 0


def test_nobody_but_an_admin_of_the_desk_erases(
    in_rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    paths = {
        f"contacts/{in_rocket.customer.pk}": in_rocket.customer.email,
        f"agents/{in_rocket.colleague.pk}": in_rocket.colleague.user.email,
    }
    for path, email in paths.items():
        assert erase(sign_in(in_rocket.lead.user), path, email).status_code == 403
        assert erase(sign_in(in_rocket.customer.user), path, email).status_code == 404
        foreign = sign_in(matter.admin.user)
        url = f"/matter/api/v1/{path}/erasure/"
        refused = foreign.post(url, {"confirm": email}, content_type="application/json")
        assert refused.status_code == 404
    assert count_erasures() == 0
    assert not Contact.objects.get(pk=in_rocket.customer.pk).is_erased
