"""A ticket for a caller, opened with the keyboard alone, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from accounts.models import Account
from accounts.tenancy import desk_scope
from tests.axe import find_faults
from tests.cast import Cast
from tests.find.conftest import OpenPage
from tickets.models import Ticket

OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_caller_is_found_while_typing_and_chosen_with_two_keys(
    rocket: Cast, helvetia: Account, open_page: OpenPage
) -> None:
    page = open_page(rocket.analyst)
    page.keyboard.press("c")
    expect(page.get_by_role("textbox", name="Requester", exact=True)).to_be_focused()
    page.keyboard.type("helv")
    expect(page.get_by_text("Zoë Keller", exact=True)).to_be_visible()
    assert page.get_by_text("Hotline: High only.").first.is_visible()
    assert page.get_by_role("link", name=re.compile("The printer is on fire")).is_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert find_faults(page, options=OPTIONS) == []
    page.get_by_label("Call length (minutes)").focus()
    page.keyboard.type("7")
    page.get_by_label("Subject").focus()
    page.keyboard.type("Printer again")
    page.get_by_label("Description").focus()
    page.keyboard.type("It burns.")
    page.get_by_role("button", name="Open ticket").press("Enter")
    expect(page.get_by_text("The call lasted 7 minutes.")).to_be_visible()
    with desk_scope(rocket.desk):
        assert Ticket.objects.latest("pk").contact.name == "Zoë Keller"
