"""What the API answers is what its schema says, for every operation that reads (M38)."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from tests.access.people import World, create_world
from tests.access.probing import close_stream
from tests.api.contract import Operation, find_route, list_operations, list_violations, read_schema

pytestmark = pytest.mark.django_db
READS = [operation for operation in list_operations() if operation.method == "GET"]


def test_every_read_answers_as_declared() -> None:
    with transaction.atomic():
        world = create_world()
        wrong = [
            f"{operation.id} as {person}: {problem}"
            for person in "dao"
            for operation in READS
            for problem in list_problems(world, person, operation)
        ]
        transaction.set_rollback(True)
    assert wrong == [], "\n".join(wrong)


def is_missing(name: str, headers: set[str]) -> bool:
    is_required = read_schema()["components"]["headers"][name].get("required", False)
    return is_required and name.lower() not in headers


def list_problems(world: World, person: str, operation: Operation) -> list[str]:
    client = world.sign_in(person)
    response = client.get(world.get_url(find_route(operation)))
    declared = operation.get_response(response.status_code)
    if declared is None:
        return [f"{response.status_code} isn't declared"]
    headers = {name.lower() for name in response.headers}
    if missing := [name for name in declared.get("headers", {}) if is_missing(name, headers)]:
        return [f"{response.status_code} has no header {missing}"]
    kind = response.headers["Content-Type"].partition(";")[0]
    if kind not in declared.get("content", {}):
        return [f"{response.status_code} has the type {kind}"]
    close_stream(response)
    if kind not in ("application/json", "application/problem+json"):
        return []  # a file, or lines
    return list_violations(json.loads(response.content), declared["content"][kind]["schema"])
