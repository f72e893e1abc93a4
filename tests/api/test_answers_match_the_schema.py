"""What the API answers is what its schema says and shows, for every operation that reads (M38)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.access.people import World, create_world
from tests.access.probing import close_stream
from tests.api.contract import Operation, find_route, list_operations, list_violations, read_schema
from tests.api.likeness import list_differences

pytestmark = pytest.mark.django_db
READS = [operation for operation in list_operations() if operation.method == "GET"]
JSON = "application/json"
# Free texts of the test's desk that happen to look like something else.
UNLIKE = {
    "list_ticket_followers .results[].name",  # without a name, a follower has the address for one
    "show_ticket_routing .results[].rules[].checks[].seen",
    "list_time_entries .results[].note",
    "list_chat_users .results[].server",  # the test's chat has an IP address
    "show_chat_user .server",
}
# The test's desk has no row for these, so that nothing says whether their examples are right.
UNSEEN = {
    "get_ladder",
    "list_absences",
    "list_bulk_changes",
    "list_extra_shifts",
    "list_handovers",
    "list_on_call_turns",
    "list_product_feedback",
    "list_releases",
    "list_rule_problems",
    "list_ticket_handles",
    "list_uploads",
    "list_viewers",
    "list_watchers",
    "show_bulk_change",
    "show_emergency",
}


def test_every_read_answers_as_declared_and_as_its_example_shows() -> None:
    wrong: list[str] = []
    unlike: list[str] = []
    unseen = set()
    with transaction.atomic():
        world = create_world()
        for person, operation in [(person, one) for person in "dao" for one in READS]:
            response = read(world, person, operation)
            wrong += [
                f"{operation.id} as {person}: {one}" for one in list_problems(response, operation)
            ]
            if person == "d" and is_shown_as_json(operation):
                if response.status_code != 200 or parse(response).get("results") == []:
                    unseen.add(operation.id)
                else:
                    unlike += list_unlike(parse(response), operation)
        transaction.set_rollback(True)
    assert wrong == [], "\n".join(wrong)
    assert unlike == [], "\n".join(unlike)
    assert unseen == UNSEEN


def read(world: World, person: str, operation: Operation) -> Any:
    response = world.sign_in(person).get(world.get_url(find_route(operation)))
    close_stream(response)
    return response


def parse(response: Any) -> Any:
    return json.loads(response.content)


def list_problems(response: Any, operation: Operation) -> Iterator[str]:
    """Yield what an answer breaks of the declaration."""
    declared = operation.get_response(response.status_code)
    kind = response.headers["Content-Type"].partition(";")[0]
    if declared is None:
        yield f"{response.status_code} isn't declared"
        return
    if missing := [name for name in declared.get("headers", {}) if is_missing(name, response)]:
        yield f"{response.status_code} has no header {missing}"
    if kind not in declared.get("content", {}):
        yield f"{response.status_code} has the type {kind}"
    elif kind in (JSON, "application/problem+json"):  # else a file, or lines
        yield from list_violations(parse(response), declared["content"][kind]["schema"])


def is_missing(name: str, response: Any) -> bool:
    """Return True if an answer lacks a declared header that is always there."""
    is_required = read_schema()["components"]["headers"][name].get("required", False)
    return is_required and name not in response.headers


def is_shown_as_json(operation: Operation) -> bool:
    return JSON in (operation.get_response(200) or {}).get("content", {})


def list_unlike(answer: Any, operation: Operation) -> Iterator[str]:
    """Yield where the example of an operation differs from an answer."""
    shown = (operation.get_response(200) or {})["content"][JSON]
    for difference in list_differences(shown["example"], [answer], shown["schema"]):
        found = f"{operation.id} {difference}"
        if not any(found.startswith(f"{place} ") for place in UNLIKE):
            yield found
