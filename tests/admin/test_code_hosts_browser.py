"""The pages of repositories, their events and outgoing calls pass axe and fit a phone."""

from __future__ import annotations

import pytest

from accounts.tenancy import desk_scope
from channels_intake.calls.queueing import queue_call
from channels_intake.models import CallKind, CodeEvent, OutgoingCall
from tests.access.people import create_code_host
from tests.admin.test_browser_policy import Visit, visit
from tests.axe import find_faults
from tests.cast import NOON, Cast

pytestmark = pytest.mark.browser
__all__ = ["visit"]  # the fixture
PHONE = {"width": 375, "height": 800}


@pytest.fixture
def paths(rocket: Cast) -> list[str]:
    with desk_scope(rocket.desk):
        host = create_code_host(rocket.desk)
        host.problem = "Missing permissions: Issues (read and write), Contents (read)."
        host.save()
        given = {"kind": CallKind.CODE_HOST, "connection_id": host.pk, "at": NOON, "key": "issue-1"}
        queue_call(desk_id=rocket.desk.pk, body={"title": "T" * 200}, **given)  # type: ignore[arg-type] # of the test
        OutgoingCall.objects.update(state="failed", status=410, summary="410: " + "Gone " * 40)
        rows = {
            "codehost": host.pk,
            "codeevent": CodeEvent.objects.get().pk,
            "outgoingcall": OutgoingCall.objects.get().pk,
        }
    pages = [f"channels_intake/{name}/" for name in rows]
    changes = [f"channels_intake/{name}/{pk}/change/" for name, pk in rows.items()]
    return [*pages, *changes, "channels_intake/codehost/add/"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_are_clean_for_axe_and_fit_a_phone(
    visit: Visit, paths: list[str], theme: str
) -> None:
    visit.open("")
    visit.page.evaluate("theme => localStorage.setItem('adminTheme', JSON.stringify(theme))", theme)
    found = {}
    for path in paths:
        visit.open(path)
        if faults := find_faults(visit.page):
            found[path] = faults
    assert found == {}
    visit.page.set_viewport_size(PHONE)
    for path in paths:
        visit.open(path)
        width = visit.page.evaluate("document.documentElement.scrollWidth")
        assert width == PHONE["width"], path
