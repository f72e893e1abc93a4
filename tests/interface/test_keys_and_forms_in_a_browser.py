"""Small behaviors in a real browser, on pages rendered without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from playwright.sync_api import expect

from helpdesk.shared.fields import MAX_FILES
from helpdesk.shared.wording.times import MINUTES, OVERDUE
from tests.interface import factories

pytestmark = pytest.mark.browser

QUEUE = "agent/queue/page.html"
TICKET = "agent/ticket/page.html"
PORTAL_TICKET = "portal/ticket.html"


def make_queue(**changes: object) -> dict[str, object]:
    passed = (datetime.now(UTC) - timedelta(minutes=3, seconds=20)).isoformat()
    times = {"due_iso": passed, "updated_iso": passed, "waiting_iso": passed}
    facts = {**times, "unread": False, **changes}
    return factories.make_queue(*(factories.make_row(number, **facts) for number in (1, 2, 3)))


def focused(page) -> str:
    return page.evaluate("document.activeElement.textContent.trim()")


def test_j_and_k_walk_through_the_rows(show):
    page = show(QUEUE, **make_queue())

    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == "Subject 2"
    page.keyboard.press("k")
    assert focused(page) == "Subject 1"


def test_a_sequence_of_keys_follows_its_link_and_the_question_mark_lists_it(show):
    page = show(QUEUE, **make_queue())

    page.keyboard.press("?")
    assert "Mine" in page.inner_text("#shortcuts-dialog")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/mine")


def test_keys_rest_while_someone_writes(show):
    page = show(TICKET, **factories.make_ticket())

    page.fill("textarea", "")
    page.type("textarea", "n?gm")
    assert page.input_value("textarea") == "n?gm"
    assert page.input_value("[name=kind]:checked") == "reply"


def test_a_passed_deadline_says_so_without_a_reload(show):
    page = show(QUEUE, **make_queue())

    chip = page.locator("time[data-countdown]").first
    assert chip.inner_text() == "3m overdue"
    assert chip.get_attribute("data-state") == "overdue"


def test_times_are_shown_in_the_language_of_the_page(show):
    with translation.override("en-xa"):
        page = show(QUEUE, **make_queue(due_text="", updated_text="", waiting_text=""))
        span = str(MINUTES) % {"minutes": 3}
        overdue = str(OVERDUE) % {"time": span}
    assert page.locator("time[data-countdown]").first.inner_text() == overdue
    assert page.locator("time.ticket-updated").first.inner_text() == span
    assert page.locator(".ticket-waiting time").first.inner_text() == span


def test_a_right_to_left_page_has_its_sidebar_on_the_right(show):
    with translation.override("ar-xb"):
        page = show(QUEUE, **make_queue())
    assert page.get_attribute("html", "dir") == "rtl"
    box = page.locator(".sidebar").bounding_box()
    assert box is not None
    assert box["x"] > 640
    assert page.evaluate("document.documentElement.scrollWidth") == 1280


def test_n_turns_the_answer_into_a_note_and_ctrl_enter_sends_it(show, site):
    page = show(TICKET, **factories.make_ticket())

    page.keyboard.press("n")
    page.keyboard.type("for us only")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/answers")
    path, body = site.posted[0]
    assert path == "/answers"
    assert b"for us only" in body
    assert b'name="kind"\r\n\r\nnote' in body


def test_an_unsent_answer_asks_before_it_is_lost(show):
    page = show(TICKET, **factories.make_ticket())
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.fill("textarea", "half an answer")
    page.evaluate("location.reload()")
    expect(page.locator("textarea")).to_have_value("")
    assert asked == ["beforeunload"]


NAMES_OF_FILES = "[...document.querySelector('input[name=files]').files].map((file) => file.name)"


def make_files(*sizes: int) -> list[dict[str, object]]:
    return [
        {"name": f"{number}.log", "mimeType": "text/plain", "buffer": b"x" * size}
        for number, size in enumerate(sizes, 1)
    ]


def show_with_limits(show, *, size: int, count: int):
    page = show(TICKET, **factories.make_ticket())
    page.eval_on_selector(
        "input[name=files]",
        "(input, [size, count]) => Object.assign(input.dataset, {maxBytes: size, maxFiles: count})",
        [size, count],
    )
    return page


def test_chosen_files_are_listed_added_to_and_removed(show):
    page = show(TICKET, **factories.make_ticket())
    first, second = make_files(10, 20)

    page.set_input_files("input[name=files]", [first])
    page.set_input_files("input[name=files]", [second])
    assert page.evaluate(NAMES_OF_FILES) == ["1.log", "2.log"]
    page.click("[aria-label='Remove 2.log']")
    assert page.evaluate(NAMES_OF_FILES) == ["1.log"]


def test_a_file_that_is_too_large_is_named_and_not_uploaded_while_the_others_are(show):
    page = show_with_limits(show, size=1024, count=10)

    page.set_input_files("input[name=files]", make_files(600, 600, 300))

    assert page.evaluate(NAMES_OF_FILES) == ["1.log", "3.log"]  # the sum counts
    refused = page.locator(".file-chip[data-too-large]")
    assert refused.count() == 1
    assert "2.log" in refused.inner_text()
    assert "not attached: more than 1 kB in total" in refused.inner_text()


def test_more_files_than_a_message_may_carry_are_not_uploaded(show):
    page = show_with_limits(show, size=1_000_000, count=2)

    page.set_input_files("input[name=files]", make_files(1, 1, 1))

    assert page.evaluate(NAMES_OF_FILES) == ["1.log", "2.log"]
    assert "not attached: more than 2 files" in page.inner_text(".file-chip[data-too-large]")


def test_the_page_states_the_limits_that_the_server_enforces(show, settings):
    settings.MAX_ATTACHMENT_BYTES = 25 * 1024 * 1024
    page = show(TICKET, **factories.make_ticket())

    files = page.locator("input[name=files]")
    assert files.get_attribute("data-max-bytes") == str(25 * 1024 * 1024)
    assert files.get_attribute("data-max-files") == str(MAX_FILES)
    hint = page.locator(f"#{files.get_attribute('aria-describedby')}")
    assert hint.inner_text() == "Up to 10 files, 25.0\xa0MB in total."


def test_an_act_that_asks_is_done_only_after_a_yes(show, site):
    page = show(PORTAL_TICKET, close_url="/close", ticket={"status": "open"}, entries=[])

    page.click("[data-confirm]")
    page.click("#confirm-dialog [value=cancel]")
    assert site.posted == []
    page.click("[data-confirm]")
    page.click("#confirm-dialog [value=ok]")
    page.wait_for_url("**/close")
    assert [path for path, _ in site.posted] == ["/close"]


def focus_property(page, name: str) -> None:
    page.focus(f"[data-property={name}] > summary")


def test_arrow_keys_walk_through_a_property_and_only_enter_chooses(show, site):
    page = show(TICKET, **factories.make_ticket())

    focus_property(page, "priority")
    page.keyboard.press("ArrowDown")
    assert site.posted == []
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    assert focused(page) == "High"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("l")
    assert focused(page) == "Low"
    assert site.posted == []
    page.keyboard.press("Enter")
    page.wait_for_selector("#ticket-panel >> text=taken")
    assert [path for path, _ in site.posted] == ["/priority"]
    assert b"priority=2" in site.posted[0][1]
    assert b"expected=1" in site.posted[0][1]


def test_a_digit_chooses_a_priority_unless_it_is_a_command_of_the_browser(show, site):
    page = show(TICKET, **factories.make_ticket())

    focus_property(page, "priority")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+2")
    page.keyboard.press("Alt+2")
    assert page.locator("[data-property=priority][open]").count() == 1
    assert site.posted == []
    page.keyboard.press("2")
    page.wait_for_selector("#ticket-panel >> text=taken")
    assert [path for path, _ in site.posted] == ["/priority"]


def test_typing_in_a_menu_triggers_no_shortcut(show):
    page = show(TICKET, **factories.make_ticket())

    focus_property(page, "assignee")
    page.keyboard.press("Enter")
    page.keyboard.press("n")
    assert page.input_value("[name=kind]:checked") == "reply"
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    assert page.input_value("[name=kind]:checked") == "note"


def test_arrow_keys_on_the_sort_order_load_nothing(show, page):
    page = show(QUEUE, **make_queue())

    page.focus(".sort > summary")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.url.endswith("/page/")
    with page.expect_navigation(url="**/tickets?*"):
        page.keyboard.press("Enter")
    assert "sort=2" in page.url
    assert "view=mine" in page.url


def add_message(page, number: int, text: str, kind: str = "customer") -> None:
    """Let a live update bring a message."""
    page.evaluate(
        """([number, text, kind]) => {
          const list = document.getElementById("conversation");
          const message = list.querySelector(".message").cloneNode(true);
          message.id = `message-${number}`;
          message.dataset.kind = kind;
          message.querySelector(".message-body .prose").textContent = text;
          list.append(message);
          list.dataset.lastMessage = number;
        }""",
        [number, text, kind],
    )


def test_a_reply_begun_before_a_message_asks_once_and_shows_it(show, site):
    page = show(TICKET, **factories.make_ticket())

    page.fill("textarea", "It is fixed.")
    add_message(page, 9, "It works again!")
    page.keyboard.press("Control+Enter")
    assert "It works again!" in page.inner_text("#confirm-dialog")
    page.click("#confirm-dialog [value=cancel]")
    assert site.posted == []
    assert page.input_value("textarea") == "It is fixed."
    page.focus("textarea")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/answers")
    assert b'name="last_seen"\r\n\r\n9\r\n' in site.posted[0][1]


@pytest.mark.parametrize("kind", ["auto", "note"])
def test_only_public_messages_from_people_trigger_the_question(show, site, kind):
    page = show(TICKET, **factories.make_ticket())

    page.fill("textarea", "It is fixed.")
    add_message(page, 9, "I am away.", kind)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/answers")


def test_a_reply_begun_after_a_message_does_not_ask(show, site):
    page = show(TICKET, **factories.make_ticket())

    add_message(page, 9, "It works again!")
    page.fill("textarea", "Good to hear.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/answers")
    assert b'name="last_seen"\r\n\r\n9\r\n' in site.posted[0][1]


def test_a_note_does_not_ask(show, site):
    page = show(TICKET, **factories.make_ticket())

    page.keyboard.press("n")
    page.keyboard.type("for us only")
    add_message(page, 9, "It works again!")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/answers")


def test_the_theme_is_remembered(show):
    page = show(QUEUE, **make_queue())

    page.click(".sidebar .sidebar-self")
    page.click(".sidebar [data-theme-toggle]")
    page.reload()
    assert page.get_attribute("html", "data-theme") == "light"


def test_the_list_and_the_ticket_fit_a_phone(show):
    for template, context in ((QUEUE, make_queue()), (TICKET, factories.make_ticket())):
        page = show(template, **context)
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_on_a_phone_the_one_sidebar_is_a_drawer(show):
    page = show(QUEUE, **make_queue())
    page.set_viewport_size({"width": 375, "height": 740})
    sidebar = page.locator("#sidebar")
    assert page.locator("nav.nav").count() == 1
    assert not sidebar.is_visible()

    page.get_by_role("button", name="Menu").press("Enter")
    assert sidebar.is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#sidebar') !== null")

    page.keyboard.press("Escape")
    assert not sidebar.is_visible()
    assert page.evaluate("document.activeElement.ariaLabel") == "Menu"


def test_the_drawer_needs_no_script(show, chromium):
    page = show(QUEUE, **make_queue())
    plain = chromium.new_context(
        viewport={"width": 375, "height": 740}, java_script_enabled=False
    ).new_page()
    plain.goto(page.url)

    plain.get_by_role("button", name="Menu").click()
    assert plain.locator("#sidebar").is_visible()
    plain.context.close()


def test_a_paste_that_is_too_long_stays_whole_and_is_refused(show):
    page = show(PORTAL_TICKET, can_reply=True, reply_url="/reply", ticket={"status": "open"})
    text = page.locator("textarea")
    limit = int(text.get_attribute("data-max-length"))

    text.focus()
    page.keyboard.insert_text("x" * (limit + 5))

    assert len(text.input_value()) == limit + 5
    reason = text.evaluate("(field) => field.validationMessage")
    assert reason == f"Too long: {limit + 5} of {limit} characters. Shorten the text."
    for _ in range(5):
        page.keyboard.press("Backspace")
    assert text.evaluate("(field) => field.validationMessage") == ""
