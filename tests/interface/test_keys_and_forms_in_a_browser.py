"""The small behaviours in a real browser, on pages rendered without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django import forms

pytestmark = pytest.mark.browser

QUEUE = "agent/queue/page.html"
TICKET = "agent/ticket/page.html"


class ComposerForm(forms.Form):
    form_token = forms.CharField(widget=forms.HiddenInput)
    body = forms.CharField()


def make_row(number: int) -> dict[str, object]:
    soon = (datetime.now(UTC) - timedelta(minutes=3, seconds=20)).isoformat()
    return {
        "url": f"/tickets/{number}",
        "number": f"RC-{number}",
        "subject": f"Subject {number}",
        "channel": "email",
        "channel_label": "E-mail",
        "requester": "Jonas Weber",
        "status": "open",
        "status_word": "Open",
        "priority_rank": 1,
        "priority_name": "High",
        "due_iso": soon,
        "due_state": "soon",
        "due_text": "in 1 min",
        "due_live": True,
        "updated_iso": soon,
        "updated_text": "1 h",
    }


def make_queue() -> dict[str, object]:
    nav = [
        {"title": "", "items": [{"url": "/mine", "label": "Mine", "icon": "user", "keys": "g m"}]}
    ]
    return {
        "agent_nav": nav,
        "queue": {"title": "All"},
        "rows": [make_row(1), make_row(2), make_row(3)],
    }


def make_ticket(**composer: object) -> dict[str, object]:
    close = {
        "url": "/close",
        "label": "Close",
        "confirm": "Close this ticket?",
        "confirm_word": "Close ticket",
    }
    box = {
        "action": "/answers",
        "form": ComposerForm(),
        "kind": "reply",
        "can_reply": True,
        "to": "Jonas",
        **composer,
    }
    priority = {
        "label": "Priority",
        "action": "/priority",
        "name": "priority",
        "options": [{"value": 1, "label": "High"}, {"value": 2, "label": "Low"}],
    }
    return {
        "ticket": {
            "number": "RC-1",
            "subject": "Subject",
            "status": "open",
            "channel": "email",
            "priority_rank": 1,
        },
        "tab": "conversation",
        "actions": [close],
        "composer": box,
        "properties": [priority],
    }


def focused(page) -> str:
    return page.evaluate("document.activeElement.textContent")


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
    page = show(TICKET, **make_ticket())

    page.fill("textarea", "")
    page.type("textarea", "n?gm")
    assert page.input_value("textarea") == "n?gm"
    assert page.input_value("[name=kind]:checked") == "reply"


def test_a_passed_deadline_says_so_without_a_reload(show):
    page = show(QUEUE, **make_queue())

    chip = page.locator("time[data-countdown]").first
    assert chip.inner_text() == "3 min overdue"
    assert chip.get_attribute("data-state") == "overdue"


def test_n_turns_the_answer_into_a_note_and_ctrl_enter_sends_it(show, site):
    page = show(TICKET, **make_ticket())

    page.keyboard.press("n")
    page.keyboard.type("for us only")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/answers")
    path, body = site.posted[0]
    assert path == "/answers"
    assert b"for us only" in body
    assert b'name="kind"\r\n\r\nnote' in body


def test_an_unsent_answer_asks_before_it_is_lost(show):
    page = show(TICKET, **make_ticket())
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.fill("textarea", "half an answer")
    page.evaluate("location.reload()")
    page.wait_for_function("document.querySelector('textarea')?.value === ''")
    assert asked == ["beforeunload"]


def test_chosen_files_are_listed_added_to_and_taken_away(show):
    page = show(TICKET, **make_ticket(files_max_bytes=1000))
    files = [
        {"name": name, "mimeType": "text/plain", "buffer": b"x" * size}
        for name, size in (("a.log", 10), ("b.log", 2000))
    ]

    page.set_input_files("input[name=files]", files[:1])
    page.set_input_files("input[name=files]", files[1:])
    assert page.locator(".file-chip").count() == 2
    assert "too large" in page.inner_text(".file-chip >> nth=1")
    page.click("[aria-label='Remove b.log']")
    assert page.evaluate(
        "[...document.querySelector('input[name=files]').files].map((file) => file.name)"
    ) == ["a.log"]


def test_an_act_that_asks_is_done_only_after_a_yes(show, site):
    page = show(TICKET, **make_ticket())

    page.click("[data-confirm]")
    page.click("#confirm-dialog [value=cancel]")
    assert site.posted == []
    page.click("[data-confirm]")
    page.click("text=Close ticket")
    page.wait_for_url("**/close")
    assert [path for path, _ in site.posted] == ["/close"]


def test_a_changed_property_sends_itself(show, site):
    page = show(TICKET, **make_ticket())

    page.select_option(".prop select", "2")
    page.wait_for_url("**/priority")
    assert b"priority=2" in site.posted[0][1]


def test_the_theme_is_remembered(show):
    page = show(QUEUE, **make_queue())

    page.click(".sidebar .sidebar-self")
    page.click(".sidebar [data-theme-toggle]")
    page.reload()
    assert page.get_attribute("html", "data-theme") == "light"


def test_the_list_and_the_ticket_fit_a_phone(show):
    for template, context in ((QUEUE, make_queue()), (TICKET, make_ticket())):
        page = show(template, **context)
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") == 360
