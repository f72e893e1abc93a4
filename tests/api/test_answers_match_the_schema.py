"""What the API answers is what its schema says, for every operation that reads (M38)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction

from tests.access.people import World, create_world
from tests.access.routes import ROUTES
from tests.api.contract import Operation, list_operations, list_violations

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


def list_problems(world: World, person: str, operation: Operation) -> list[str]:
    client = world.sign_in(person)
    response = client.get(get_url(world, operation))
    declared = operation.get_response(response.status_code)
    if declared is None:
        return [f"{response.status_code} isn't declared"]
    kind = response.headers["Content-Type"].partition(";")[0]
    if kind not in declared.get("content", {}):
        return [f"{response.status_code} has the type {kind}"]
    return list_violations(json.loads(response.content), declared["content"][kind]["schema"])


def get_url(world: World, operation: Operation) -> str:
    route: Any = next(route for route in ROUTES if get_path(route) == operation.path)
    return world.get_url(route)


def get_path(route: Any) -> str:
    path = f"/{route.pattern}".removeprefix("/api/v1")
    for name in route.parameters:
        for kind in ("int", "slug", "str", "path", "uuid"):
            path = path.replace(f"<{kind}:{name}>", f"{{{name}}}")
    return path
