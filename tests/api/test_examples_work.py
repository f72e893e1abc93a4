"""The bodies that the documentation shows for common operations are accepted as they are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction

from helpdesk.api.schema.examples import BODIES
from tests.access.people import create_world
from tests.api.contract import find_route, list_operations

pytestmark = pytest.mark.django_db


def test_the_examples_of_common_operations_are_accepted() -> None:
    operations = {operation.id: operation for operation in list_operations()}
    assert BODIES.keys() <= operations.keys()
    refused: dict[str, Any] = {}
    with transaction.atomic():
        world = create_world()
        client = world.sign_in("d")
        for name, body in BODIES.items():
            operation = operations[name]
            url = world.get_url(find_route(operation))
            response = client.generic(
                operation.method, url, _write(body), content_type="application/json"
            )
            if response.status_code >= 300:
                refused[name] = (response.status_code, response.content)
        transaction.set_rollback(True)
    assert refused == {}


def _write(body: Any) -> str:
    return json.dumps(body)
