"""Live pages in a real browser: what reloads, reconnects, and which errors are shown."""

from __future__ import annotations

import os
import signal

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Request, Route, expect

from accounts.tenancy import desk_scope
from helpdesk.live import pubsub
from helpdesk.live.messages import Change
from tests.cast import Cast
from tests.live.test_two_agents import Room
from tests.stack import Stack, eventually
from tickets.actors import Actor
from tickets.models import Ticket
from tickets.services import assign

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

QUEUE = "**/rocket/agent/"
# Reconnect now, not after a pause that gets longer with each attempt.
RECONNECT = "document.querySelector('[hx-sse\\\\:connect]')._htmx?.sse?.delayCanceller?.()"
COUNT_HELLOS = "window.hellos = 0; document.addEventListener('hello', () => (window.hellos += 1));"


@pytest.fixture
def page(rocket: Cast, ticket: Ticket, stack: Stack, chromium: Browser) -> Page:
    """The analyst's browser, signed in, on a ticket."""
    stack.start_web()
    return Room(rocket, ticket, stack, chromium).open_page(rocket.analyst)


def open_queue(page: Page, stack: Stack, query: str = "") -> None:
    """Open a list and wait until its stream was checked."""
    page.add_init_script(COUNT_HELLOS)
    page.goto(f"{stack.url}/rocket/agent/{query}")
    until_greeted(page, 1)


def until_greeted(page: Page, times: int) -> None:
    """Wait until the page's stream is registered and checked, for the first time or again."""
    eventually(
        lambda: (
            page.wait_for_timeout(50)
            or page.evaluate(RECONNECT)
            or page.evaluate("window.hellos") >= times
        ),
        within=60,
        what="the page is greeted",
    )


def is_reload(request: Request) -> bool:
    beside = ("/stream/", "/views/counts/", "/notifications/alerts/")
    return "hx-request" in request.headers and not any(part in request.url for part in beside)


def publish(cast: Cast, change: Change) -> None:
    pubsub.publish_lines({cast.desk.pk: [str(change)]})


def test_a_list_reloads_only_for_changes_that_affect_it(
    page: Page, rocket: Cast, ticket: Ticket, stack: Stack
) -> None:
    reloads: list[str] = []
    open_queue(page, stack, "?view=unassigned")
    page.on("request", lambda request: reloads.append(request.url) if is_reload(request) else None)
    publish(rocket, Change(1, facts={"assignee": frozenset([rocket.lead.pk])}))
    with desk_scope(rocket.desk):
        before = Ticket.objects.get(pk=ticket.pk).assignee_id
        other = rocket.colleague if before != rocket.colleague.pk else rocket.analyst
        by, at = Actor.of(rocket.lead), timezone.now()
        assign(ticket_id=ticket.pk, agent=other, by=by, at=at)
        expect(page.locator(".ticket-row")).to_have_count(0)
        assert not reloads
        assign(ticket_id=ticket.pk, agent=None, by=by, at=at)
    expect(page.locator(".ticket-row")).to_have_count(1)
    assert len(reloads) == 1


def test_a_failed_reload_never_says_that_something_was_not_saved(
    page: Page, rocket: Cast, stack: Stack
) -> None:
    open_queue(page, stack)
    answers = [500, 404]

    def answer(route: Route) -> None:
        if is_reload(route.request) and answers:
            route.fulfill(status=answers.pop(0), body="")
        else:
            route.continue_()

    page.route(QUEUE, answer)
    publish(rocket, Change(1))
    eventually(lambda: page.wait_for_timeout(50) or len(answers) == 1, what="the list reloads")
    expect(page.locator(".toast")).to_have_count(0)
    publish(rocket, Change(2))
    expect(page.locator(".toast-text")).to_have_text(
        "You no longer have access: this was moved, or your permissions changed. Reload the page."
    )
    assert answers == []


def test_a_script_that_arrives_late_does_not_keep_the_page_from_its_stream(
    page: Page, rocket: Cast, stack: Stack
) -> None:
    late: list[Route] = []
    page.add_init_script(COUNT_HELLOS)
    page.add_init_script(
        "document.addEventListener('htmx:after:process', () => (window.isProcessed = true));"
    )
    page.route("**/hx-sse*", lambda route: late.append(route))
    page.goto(f"{stack.url}/rocket/agent/", wait_until="commit")
    eventually(lambda: page.wait_for_timeout(50) or page.evaluate("window.isProcessed"))
    eventually(lambda: late)
    late.pop().continue_()
    until_greeted(page, 1)
    with page.expect_request(is_reload):
        publish(rocket, Change(1))


def test_a_rejected_stream_is_retried_silently(page: Page, rocket: Cast, stack: Stack) -> None:
    refusals = 2

    def answer(route: Route) -> None:
        nonlocal refusals
        if refusals:
            refusals -= 1
            route.fulfill(status=503, headers={"Retry-After": "0.2"}, body="")
        else:
            route.continue_()

    page.route("**/agent/stream/**", answer)
    open_queue(page, stack)
    assert refusals == 0
    expect(page.locator(".toast")).to_have_count(0)
    with page.expect_request(is_reload):
        publish(rocket, Change(1))


def test_after_a_restart_a_page_reloads_only_if_it_missed_something(
    page: Page, rocket: Cast, stack: Stack
) -> None:
    open_queue(page, stack)
    with page.expect_request(is_reload):
        publish(rocket, Change(1))
    reloads: list[str] = []
    page.on("request", lambda request: reloads.append(request.url) if is_reload(request) else None)

    def restart(*missed: Change) -> None:
        web = stack.processes.pop("web")
        os.killpg(web.pid, signal.SIGKILL)
        web.wait()
        for change in missed:
            publish(rocket, change)
        stack.start_web()

    restart()
    until_greeted(page, 2)
    page.wait_for_timeout(1000)
    assert not reloads
    restart(Change(2))
    until_greeted(page, 3)
    eventually(lambda: page.wait_for_timeout(50) or reloads, what="the list reloads")
