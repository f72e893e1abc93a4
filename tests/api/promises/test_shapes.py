"""“fields” returns less of every object and list; “expand” shows related objects whole."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from django.test import Client, RequestFactory
from rest_framework.request import Request

from helpdesk.api.contract.operations import get_operation
from helpdesk.api.contract.problems import ParameterError
from helpdesk.api.contract.shaping import shape
from tests.api.promises.operations import list_operations
from tests.cast import Cast

API = "/rocket/api/v1/"


@pytest.fixture
def admin(in_rocket: Cast, sign_in: Any) -> Client:
    return sign_in(in_rocket.admin.user)


def test_every_read_can_leave_out_fields(in_rocket: Cast, admin: Client) -> None:
    in_rocket.open_ticket()
    shaped = 0
    for one in list_operations("GET"):
        names = get_operation(one.build_view(), "GET").fields
        if not names:
            continue
        answer = admin.get(f"{one.url}?fields={names[0]}")
        if answer.status_code == 200:
            rows = answer.json().get("results", [answer.json()])
            assert all(set(row) <= {names[0]} for row in rows), one
            shaped += bool(rows)
            wrong = admin.get(f"{one.url}?fields={names[0]},nonsense")
            assert wrong.status_code == 400, one
    assert shaped > 5


def test_an_unknown_field_is_refused_with_the_nearest(in_rocket: Cast, admin: Client) -> None:
    wrong = admin.get(f"{API}tickets/?fields=number,subjct")
    [error] = wrong.json()["errors"]
    assert error["parameter"] == "fields"
    assert error["detail"].endswith("Did you mean “subject”?")
    in_rocket.open_ticket()
    [row] = admin.get(f"{API}tickets/?fields=number, subject").json()["results"]
    assert set(row) == {"number", "subject"}


class Expanding:
    """A view whose rows refer to accounts, of which the reader sees one."""

    calls: ClassVar[list[set[int]]] = []

    def load(self, ids: set[int]) -> dict[int, Any]:
        self.calls.append(ids)
        return {1: {"id": 1, "name": "Acme", "plan": "Gold"}}

    expansions: ClassVar[dict[str, Any]] = {"account": load}


def test_references_are_replaced_in_one_go_by_what_the_reader_sees() -> None:
    rows = [{"id": n, "account": {"kind": "account", "id": n}} for n in (1, 2, 1)]
    rows.append({"id": 4, "account": None})
    page = {"results": rows, "next": None, "previous": None}
    request = Request(RequestFactory().get("/?expand=account"))
    shown = shape(Expanding(), request, page, ["id", "account"])
    assert Expanding.calls == [{1, 2}]
    assert [row["account"] for row in shown["results"]] == [
        {"id": 1, "name": "Acme", "plan": "Gold"},
        {"kind": "account", "id": 2},
        {"id": 1, "name": "Acme", "plan": "Gold"},
        None,
    ]
    assert rows[0]["account"] == {"kind": "account", "id": 1}
    with pytest.raises(ParameterError):
        shape(Expanding(), Request(RequestFactory().get("/?expand=acount")), page, [])
