"""Keys of the list and of the conversation obey what a person chose for them."""

from __future__ import annotations

from playwright.sync_api import expect

from accounts.logins.changes import set_shortcuts
from accounts.models import User
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.find.conftest import OpenPage


def test_a_row_is_selected_and_previewed_by_ones_own_keys(
    rocket: Cast, open_page: OpenPage
) -> None:
    with desk_scope(rocket.desk):
        rocket.open_ticket(subject="First of two")
        rocket.open_ticket(subject="Second of two")
    user = User.objects.get(pk=rocket.analyst.user_id)
    set_shortcuts(user=user, keys={"x": "y", "Space": "p"})
    rocket.analyst.user = user
    page = open_page(rocket.analyst)
    page.locator("a[data-row]").first.focus()
    peek, boxes = page.locator("[data-peek-panel]"), page.locator("input[data-select]:checked")
    page.keyboard.press("x")
    expect(boxes).to_have_count(0)
    page.keyboard.press("y")
    expect(boxes).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("Shift+Y")
    expect(boxes).to_have_count(2)
    expect(peek).to_be_hidden()
    page.keyboard.press("p")
    expect(peek).to_be_visible()
