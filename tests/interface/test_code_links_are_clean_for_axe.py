"""The issues and pull requests on a defect's page pass axe, and fit a narrow window."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from playwright.sync_api import Page

from accounts.tenancy import desk_scope
from channels_intake.models import CodeHost
from helpdesk.demo.code_hosts import create_code_host
from tests.axe import find_faults_in_both_themes
from tests.cast import Cast
from tests.code_hosts.conftest import GITHUB_SECRET, connect
from tests.defects.helpers import move, report
from tests.interface.conftest import Site

pytestmark = pytest.mark.browser


def test_the_panel_has_no_fault(rocket: Cast, site: Site, page: Page) -> None:
    connect(rocket, "gitlab", "https://gitlab.example", GITHUB_SECRET)
    with desk_scope(rocket.desk):
        defect = report(rocket, title="Uploads fail for files with a very long name")
        move(rocket, defect, "in_progress")
        create_code_host(rocket.desk, "rocketchat")
        assert CodeHost.objects.count() == 2
    client = Client()
    client.force_login(rocket.admin.user)
    text = client.get(f"/rocket/agent/defects/{defect.number}/").content.decode()
    assert "Link by URL" in text
    site.pages["/defect/"] = re.sub(r"/rocket/static/|/static/", "/static/", text)
    page.goto(f"{site.address}/defect/")
    page.click("text=Link by URL")
    assert find_faults_in_both_themes(page) == []
    page.set_viewport_size({"width": 375, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 375
