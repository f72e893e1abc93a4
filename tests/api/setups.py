"""Requests of desk admins to the API, and what all settings with secrets must refuse."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from accounts.models import AuditEntry

API = "/rocket/api/v1/"


def send(client: Client, method: str, path: str, data: Any = None) -> Any:
    return getattr(client, method)(f"{API}{path}", data, content_type="application/json")


def list_fields(answer: Any) -> list[str]:
    assert answer.status_code == 400, answer.content
    return [error["field"] for error in answer.json()["errors"]]


def assert_hidden(*secrets: str, shown: Any) -> None:
    """Check that secrets are neither in responses nor in the audit log."""
    logged = [entry.detail for entry in AuditEntry.objects.all()]
    for text in (json.dumps(shown), json.dumps(logged)):
        for secret in secrets:
            assert secret not in text


def assert_closed(
    path: str, row_id: int, *, lead: Client, customer: Client, foreign: Client
) -> None:
    """Check that only admins of the desk read and write rows of a setting."""
    for client, status in ((lead, 403), (customer, 404)):
        assert client.get(f"{API}{path}").status_code == status
        assert send(client, "post", path, {"name": "Mine"}).status_code == status
        for method in ("get", "patch", "delete"):
            answer = send(client, method, f"{path}{row_id}/", {"name": "Mine"})
            assert answer.status_code == status, method
    theirs = f"/matter/api/v1/{path}"
    assert foreign.get(theirs).json()["results"] == []
    for method in ("get", "patch", "delete"):
        answer = getattr(foreign, method)(f"{theirs}{row_id}/", {}, content_type="application/json")
        assert answer.status_code == 404, method
