"""Pages about defects pass axe and fit a phone: full, empty, ended, and forms with errors."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from playwright.sync_api import Page

from accounts.models import Contact
from accounts.tenancy import desk_scope
from tests.axe import find_faults_in_both_themes
from tests.cast import NOON, Cast
from tests.defects.helpers import move, release, report
from tests.interface.conftest import Site
from tickets.defects.linking import link_ticket
from tickets.defects.merging import merge_defect
from tickets.defects.ranks.impact import rank_stale_defects
from tickets.models import Defect

pytestmark = pytest.mark.browser

LONG = "Fehlerbehandlungsroutinenverzeichniszugriffsverweigerung" * 3
FORMS = ("edit/", "stage/?stage=in_progress", "release/", "merge/", "publication/")
PAGES = [
    "agent/defects/",
    "agent/defects/?view=ended",
    "agent/defects/?q=nothing",
    "agent/defects/new/",
    "agent/tickets/1001/",
    "agent/tickets/1001/defects/",
    "agent/tickets/1001/defects/?q=nothing",
    "agent/tickets/1001/defects/new/",
    "portal/known-issues/",
]
ADMIN, CUSTOMER = "agent", "portal"


@pytest.fixture
def numbers(rocket: Cast) -> list[int]:
    """The numbers of a full defect with long words, an empty one, and one that was merged."""
    with desk_scope(rocket.desk):
        first, other = rocket.open_ticket(), rocket.open_ticket()
        texts = {"problem": LONG, "workaround": LONG, "plan_text": LONG}
        texts |= {"public_title": LONG, "public_text": LONG}
        facts = {"severity": "critical", "is_published": True}
        full = report(rocket, first, title=LONG, **facts, **texts)
        link_ticket(defect_id=full.pk, ticket_id=other.pk, agent=rocket.level_two, at=NOON)
        move(rocket, full, "confirmed")
        release(rocket, full, url="https://get.example/9.1")
        move(rocket, full, "in_progress")
        empty, again = report(rocket, title="Empty"), report(rocket, title="The same")
        merge_defect(defect_id=again.pk, into_id=full.pk, agent=rocket.level_two, at=NOON)
        while rank_stale_defects(desk_id=rocket.desk.pk, at=NOON):
            pass
    return [full.number, empty.number, again.number]


def test_the_way_back_breaks_no_word_beside_the_stages(
    rocket: Cast, numbers: list[int], page: Page, site: Site
) -> None:
    client = Client()
    client.force_login(rocket.admin.user)
    site.pages["/"] = client.get(f"/rocket/agent/defects/{numbers[0]}/").content.decode()
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(site.address)
    crumbs = page.locator(".crumbs > *")
    heights = crumbs.evaluate_all("all => all.map(one => one.getClientRects().length)")
    tops = crumbs.evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
    assert (set(heights), max(tops) < 30) == ({1}, True)


def read_pages(rocket: Cast, numbers: list[int]) -> dict[str, str]:
    """Return the HTML of each page, by its URL."""
    full = f"agent/defects/{numbers[0]}/"
    own = [f"agent/defects/{number}/" for number in numbers] + [full + form for form in FORMS]
    own.append(f"portal/known-issues/{numbers[0]}/")
    with desk_scope(rocket.desk):
        ids = dict(Defect.objects.values_list("number", "pk"))
    own.append(f"agent/defects/{numbers[1]}/merge/?into={ids[numbers[0]]}")
    clients = {ADMIN: Client(), CUSTOMER: Client()}
    clients[ADMIN].force_login(rocket.admin.user)
    clients[CUSTOMER].force_login(find_customer(rocket))
    pages = {url: clients[url.split("/")[0]].get(f"/rocket/{url}") for url in [*PAGES, *own]}
    for url in ("agent/defects/new/", f"{full}edit/", f"{full}release/"):
        pages[f"{url} with errors"] = clients[ADMIN].post(f"/rocket/{url}", {"title": ""})
    assert {url: page.status_code for url, page in pages.items()} == {
        url: 422 if url.endswith("errors") else 200 for url in pages
    }
    return {url: page.content.decode() for url, page in pages.items()}


def find_customer(rocket: Cast) -> object:
    with desk_scope(rocket.desk):
        return Contact.objects.select_related("user").get(pk=rocket.customer.pk).user


def test_no_page_has_a_fault(rocket: Cast, numbers: list[int], site: Site, page: Page) -> None:
    faults = {}
    for place, (url, text) in enumerate(read_pages(rocket, numbers).items()):
        site.pages[f"/{place}/"] = re.sub(r"/rocket/static/|/static/", "/static/", text)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(f"{site.address}/{place}/")
        told = find_faults_in_both_themes(page)
        widths = []
        for width in (375, 768, 1024):
            page.set_viewport_size({"width": width, "height": 800})
            widths.append(page.evaluate("document.documentElement.scrollWidth"))
        if told or widths != [375, 768, 1024]:
            faults[url] = (told, widths)
    assert faults == {}
