"""Rules that ask for a tag: on tickets that are opened with tags, in traces and in dry runs."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AgentDepartment, Department
from routing.models import ActionKind, ConditionKind
from routing.rules.book import get_rule_book
from routing.rules.dry_runs import predict
from routing.rules.explaining import list_traces
from tests.cast import NOON, Cast
from tests.routing.rule_making import make_rule
from tickets.actors import Actor
from tickets.models import Tag, Ticket
from tickets.services import NewMessage, NewTicket, Origin, open_ticket

BETA = [
    {"kind": ConditionKind.CHANNEL, "value": "review"},
    {"kind": ConditionKind.TAG, "value": "beta"},
]


@pytest.fixture
def mobile(in_rocket: Cast) -> Department:
    desk = in_rocket.desk
    department = Department.objects.create(desk=desk, name="Mobile", kind="other")
    AgentDepartment.objects.create(desk=desk, agent=in_rocket.colleague, department=department)
    return department


def to(department: Department) -> dict[str, Any]:
    return {"kind": ActionKind.DEPARTMENT, "department": department}


def open_review(cast: Cast, *names: str) -> Ticket:
    tags = [Tag.objects.get_or_create(desk=cast.desk, name=name)[0] for name in names]
    new = NewTicket(
        subject="Push",
        message=NewMessage(text="It stopped", channel="review"),
        origin=Origin(cast.stranger, None, False),
        priority=cast.default_priority,
        tags=tags,
    )
    return open_ticket(desk=cast.desk, new=new, by=Actor.of(cast.stranger), at=NOON)


def test_beta_reviews_go_to_the_team_of_their_own(in_rocket: Cast, mobile: Department) -> None:
    make_rule(in_rocket, "Beta", BETA, [to(mobile)])
    assert open_review(in_rocket, "Beta", "1-star").department == mobile
    other = open_review(in_rocket, "2-star")
    assert other.department != mobile
    [trace] = list_traces(other)
    failed = [check for check in trace.rules[0].checks if not check.holds]
    assert [(each.condition, each.seen) for each in failed] == [("Tag is beta", "2-star")]


def test_a_dry_run_looks_at_the_tags_of_now(in_rocket: Cast, mobile: Department) -> None:
    beta, other = open_review(in_rocket, "beta"), open_review(in_rocket)
    make_rule(in_rocket, "Beta", BETA, [to(mobile)])
    in_rocket.desk.refresh_from_db()
    found = predict([beta, other], get_rule_book(in_rocket.desk))
    assert [one.after.department == mobile.pk for one in found] == [True, False]


def test_tags_that_a_rule_sets_are_not_asked_for_by_the_next(
    in_rocket: Cast, mobile: Department
) -> None:
    tag = Tag.objects.create(desk=in_rocket.desk, name="beta")
    make_rule(in_rocket, "Set", [], [{"kind": ActionKind.TAG, "tag": tag}], stops=False)
    make_rule(in_rocket, "Ask", BETA, [to(mobile)])
    assert open_review(in_rocket).department != mobile
