"""Planning the demo's tickets: the same for the same hour, with every ending at its time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from accounts.tenancy import desk_scope
from helpdesk.demo.desks import create_demo_desk
from helpdesk.demo.people import Cast, UserFactory, create_people, list_sign_ins, read_shifts
from helpdesk.demo.planning import ENDINGS, HOURS_AGO, Case, Planner
from helpdesk.demo.source import SLUGS, read_data
from helpdesk.demo.stories import read_story
from sla.calendar import add_working_time
from sla.services import get_working_hours

NOW = datetime(2026, 11, 18, 15, tzinfo=UTC)


@pytest.fixture(params=SLUGS)
def people(request: pytest.FixtureRequest, db: None) -> Iterator[Cast]:
    """Each demo desk with its people, entered, but without tickets."""
    slug = request.param
    parts = create_demo_desk(read_data(slug, "desk"), now=NOW)
    with desk_scope(parts.desk):
        yield create_people(parts, read_data(slug, "people"), users=UserFactory(), now=NOW)


def plan(people: Cast, size: float = 1.0) -> list[Case]:
    data = read_data(people.parts.desk.slug, "conversations")["story"]
    return Planner(people, [read_story(one) for one in data], now=NOW).plan(size)


def outline(cases: list[Case]) -> list[tuple[object, ...]]:
    return [(c.start, c.subject, c.contact.email, c.channel, c.ending, c.seed) for c in cases]


def get_due_at(people: Cast, case: Case) -> datetime:
    account = case.contact.account
    assert account
    target = people.parts.targets[account.plan_id, case.priority.pk]
    hours = get_working_hours(target.required_calendar)
    return add_working_time(hours, case.start, timedelta(minutes=target.amount))


def get_first_reply_at(case: Case) -> datetime:
    return next(at for at, step in case.steps if step.kind in {"reply", "solve"})


def test_the_same_hour_gives_the_same_plan(people: Cast) -> None:
    assert outline(plan(people)) == outline(plan(people))


@pytest.mark.parametrize("size", [1.0, 0.66, 0.1])
def test_every_ending_occurs_as_often_as_the_size_says(people: Cast, size: float) -> None:
    counts = Counter(case.ending for case in plan(people, size))
    assert counts == {ending: max(1, round(count * size)) for ending, count in ENDINGS.items()}


def test_cases_are_in_order_and_start_in_the_last_five_weeks(people: Cast) -> None:
    starts = [case.start for case in plan(people)]
    assert starts == sorted(starts)
    assert starts[0] > NOW - timedelta(days=35)
    assert starts[-1] <= NOW


def test_steps_follow_each_other(people: Cast) -> None:
    for case in plan(people):
        times = [case.start, *(at for at, _ in case.steps)]
        assert times == sorted(times)


def test_endings_with_hours_happen_that_long_ago(people: Cast) -> None:
    for case in plan(people):
        if case.ending in HOURS_AGO:
            least, most = HOURS_AGO[case.ending]
            last = case.steps[-1][0] if case.steps else case.start
            hours = (NOW - last) / timedelta(hours=1)
            assert least - 0.01 <= hours <= most + 0.1 * (most - least), case.ending


def test_overdue_cases_are_overdue_and_nearly_due_ones_are_not(people: Cast) -> None:
    for case in plan(people):
        if case.ending == "overdue":
            assert get_due_at(people, case) < NOW
        if case.ending == "nearly_due":
            assert NOW < get_due_at(people, case) <= NOW + timedelta(hours=1)


def test_late_cases_are_answered_after_their_deadline(people: Cast) -> None:
    late = [case for case in plan(people) if case.ending == "late"]
    paid = [case for case in late if case.contact.account and case.contact.account.plan_id]
    assert paid
    for case in paid:
        assert get_first_reply_at(case) > get_due_at(people, case)


def test_nobody_uses_a_channel_that_the_plan_excludes(people: Cast) -> None:
    for case in plan(people):
        plan_of_account = case.contact.account.plan if case.contact.account else None
        if case.channel == "phone":
            assert plan_of_account
            assert plan_of_account.allows_hotline
        if case.channel == "email" and plan_of_account and case.ending != "unverified":
            assert plan_of_account.allows_mail or case.contact.role == "contact"


def test_each_sign_in_of_the_data_belongs_to_a_person(people: Cast) -> None:
    slug = people.parts.desk.slug
    found = {agent.user.email for agent in people.agents}
    found |= {contact.email for contact in people.contacts}
    sign_ins = list_sign_ins(slug, read_data(slug, "people"))
    assert set(sign_ins.values()) <= found
    assert {"analyst", "lead", "admin", "observer", "customer", "manager"} <= sign_ins.keys()


@pytest.mark.parametrize(
    ("text", "weekdays", "minutes"),
    [
        ("Mon-Fri 08:00-17:00 UTC", [0, 1, 2, 3, 4], (480, 1020)),
        ("Fri-Mon 20:00-08:00 UTC", [4, 5, 6, 0], (1200, 480)),
        ("Sun-Sun 00:00-24:00 UTC", [6], (0, 1440)),
    ],
)
def test_shifts_are_read_from_a_line(
    people: Cast, text: str, weekdays: list[int], minutes: tuple[int, int]
) -> None:
    shifts = read_shifts(people.agents[0], text)
    assert [shift.weekday for shift in shifts] == weekdays
    assert {(shift.start_minute, shift.end_minute) for shift in shifts} == {minutes}
