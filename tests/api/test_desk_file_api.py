"""A desk's settings by the API: one by one, and as a file that is planned and applied."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Desk, Region
from tests.cast import Cast
from tests.tokens.programs import make_program, make_token

URL = "/rocket/api/v1/configuration/"
FILE = "regions:\n  - name: EMEA\n    time_zone: Europe/Berlin\n"


@pytest.fixture
def as_admin(in_rocket: Cast, sign_in: Any) -> Client:
    client: Client = sign_in(in_rocket.admin.user)
    return client


def post(client: Client, path: str, **data: Any) -> Any:
    return client.post(URL + path, data, content_type="application/json")


def test_a_file_is_planned_and_applied(as_admin: Client) -> None:
    shown = as_admin.get(URL).json()
    assert "12x5" in shown["yaml"]
    planned = post(as_admin, "plan/", file=FILE).json()
    assert planned["fingerprint"] == shown["fingerprint"]
    [change] = planned["changes"]
    assert change["text"] == "regions: “EMEA” is added"
    assert not Region.objects.exists()
    applied = post(as_admin, "application/", file=FILE, fingerprint=planned["fingerprint"])
    assert applied.json() == planned
    assert Region.objects.get().time_zone == "Europe/Berlin"


def test_a_plan_that_is_outdated_is_a_conflict(as_admin: Client) -> None:
    planned = post(as_admin, "plan/", file=FILE).json()
    post(as_admin, "application/", file="skills: [{name: Other}]")
    late = post(as_admin, "application/", file=FILE, fingerprint=planned["fingerprint"])
    assert late.status_code == 409
    assert not Region.objects.exists()


def test_problems_are_errors_of_the_file(as_admin: Client) -> None:
    answer = post(as_admin, "application/", file="regions:\n  - name: EMEA\n    time_zone: Mars\n")
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["detail"] == "3: regions[0].time_zone: This time zone is unknown."
    assert error["field"] == "file"
    for file in ("a: &a [*a]", "a: !!python/name:os.system", "[]"):
        assert post(as_admin, "plan/", file=file).status_code == 400


def test_a_program_applies_files_but_not_what_only_a_person_may_change(
    in_rocket: Cast, as_admin: Client
) -> None:
    Desk.objects.update(require_two_factor=True)
    scopes, given = ["settings:write"], {"passed_two_factor": True}
    program = make_program(make_token(in_rocket.desk, in_rocket.admin, scopes, **given)[1])
    weaker = f"desk: {{require_two_factor: false, webhook_days: 14}}\n{FILE}"
    for path in ("plan/", "application/"):
        texts = [each["detail"] for each in post(program, path, file=weaker).json()["errors"]]
        assert sorted(text.split(":")[0] for text in texts) == [
            *("desk.require_two_factor", "desk.webhook_days")
        ]
    assert not Region.objects.exists(), "all of it or nothing"
    assert Desk.objects.get(pk=in_rocket.desk.pk).require_two_factor
    same = f"desk: {{require_two_factor: true, silence_days: 10}}\n{FILE}"
    assert post(program, "application/", file=same).status_code == 200
    assert Region.objects.exists()
    Desk.objects.update(require_two_factor=False)
    assert post(as_admin, "application/", file="desk: {webhook_days: 20}").status_code == 200
