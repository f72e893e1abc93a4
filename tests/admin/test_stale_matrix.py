"""Two admins edit the SLA matrix at once: neither silently reverts the other's change."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, Plan
from accounts.tenancy import desk_scope
from sla.matrix import Matrix, MatrixConflictError, read_matrix, save_matrix
from sla.models import Target
from tests.cast import Cast
from tests.forms import read_form
from tests.races.threads import meanwhile

MATRIX = "/rocket/admin/sla/matrix/"


def open_page(client: Client) -> dict[str, Any]:
    return read_form(client.get(MATRIX).content.decode())


def cell(cast: Cast, priority: str) -> str:
    return f"{cast.plan.pk}-{cast.priorities[priority].pk}-"


def read_targets(cast: Cast) -> dict[str, int]:
    with desk_scope(cast.desk):
        return dict(Target.objects.values_list("priority__name", "amount"))


def test_a_stale_page_takes_nothing_back(rocket: Cast, at_rocket: Client) -> None:
    mine, theirs = open_page(at_rocket), open_page(at_rocket)
    assert len(mine) == 1 + 3 * 3  # the CSRF token, and of each cell its time before and now
    at_rocket.post(MATRIX, theirs | {f"minutes-{cell(rocket, 'High')}": "1 h"})
    assert (
        at_rocket.post(MATRIX, mine | {f"minutes-{cell(rocket, 'Low')}": "48 h"}).status_code == 302
    )
    assert read_targets(rocket) == {"High": 60, "Medium": 480, "Low": 2880}
    with desk_scope(rocket.desk):
        assert AuditEntry.objects.filter(action="target_changed").count() == 2


@pytest.mark.parametrize(
    ("theirs", "told"),
    [("1h", "changed to 1h (12x5) while you were editing"), ("", "removed while you were editing")],
)
def test_a_cell_that_both_changed_is_refused_and_keeps_what_was_typed(
    rocket: Cast, at_rocket: Client, theirs: str, told: str
) -> None:
    name, mine = f"minutes-{cell(rocket, 'High')}", open_page(at_rocket)
    at_rocket.post(MATRIX, open_page(at_rocket) | {name: theirs})
    before = read_targets(rocket)
    answer = at_rocket.post(MATRIX, mine | {name: "2 h", f"minutes-{cell(rocket, 'Low')}": "3 h"})
    page = answer.content.decode()
    assert (answer.status_code, told in page, read_targets(rocket)) == (422, True, before)
    again = read_form(page)
    assert (again[name], again[f"minutes-{cell(rocket, 'Low')}"]) == ("2 h", "3 h")
    assert at_rocket.post(MATRIX, again).status_code == 302
    assert read_targets(rocket) == {"High": 120, "Medium": 480, "Low": 180}


def test_the_same_written_twice_is_no_quarrel(rocket: Cast, at_rocket: Client) -> None:
    name, mine = f"minutes-{cell(rocket, 'High')}", open_page(at_rocket)
    at_rocket.post(MATRIX, mine | {name: "1 h"})
    assert at_rocket.post(MATRIX, mine | {name: "60 min"}).status_code == 302
    assert read_targets(rocket)["High"] == 60


def test_a_save_between_reading_and_writing_is_noticed(in_rocket: Cast) -> None:
    desk, user = in_rocket.desk, in_rocket.admin.user
    name = cell(in_rocket, "High")
    first = read_matrix(desk, written={f"minutes-{name}": "1 h"})
    second = read_matrix(desk, written={f"minutes-{name}": "2 h"})
    assert save_matrix(desk=desk, matrix=first, user=user) == 1
    with pytest.raises(MatrixConflictError):
        save_matrix(desk=desk, matrix=second, user=user)
    assert read_targets(in_rocket)["High"] == 60


@pytest.mark.django_db(transaction=True)
def test_of_two_who_fill_an_empty_cell_at_once_the_second_is_told(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        Target.objects.all().delete()

        first, second = (
            read_matrix(rocket.desk, written={f"minutes-{cell(rocket, 'High')}": text})
            for text in ("1 h", "2 h")
        )

    def save(matrix: Matrix) -> None:
        save_matrix(desk=rocket.desk, matrix=matrix, user=rocket.admin.user)

    def be_told() -> None:
        with pytest.raises(MatrixConflictError):
            save(second)

    meanwhile(rocket, lambda: save(first), be_told)
    assert read_targets(rocket) == {"High": 60}


def test_another_desks_plan_is_no_part_of_it(rocket: Cast, matter: Cast, at_rocket: Client) -> None:
    names = " ".join(open_page(at_rocket))
    with desk_scope(matter.desk):
        assert f"-{Plan.objects.get().pk}-" not in names
