"""A repeated POST returns what its operation declares, or 204."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.tenancy import desk_scope
from tests.cast import Cast

API = "/rocket/api/v1/"
KEY = {"idempotency-key": "one"}


def send_twice(client: Client, path: str, data: Any) -> list[Any]:
    kind = "application/json"
    return [client.post(f"{API}{path}", data, content_type=kind, headers=KEY) for _ in range(2)]


def test_a_repeated_domain_is_a_domain(rocket: Cast, sign_in: Any) -> None:
    client = sign_in(rocket.admin.user)
    path = f"accounts/{rocket.account.pk}/domains/"
    body = {"domain": "rockets-and-more.example", "include_subdomains": False}
    first, again = send_twice(client, path, body)
    assert (first.status_code, again.status_code) == (201, 201), first.content
    assert again.json() == first.json()


def test_a_repeated_decision_is_the_message(rocket: Cast, sign_in: Any) -> None:
    client = sign_in(rocket.lead.user)
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    path = f"tickets/{ticket.number}/emergency/"
    reported = client.post(f"{API}{path}", {"impact": "All"}, content_type="application/json")
    assert reported.status_code == 201, reported.content
    body = {"outcome": "courtesy", "text": "We know."}
    first, again = send_twice(client, f"{path}decision/", body)
    assert (first.status_code, again.status_code) == (201, 201), first.content
    assert again.json() == first.json()
