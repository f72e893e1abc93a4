"""Fixtures of the browser tests of creating and finding."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from accounts.models import Account, Agent, Contact, Plan
from accounts.tenancy import desk_scope
from tests.cast import PASSWORD, Cast, hash_password
from tests.stack import Stack

OpenPage = Callable[..., Page]


@pytest.fixture
def helvetia(rocket: Cast) -> Account:
    """An account with a contact and an open ticket."""
    with desk_scope(rocket.desk):
        plan = Plan.objects.create(desk=rocket.desk, name="Gold", allows_hotline=True)
        account = Account.objects.create(desk=rocket.desk, name="Helvetia Börse AG", plan=plan)
        zoe = Contact.objects.create(
            desk=rocket.desk, account=account, name="Zoë Keller", email="zoe@helvetia.example"
        )
        rocket.open_ticket(contact=zoe, subject="The printer is on fire")
    return account


@pytest.fixture
def open_page(stack: Stack, chromium: Browser) -> OpenPage:
    """Return a function that signs an agent in and opens a page below /rocket/agent/."""
    stack.start_web()

    def opened(agent: Agent, path: str = "", **options: object) -> Page:
        agent.user.password = hash_password()
        agent.user.save()
        viewport = {"width": 1280, "height": 900}
        page = chromium.new_context(**{"viewport": viewport, **options}).new_page()
        page.goto(f"{stack.url}/rocket/login/")
        page.fill("input[name=login]", agent.user.email)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(re.compile(r"/rocket/(agent/)?$"))
        page.goto(f"{stack.url}/rocket/agent/{path}")
        return page

    return opened
