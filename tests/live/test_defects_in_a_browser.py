"""Two people at one defect, in a browser on the running product: nobody types for nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.tenancy import desk_scope
from tests.axe import find_faults
from tests.cast import Cast
from tests.defects.helpers import move, report
from tests.live.test_two_agents import OPTIONS, Room
from tests.stack import Stack
from tickets.models import Defect, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def defect(rocket: Cast, ticket: Ticket) -> Defect:
    with desk_scope(rocket.desk):
        return report(rocket, ticket)


@pytest.fixture
def page(rocket: Cast, ticket: Ticket, stack: Stack, chromium: Browser) -> Page:
    """The analyst's browser, signed in."""
    stack.start_web()
    return Room(rocket, ticket, stack, chromium).open_page(rocket.analyst)


def test_a_form_says_that_someone_moved_the_defect_and_keeps_what_was_typed(
    page: Page, rocket: Cast, defect: Defect, stack: Stack
) -> None:
    page.goto(f"{stack.url}/rocket/agent/defects/{defect.number}/stage/?stage=planned")
    page.fill("[name=why]", "We have a plan")
    with desk_scope(rocket.desk):
        move(rocket, defect, "in_progress")
    news = page.locator(".defect-news .notice")
    expect(news).to_contain_text('Level Two changed the stage from "Reported" to "In progress".')
    expect(news).to_be_in_viewport()
    assert page.input_value("[name=why]") == "We have a plan"
    assert find_faults(page, options=OPTIONS) == []
    page.get_by_role("button", name='Move to "Action plan"').click()
    expect(page.get_by_text("was changed in the meantime")).to_be_visible()
    assert page.input_value("[name=why]") == "We have a plan"


def test_the_queue_shows_a_new_stage_and_keeps_what_is_typed_above_it(
    page: Page, rocket: Cast, defect: Defect, stack: Stack
) -> None:
    page.goto(f"{stack.url}/rocket/agent/defects/")
    page.fill(".toolbar [name=q]", "Upl")
    with desk_scope(rocket.desk):
        move(rocket, defect, "confirmed")
    expect(page.locator(".defect-row")).to_contain_text("Confirmed")
    assert page.input_value(".toolbar [name=q]") == "Upl"
