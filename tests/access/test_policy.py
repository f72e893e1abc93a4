"""The policy table against the whole URL configuration: every route, by every method, as every person."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Visibility
from tests.access.asking import Answer, ask_everything
from tests.access.people import make_world
from tests.access.policy import LINES, PEOPLE, RECORDS, SETTINGS, find_line
from tests.access.routes import ROUTES, Route

pytestmark = pytest.mark.django_db  # without a test that says so there is no database at all

METHODS = ["GET", "POST", "DELETE"]
SIZE = f"{len(ROUTES)} routes x {len(METHODS)} methods x {len(PEOPLE)} people"

# What a GET may write: none of it is a desk's. Sessions, and the counts behind the limits of login paths.
MAY_BE_WRITTEN = {"django_session", "django_cache"}
# Looking at a file or a raw mail is audited when an admin does it (tests/admin/test_audit_paths.py).
AUDITED = {
    "agent:file", "agent:received_mail", "agent:sent_mail", "agent:quarantined",
    "admin:channels_intake_inboundmessage_change", "admin:channels_intake_outgoingemail_change",
}  # fmt: skip


def ask_all(people: Iterable[str] = PEOPLE, **world: Any) -> list[Answer]:
    """All answers that these people get, fetched in a transaction that is rolled back."""
    logging.disable(logging.CRITICAL)  # thousands of refusals
    with transaction.atomic():
        made = make_world(**world)
        asked = [answer for method in METHODS for answer in ask_everything(made, method, people)]
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)
    return asked


@pytest.fixture(scope="module")
def answers(django_db_setup: None, django_db_blocker: Any) -> list[Answer]:
    """What everybody gets, asked once."""
    with django_db_blocker.unblock():
        return ask_all()


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    needed = {find_line(route.name) for route in ROUTES}
    assert needed - LINES.keys() == set(), "routes without a line in tests/access/policy.py"
    assert LINES.keys() - needed == set(), "lines without a route"


def test_every_line_speaks_of_every_person() -> None:
    assert {len(signs) for line in LINES.values() for signs in line.values()} == {len(PEOPLE)}
    assert not SETTINGS & RECORDS


@pytest.mark.parametrize("size", [SIZE])
def test_each_person_gets_what_the_table_says(answers: list[Answer], size: str) -> None:
    column = {person: place for place, person in enumerate(PEOPLE)}
    deviations = [
        f"{answer}; the table says {wanted}"
        for answer in answers
        if (wanted := LINES[find_line(answer.route)][answer.method][column[answer.person]])
        != answer.sign
    ]
    assert deviations == []
    assert len(answers) == len(ROUTES) * len(METHODS) * len(PEOPLE)


def test_with_the_switch_off_an_analyst_without_the_department_gets_what_the_others_get() -> None:
    column = list(PEOPLE).index("a")
    deviations = {
        answer.route
        for answer in ask_all("u", visibility=Visibility.EVERYONE)
        if LINES[find_line(answer.route)][answer.method][column] != answer.sign
    }
    assert deviations == {"agent:notification"}  # the analyst's own


def test_with_the_switch_on_there_is_nothing_about_the_ticket_for_them() -> None:
    order = list(PEOPLE)
    differing = {
        name
        for name, line in LINES.items()
        if any(signs[order.index("a")] != signs[order.index("u")] for signs in line.values())
    }
    about_a_ticket = {route.name for route in ROUTES if _is_about_a_ticket(route)}
    assert differing == about_a_ticket | {"agent:notification"}


def _is_about_a_ticket(route: Route) -> bool:
    named = {"number", "attachment_id", "mail_id"} & set(route.parameters)
    return (
        route.name.startswith(("agent:", "api:")) and bool(named)
    ) or route.name == "agent:received_mail"


def test_looking_changes_nothing(answers: list[Answer]) -> None:
    """By GET and by a method that no page takes, no row of any table is written, not even one undone again."""
    looked = [answer for answer in answers if answer.method != "POST"]
    assert [
        f"{answer} wrote {set(answer.written)}"
        for answer in looked
        if answer.written - may_write(answer)
    ] == []
    assert any(answer.written for answer in looked), (
        "the limits of login paths are counted, so writes are seen"
    )


def may_write(answer: Answer) -> set[str]:
    is_audited = answer.route in AUDITED and answer.person in "di"
    return MAY_BE_WRITTEN | ({"accounts_auditentry"} if is_audited else set())


def test_every_answer_carries_the_strict_headers(answers: list[Answer]) -> None:
    weak = [(answer, find_weak_headers(answer.headers)) for answer in answers]
    assert [
        f"{answer}: {wrong}" for answer, wrong in weak if wrong and not is_public(answer, wrong)
    ] == []


def is_public(answer: Answer, wrong: list[str]) -> bool:
    """Whether it is the one file that caches may keep: a logo, the same for everybody, under a name of its own."""
    return (answer.route, answer.status, wrong) == ("logo", 200, ["Cache-Control"])


def find_weak_headers(headers: dict[str, str]) -> list[str]:
    """Which of the headers that every page has are missing or weak (ASVS 3.4, 14.3.2)."""
    policy = headers.get("Content-Security-Policy", "")
    is_right = {
        "Content-Security-Policy": "default-src 'none'" in policy
        and "unsafe" not in policy
        and "*" not in policy,
        "X-Content-Type-Options": headers.get("X-Content-Type-Options") == "nosniff",
        "X-Frame-Options": headers.get("X-Frame-Options") == "DENY",
        "Cache-Control": "no-store" in headers.get("Cache-Control", ""),
    }
    return [name for name, right in is_right.items() if not right]
