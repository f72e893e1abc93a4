"""What a trainee says about a defect reaches no customer without a colleague."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Agent
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.defects.helpers import release, report
from tickets.actors import Actor
from tickets.defects.creating import change_defect, create_defect
from tickets.defects.moving import Release, add_release, move_stage
from tickets.errors import NeedsApprovalError
from tickets.models import Defect, Stage, StageSetting

TOLD: dict[str, Any] = {
    "workaround": "Restart it.",
    "plan_text": "We replace it.",
    "planned_version": "9.2",
    "planned_on": NOON.date(),
    "public_title": "Upload crashes",
    "public_text": "We know.",
}


@pytest.fixture(autouse=True)
def trainee(rocket: Cast) -> Agent:
    """The analyst of the first desk, whose replies need approval."""
    with desk_scope(rocket.desk):
        rocket.analyst.needs_approval = True
        rocket.analyst.save()
    return rocket.analyst


def test_a_trainee_writes_nothing_that_customers_read(rocket: Cast, trainee: Agent) -> None:
    with desk_scope(rocket.desk):
        defect = report(rocket)
        for name, value in TOLD.items():
            fields = {"title": "Crash", name: value}
            with pytest.raises(NeedsApprovalError):
                create_defect(desk=rocket.desk, agent=trainee, fields=fields, at=NOON)
            with pytest.raises(NeedsApprovalError):
                change_defect(defect_id=defect.pk, agent=trainee, fields={name: value}, at=NOON)
            change_defect(
                defect_id=defect.pk, agent=rocket.colleague, fields={name: value}, at=NOON
            )
        assert Defect.objects.get().workaround == "Restart it."


def test_a_trainee_reports_a_defect_and_changes_what_is_internal(
    rocket: Cast, trainee: Agent
) -> None:
    with desk_scope(rocket.desk):
        fields = {"title": "Crash", "steps": "Upload.", "workaround": "", "is_published": False}
        defect = create_defect(desk=rocket.desk, agent=trainee, fields=fields, at=NOON)
        change_defect(defect_id=defect.pk, agent=trainee, fields={"steps": "Click."}, at=NOON)
        assert Defect.objects.get().steps == "Click."


def test_a_trainee_moves_no_defect_to_a_stage_that_customers_are_told_of(
    rocket: Cast, trainee: Agent
) -> None:
    with desk_scope(rocket.desk):
        defect, by = report(rocket), Actor.of(trainee)
        move: dict[str, Any] = {"defect_id": defect.pk, "stage": Stage.CONFIRMED, "by": by}
        with pytest.raises(NeedsApprovalError):
            move_stage(**move, at=NOON)
        with pytest.raises(NeedsApprovalError):
            add_release(defect_id=defect.pk, release=Release("9.1"), by=by, at=NOON)
        StageSetting.objects.update_or_create(
            desk=rocket.desk, stage=Stage.CONFIRMED, defaults={"tells_customers": False}
        )
        assert move_stage(**move, at=NOON).stage == Stage.CONFIRMED
        assert release(rocket, defect).stage == Stage.RELEASED
