"""Everything that fails below /api/ gets application/problem+json, with a page about its kind."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from accounts.models import Desk
from helpdesk.desks.suspension import suspend_desk
from helpdesk.shared.http.problem_kinds import BY_SLUG, KINDS
from tests.api.promises.operations import list_operations
from tests.cast import Cast

API = "/rocket/api/v1/"


@pytest.fixture
def admin(in_rocket: Cast, sign_in: Any) -> Client:
    client: Client = sign_in(in_rocket.admin.user)
    client.raise_request_exception = False
    return client


def assert_problem(answer: Any, slug: str) -> dict[str, Any]:
    kind = BY_SLUG[slug]
    assert answer.headers["Content-Type"] == "application/problem+json"
    said: dict[str, Any] = answer.json()
    assert answer.status_code == said["status"] == kind.status, said
    assert said["type"].endswith(f"/api/v1/problems/{slug}/")
    assert all((said["title"], said["detail"]))
    return said


def test_each_kind_of_problem_has_a_page_without_signing_in(rocket: Cast, client: Client) -> None:
    shown = client.get(f"{API}problems/").content.decode()
    for kind in KINDS:
        page = client.get(f"{API}problems/{kind.slug}/")
        assert page.status_code == 200
        assert str(kind.title) in page.content.decode()
        assert f"{API}problems/{kind.slug}/" in shown
    assert_problem(client.get(f"{API}problems/other/"), "not-found")


def test_addresses_and_methods(in_rocket: Cast, admin: Client, client: Client) -> None:
    assert_problem(admin.get(f"{API}nothing/"), "not-found")
    assert_problem(admin.get("/rocket/api/v9/tickets/"), "not-found")
    assert_problem(client.get("/nowhere/api/v1/tickets/"), "not-found")
    assert_problem(admin.get(f"{API}tickets/{'9' * 40}/"), "not-found")
    refused = admin.delete(f"{API}tickets/")
    assert_problem(refused, "method-not-allowed")
    assert {"GET", "POST"} <= set(refused["Allow"].split(", "))
    posted = admin.post(f"{API}tickets", {}, content_type="application/json")
    assert f"{API}tickets/" in assert_problem(posted, "not-found")["detail"]
    asked = admin.options(f"{API}tickets/")
    assert (asked.status_code, asked.content) == (204, b"")
    assert "POST" in asked["Allow"]
    head = admin.head(f"{API}tickets/")
    assert (head.status_code, head.content) == (200, b"")


def test_only_json_is_returned(admin: Client) -> None:
    for accepted in ("text/html", "application/xml", "application/json;q=0"):
        refused = admin.get(f"{API}tickets/", headers={"accept": accepted})
        if accepted != "application/json;q=0":  # q isn't read by REST framework
            assert_problem(refused, "not-acceptable")
    for accepted in ("*/*", "application/json", "application/*, text/html"):
        assert admin.get(f"{API}tickets/", headers={"accept": accepted}).status_code == 200
    assert_problem(admin.get(f"{API}tickets/?format=xml"), "invalid-request")


def test_csrf_and_roles(in_rocket: Cast, sign_in: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(in_rocket.admin.user)
    refused = strict.post(f"{API}regions/", {}, content_type="application/json")
    assert_problem(refused, "csrf-failed")
    observer = sign_in(in_rocket.observer.user)
    refused = observer.post(f"{API}regions/", {}, content_type="application/json")
    assert_problem(refused, "not-allowed")
    in_rocket.desk.require_two_factor = True
    in_rocket.desk.save()
    assert_problem(sign_in(in_rocket.analyst.user).get(f"{API}tickets/"), "two-factor-required")


def test_a_suspended_desk_and_an_unavailable_database(
    rocket: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert suspend_desk(desk=rocket.desk)
    suspended = client.get(f"{API}tickets/")
    assert "suspended" in assert_problem(suspended, "unavailable")["detail"]
    assert suspended["Retry-After"] == "3600"

    def fail(**_given: Any) -> list[Desk]:
        raise OperationalError("connection refused")

    monkeypatch.setattr("accounts.middleware.read_desks", fail)
    down = client.get(f"{API}tickets/")
    assert_problem(down, "unavailable")
    assert down["Retry-After"]


def test_a_server_error_says_nothing_of_its_cause(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_given: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("helpdesk.api.tickets.tags.list_tags", fail)
    monkeypatch.setattr("helpdesk.api.base.get_ticket_for_agent", fail)
    failed = admin.get(f"{API}tickets/1/tags/")
    said = assert_problem(failed, "server-error")
    assert "secret" not in str(said)


def test_every_operation_refuses_outsiders_with_a_problem(
    in_rocket: Cast, matter: Cast, sign_in: Any
) -> None:
    outsider, customer = sign_in(matter.admin.user), sign_in(in_rocket.customer.user)
    for one in list_operations():
        for client in (outsider, customer):
            answer = client.generic(one.method, one.url, content_type="application/json")
            assert_problem(answer, "not-found")


def test_a_response_is_for_its_reader_only(admin: Client) -> None:
    answer = admin.get(f"{API}tickets/")
    assert answer["Cache-Control"] == "no-store"
    assert {"Accept", "Accept-Language", "Authorization", "Cookie"} <= set(
        answer["Vary"].split(", ")
    )
