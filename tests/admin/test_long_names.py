"""Long names widen no page of the admin site, and dates of a list stay on one line."""

from __future__ import annotations

import pytest

from accounts.models import Account, Product
from accounts.tenancy import desk_scope
from channels_intake.calls.queueing import queue_call
from channels_intake.models import CallKind, OutgoingCall
from tests.admin.test_browser_policy import Visit, visit  # noqa: F401 (a fixture)
from tests.cast import NOON, Cast

LONG = "Wolfeschlegelsteinhausenbergerdorff" * 3


@pytest.mark.parametrize(
    "page", ["account/", "account/{account}/change/", "contact/{contact}/change/"]
)
def test_a_long_name_widens_no_page_of_a_phone(visit: Visit, rocket: Cast, page: str) -> None:  # noqa: F811
    with desk_scope(rocket.desk):
        Account.objects.filter(pk=rocket.account.pk).update(name=LONG)
        Product.objects.create(desk=rocket.desk, name=LONG[:60])
        rocket.customer.name = LONG
        rocket.customer.save()
    visit.page.set_viewport_size({"width": 375, "height": 800})
    visit.open("accounts/" + page.format(account=rocket.account.pk, contact=rocket.customer.pk))
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 375


def test_all_of_a_calls_response_is_readable_on_a_phone(visit: Visit, rocket: Cast) -> None:  # noqa: F811
    with desk_scope(rocket.desk):
        queue_call(
            desk_id=rocket.desk.pk,
            kind=CallKind.TEAM_CHAT,
            connection_id=1,
            key=f"chat:{LONG}",
            body={},
            at=NOON,
        )
        words = "The chat can't be reached at"
        OutgoingCall.objects.update(summary=f"{words} https://{LONG}.example/api/v4/posts")
    visit.page.set_viewport_size({"width": 375, "height": 800})
    visit.open("channels_intake/outgoingcall/")
    cells = visit.page.locator("#result_list tbody :is(td, th)")
    cut = cells.evaluate_all(
        "cells => cells.filter(one => one.scrollWidth > one.clientWidth + 1"
        " || one.scrollHeight > one.clientHeight + 1"
        " || one.getBoundingClientRect().right > innerWidth).map(one => one.className)"
    )
    assert cut == []


def test_a_date_of_a_list_stays_on_one_line(visit: Visit, rocket: Cast) -> None:  # noqa: F811
    with desk_scope(rocket.desk):
        rocket.open_ticket(subject="A subject that needs all the room that it can get " * 4)
    visit.page.set_viewport_size({"width": 1280, "height": 800})
    visit.open("tickets/ticket/")
    cell = visit.page.locator("#result_list .field-updated_at").first
    assert cell.evaluate("cell => getComputedStyle(cell).whiteSpaceCollapse") == "collapse"
    assert cell.evaluate("cell => getComputedStyle(cell).textWrapMode") == "nowrap"
