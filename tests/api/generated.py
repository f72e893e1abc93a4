"""Requests that schemathesis generates from the schema, and what their answers violate.

Each case is sent as four people: an admin, an analyst, an observer and a customer. About half of
the cases name rows that exist; the others' ids are generated, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Any, Protocol

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.contract import Operation, list_operations, read_schema

# By symbol in tests/access/policy.py.
ROLES = {"d": "admin", "a": "analyst", "o": "observer", "c": "customer", "n": "nobody"}
OUTSIDERS = {"customer": {404}, "nobody": {401, 403}}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SAFE = {"GET", "HEAD", "OPTIONS"}
OBSERVERS_CHANGES = {"watch_ticket", "stop_watching_ticket", "mark_ticket_read"}  # their own rows
# An outsider's malformed request may be refused as such before anyone asks who sent it.
MALFORMED = {400, 406, 413, 415}


class Sender(Protocol):
    """Send a case as a person and return its response (schemathesis.Response)."""

    def __call__(self, case: Any, role: str) -> Any: ...


@dataclass
class Report:
    """What became of all cases. statuses: how many answers had which."""

    failures: list[str]
    statuses: dict[int, int]

    @property
    def sent(self) -> int:
        return sum(self.statuses.values())


def check_operations(
    send: Sender,
    *,
    find_values: Callable[[Operation], Mapping[str, Any]],
    cases: int,
    is_thorough: bool = False,
) -> Report:
    """Send generated cases of every operation and return what is wrong with the answers.

    find_values: path parameters that name rows of the desk. cases: per operation, valid and
    invalid ones. is_thorough: send all of them as everyone. Otherwise the valid ones are sent as
    the three agents and one of the two outsiders in turn, and the invalid ones as the admin. Reads
    come first and deletions last, so that most rows last until they are read.
    """
    report = Report([], {})
    document = schemathesis.openapi.from_dict(read_schema())
    order = ["GET", "POST", "PATCH", "PUT", "DELETE"]
    operations = sorted(list_operations(), key=lambda each: order.index(each.method))
    for operation, outsider in zip(operations, cycle(OUTSIDERS), strict=False):
        described = document[operation.path][operation.method]
        values = dict(find_values(operation))
        for mode, roles in _choose_senders(outsider, is_thorough=is_thorough).items():
            for case in _generate(described, values, cases, mode):
                for role in roles:
                    _check(case, operation, role, send, report)
    return report


def _choose_senders(outsider: str, *, is_thorough: bool) -> dict[GenerationMode, list[str]]:
    everyone = list(ROLES.values())
    if is_thorough:
        return dict.fromkeys((GenerationMode.POSITIVE, GenerationMode.NEGATIVE), everyone)
    agents = [role for role in everyone if role not in OUTSIDERS]
    return {GenerationMode.POSITIVE: [*agents, outsider], GenerationMode.NEGATIVE: ["admin"]}


def _generate(
    described: Any, values: dict[str, Any], cases: int, mode: GenerationMode
) -> Iterable[Any]:
    """Return cases that are the same in every run. Invalid ones are about rows that exist."""
    found: list[Any] = []
    is_valid = mode == GenerationMode.POSITIVE

    @settings(
        max_examples=cases,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=described.as_strategy(generation_mode=mode), is_known=st.booleans())
    def collect(case: Any, is_known: bool) -> None:
        if values and (is_known or not is_valid):
            case.path_parameters = values
        found.append(case)

    if is_valid or _can_be_wrong(described):
        collect()
    return found


def _can_be_wrong(described: Any) -> bool:
    """Return True if there is a query or a body, beyond the path."""
    return bool(described.query or described.body)


def _check(case: Any, operation: Operation, role: str, send: Sender, report: Report) -> None:
    case.cookies = {}  # schemathesis invents sessions
    case.headers = {k: v for k, v in case.headers.items() if k != "Authorization"}
    response = send(case, role)
    status = response.status_code
    report.statuses[status] = report.statuses.get(status, 0) + 1
    report.failures.extend(
        f"{operation.id} as {role}: {problem}\n  {_show(case)}"
        for problem in _list_problems(case, operation, response, role)
    )


def _list_problems(case: Any, operation: Operation, response: Any, role: str) -> Iterator[str]:
    status = response.status_code
    allowed = OUTSIDERS.get(role)
    if role == "observer" and case.method not in SAFE and operation.id not in OBSERVERS_CHANGES:
        allowed = {403, 404}
    if allowed is not None and status not in allowed | MALFORMED:
        yield f"{status} instead of {sorted(allowed)}"
    if status == 405:  # a generated path that is another operation's: /rules/problems/
        return
    try:
        case.validate_response(response, checks=CHECKS)
    except FailureGroup as group:
        for failure in group.exceptions:
            yield f"{status} {failure.title}: {str(failure.message)[:300]}"


def _show(case: Any) -> str:
    body = "" if case.body is None else repr(case.body)[:300]
    return f"{case.method} {case.path} {case.path_parameters} ?{case.query} {body}"
