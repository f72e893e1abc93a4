"""Queue and customer pages pass axe in a browser: empty, full, filtered, and with an error."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from playwright.sync_api import Page

from accounts.models import Account
from accounts.tenancy import desk_scope
from tests.access.help import create_help
from tests.access.macros import create_macros
from tests.axe import find_faults_in_both_themes
from tests.cast import NOON, Cast
from tests.interface.conftest import Site
from tests.routing.rule_making import make_rule
from tickets.models import AttentionRequest, HelpRequest, Macro
from tickets.services import EmergencyReport, report_emergency

pytestmark = pytest.mark.browser
PAGES = [
    "/rocket/agent/",
    "/rocket/agent/?channel=email&needs=answer&sort=priority",
    "/rocket/agent/?view=overdue&channel=phone",
    "/rocket/agent/?status=nonsense",
    "/rocket/agent/?view=rnd&level=l1",
    "/rocket/agent/tickets/1001/escalation/",
    "/rocket/agent/tickets/1001/troubleshooting/",
    "/rocket/agent/tickets/1001/emergency/?outcome=downgraded",
    "/rocket/agent/tickets/1001/clocks/",
    "/rocket/agent/tickets/1001/clocks/first_response/",
    "/rocket/agent/help/",
    "/rocket/agent/help/?view=ended",
    "/rocket/agent/tickets/1001/help/new/",
    "/rocket/agent/attention/",
    "/rocket/agent/tickets/1001/attention/new/",
    "/rocket/agent/customers/",
    "/rocket/agent/customers/?q=acme",
    "/rocket/agent/customers/?q=nobody",
]


@pytest.fixture
def client(rocket: Cast) -> Client:
    """The first desk's admin, who sees most, with a ticket there."""
    with desk_scope(rocket.desk):
        make_rule(rocket, "Calls", [{"kind": "channel", "value": "phone"}])
        make_rule(rocket, "Servers", [{"kind": "words", "value": "server"}])
        ticket = rocket.open_ticket()
        report = EmergencyReport("Nobody can sign in", "Ana", "+1 555 0100")
        report_emergency(ticket_id=ticket.pk, by=rocket.admin, report=report, at=NOON)
        create_help(rocket, ticket, words="words")
        create_macros(rocket, ticket, words="words")
        Account.objects.filter(pk=rocket.account.pk).update(account_manager=rocket.lead)
    client = Client()
    client.force_login(rocket.admin.user)
    return client


def test_no_page_has_a_fault(rocket: Cast, client: Client, site: Site, page: Page) -> None:
    with desk_scope(rocket.desk):
        asked = HelpRequest.objects.get()
        attention = AttentionRequest.objects.get()
        macro = Macro.objects.get()
    own = [
        f"/rocket/agent/customers/{rocket.customer.pk}/",
        f"/rocket/agent/accounts/{rocket.account.pk}/",
        "/rocket/agent/tickets/1001/routing/",
        f"/rocket/agent/accounts/{rocket.account.pk}/escalation/",
        f"/rocket/agent/help/{asked.pk}/",
        f"/rocket/agent/help/{asked.pk}/answer/",
        f"/rocket/agent/help/{asked.pk}/withdrawal/",
        f"/rocket/agent/attention/{attention.pk}/",
        f"/rocket/agent/accounts/{rocket.account.pk}/attention/new/",
        "/rocket/agent/tickets/1001/",
        "/rocket/agent/macros/",
        f"/rocket/agent/macros/{macro.pk}/",
        "/rocket/agent/tickets/1001/macros/",
        f"/rocket/agent/tickets/1001/macros/{macro.pk}/",
        "/rocket/agent/bulk/new/?ticket=1001",
    ]
    for number, url in enumerate([*PAGES, *own]):
        text = client.get(url).content.decode()
        site.pages[f"/{number}/"] = re.sub(r"/rocket/static/|/static/", "/static/", text)
        page.goto(f"{site.address}/{number}/")
        if menu := page.query_selector(".filter > summary"):
            menu.click()
        assert (url, find_faults_in_both_themes(page)) == (url, [])
        page.set_viewport_size({"width": 390, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.set_viewport_size({"width": 1280, "height": 800})
