"""The policy table matches every route, by every method, as every person.

People whom one gate refuses ask in turn (tests/access/asking.py).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Visibility
from tests.access.asking import GATES, choose, is_asked, list_refused_alike
from tests.access.people import create_world
from tests.access.policy import API_POLICY, PEOPLE, POLICY, RECORDS, SETTINGS, get_line_name
from tests.access.probing import RouteResponse, list_routes_of, probe_all
from tests.access.routes import ROUTES, Route

pytestmark = pytest.mark.django_db  # creates the database for the module fixture

METHODS = ["GET", "POST", "DELETE", "PUT", "PATCH"]
PROBES = sum(
    is_asked(route, method, person)
    for method in METHODS
    for route in list_routes_of(method)
    for person in PEOPLE
)
SIZE = f"{len(ROUTES)} routes, {PROBES} requests of {len(PEOPLE)} people"

# Tables that a GET may write: sessions, counters of sign-in limits, and agents' last activity.
MAY_BE_WRITTEN = {"django_session", "django_cache", "routing_presence"}
# Admins' access to files, raw emails, exports, and what is exchanged with other systems is audited
# (tests/admin/test_audit_paths.py).
AUDITED = {
    "admin:channels_intake_codeevent_change", "admin:channels_intake_outgoingcall_change",
    "admin:channels_intake_pageevent_change", "admin:channels_intake_channelevent_change",
    "agent:file", "agent:pending_file", "agent:text_file", "agent:received_mail",
    "api:attachment_content",
    "api:export_events", "api:export_tickets", "api:export_messages", "api:export_notes",
    "api:export_contacts", "api:export_accounts", "api:export_agents",
    "agent:pdf_file", "agent:pdf_page",
    "agent:sent_mail", "agent:quarantined",
    "admin:channels_intake_inboundmessage_change", "admin:channels_intake_outgoingemail_change",
    "admin:tickets_webhookdelivery_change",
}  # fmt: skip

# Rows that belong to the analyst.
OWN = {
    "agent:notification", "agent:bulk_change", "agent:bulk_undo", "agent:draft_file_removal",
    "agent:time_entry", "api:upload", "api:time_entry",
    "api:scheduled_reply_send", "api:bulk_change",
    "api:bulk_undo", "agent:notification_device_removal",
    "agent:notification_device_test",
    "agent:token_revocation", "agent:token_rotation",
}  # fmt: skip

# A logo and script tags: the same for everybody.
CACHED = {"logo", "messenger:script", "website_form:script"}
# Pages of a website's messenger and form, which it shows in a frame.
FRAMED = {"messenger:page", "website_form:page", "website_form:sent"}
FRAMING_HOST = "www.acme.example"


def probe_people(people: Iterable[str] = PEOPLE, **world: Any) -> list[RouteResponse]:
    """Return all responses to these people, fetched in a transaction that is rolled back."""
    logging.disable(logging.CRITICAL)  # thousands of expected errors
    with transaction.atomic():
        desks = create_world(**world)
        found = [response for method in METHODS for response in probe_all(desks, method, people)]
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)
    return found


@pytest.fixture(scope="module")
def responses(django_db_setup: None, django_db_blocker: Any) -> list[RouteResponse]:
    """All responses to all people, fetched once."""
    with django_db_blocker.unblock():
        return probe_people()


def test_every_route_has_a_line_and_every_line_a_route() -> None:
    needed = {get_line_name(route.name) for route in ROUTES}
    assert needed - POLICY.keys() == set(), "routes without a line in tests/access/policy.py"
    assert POLICY.keys() - needed == set(), "lines without a route"
    assert API_POLICY.keys() - needed == {"api:OTHER"}, "lines without a route"


def test_every_line_covers_every_person() -> None:
    assert {len(signs) for line in POLICY.values() for signs in line.values()} == {len(PEOPLE)}
    assert not SETTINGS & RECORDS


def test_people_whom_a_gate_refuses_get_the_same() -> None:
    """So one of them may ask for all; over all routes, each of them does."""
    order = list(PEOPLE)
    differing = [
        (route.name, method, alike)
        for route in ROUTES
        for method, signs in POLICY[get_line_name(route.name)].items()
        for alike in list_refused_alike(route)
        if len({signs[order.index(person)] for person in alike}) > 1
    ]
    assert differing == []
    for prefix, groups in GATES.items():
        routes = [route for route in ROUTES if route.name.startswith(prefix)]
        for alike in groups:
            for method in ("GET", "POST"):
                assert {choose(alike, route, method) for route in routes} == {*alike}


def test_every_symbol_of_a_line_is_asked_of_somebody() -> None:
    unasked = [
        (route.name, method, symbol)
        for route in ROUTES
        for method, signs in POLICY[get_line_name(route.name)].items()
        for symbol in {*signs}
        - {sign for who, sign in zip(PEOPLE, signs, strict=True) if is_asked(route, method, who)}
    ]
    assert unasked == []


@pytest.mark.parametrize("size", [SIZE])
def test_each_person_gets_what_the_table_says(responses: list[RouteResponse], size: str) -> None:
    column = {person: place for place, person in enumerate(PEOPLE)}
    deviations = [
        f"{response}; the table says {expected}"
        for response in responses
        if (
            expected := POLICY[get_line_name(response.route)][response.method][
                column[response.person]
            ]
        )
        != response.symbol
    ]
    assert deviations == []
    assert len(responses) == PROBES


def test_in_a_visible_department_all_analysts_get_the_same() -> None:
    column = list(PEOPLE).index("a")
    deviations = {
        response.route
        for response in probe_people("u", visibility=Visibility.EVERYONE)
        if POLICY[get_line_name(response.route)][response.method][column] != response.symbol
    }
    assert deviations == OWN


def test_in_a_members_only_department_outsiders_get_nothing_about_its_tickets() -> None:
    order = list(PEOPLE)
    differing = {
        name
        for name, line in POLICY.items()
        if any(signs[order.index("a")] != signs[order.index("u")] for signs in line.values())
    }
    about_a_ticket = {route.name for route in ROUTES if _is_about_a_ticket(route)}
    assert differing == about_a_ticket | OWN


def _is_about_a_ticket(route: Route) -> bool:
    about = {
        "pdf_id",
        "number",
        "attachment_id",
        "mail_id",
        "help_id",
        "attention_id",
        "phone_call_id",
    }
    named = about & set(route.parameters)
    return (route.name.startswith(("agent:", "api:")) and bool(named)) or route.name in {
        "agent:received_mail",
        "agent:quarantined",
    }


def test_reading_changes_nothing(responses: list[RouteResponse]) -> None:
    """GET, and a method that no page accepts, write no row, not even one that is rolled back."""
    reads = [
        response
        for response in responses
        if response.method == "GET"
        or (response.method == "DELETE" and not response.route.startswith("api:"))
    ]
    assert [
        f"{response} wrote {set(response.written)}"
        for response in reads
        if response.written - list_allowed_tables(response)
    ] == []
    assert any(response.written for response in reads), (
        "sign-in attempts are counted, so writes are recorded"
    )


def list_allowed_tables(response: RouteResponse) -> set[str]:
    is_audited = response.route in AUDITED and response.person in "di"
    return MAY_BE_WRITTEN | ({"accounts_auditentry"} if is_audited else set())


def test_every_response_has_the_security_headers(responses: list[RouteResponse]) -> None:
    weak = [(response, list_weak_headers(response.headers)) for response in responses]
    assert [
        f"{response}: {wrong}"
        for response, wrong in weak
        if wrong and not is_public(response, wrong)
    ] == []


def is_public(response: RouteResponse, wrong: list[str]) -> bool:
    """Return True for what caches may keep, and for pages that named websites show in a frame.

    X-Frame-Options can't name them; the policy does.
    """
    if response.route in FRAMED:
        policy = response.headers["Content-Security-Policy"]
        return wrong == ["X-Frame-Options"] and f"frame-ancestors {FRAMING_HOST}" in policy
    return (response.status, wrong) == (200, ["Cache-Control"]) and response.route in CACHED


def list_weak_headers(headers: dict[str, str]) -> list[str]:
    """Return the missing or weak security headers (ASVS 3.4, 14.3.2)."""
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
