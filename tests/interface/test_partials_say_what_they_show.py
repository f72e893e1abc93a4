"""The partials that every page is made of, rendered alone."""

import re

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.html import urlize
from django.utils.safestring import mark_safe

from helpdesk.templatetags.ui import draw_icon, draw_partial, linked, tone
from tickets.models import Channel, State

ROW = {
    "url": "/tickets/7",
    "number": "RC-7",
    "subject": "<script>alert(1)</script>",
    "channel": "email",
    "channel_label": "E-mail",
    "requester": "Jonas Weber",
    "account": "Fabrikam",
    "status": "open",
    "status_word": "Open",
    "priority_rank": 2,
    "priority_name": "High",
    "assignee_initials": "",
    "due_iso": "2026-11-22T12:00:00+00:00",
    "due_state": "soon",
    "due_text": "in 30 min",
    "due_live": True,
    "updated_iso": "2026-11-22T11:00:00+00:00",
    "updated_text": "3 min",
    "unread": True,
}


class Question(forms.Form):
    subject = forms.CharField(help_text="In a few words.")


def render_field(data: dict[str, str] | None, **context: object) -> str:
    form = Question(data)
    return render_to_string("includes/field.html", {"field": form["subject"], **context})


def test_a_row_says_channel_priority_assignee_and_deadline_in_words_and_escapes_the_subject():
    html = render_to_string("agent/queue/_rows.html", {"rows": [ROW]})

    for words in (
        "E-mail",
        "High priority",
        "Unassigned",
        "in 30 min",
        "Unread: ",
        "data-countdown",
    ):
        assert words in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_list_without_rows_says_why():
    html = render_to_string(
        "agent/queue/_rows.html", {"rows": [], "empty": {"title": "Nothing is overdue"}}
    )

    assert "Nothing is overdue" in html


@pytest.mark.parametrize(
    "value", [*(f"channel-{c.value}" for c in Channel), *(f"status-{s.value}" for s in State)]
)
def test_every_channel_and_every_state_has_a_shape(value):
    assert f'<symbol id="{value}"' in render_to_string("includes/symbols.html")


def test_a_fields_hint_and_error_are_tied_to_its_control():
    html = render_field({"subject": ""})
    described_by = re.search(r'<input[^>]*aria-describedby="([^"]+)"', html)

    assert described_by is not None
    for element_id in described_by[1].split():
        assert f'id="{element_id}"' in html
    assert 'aria-invalid="true"' in html


def test_a_field_marks_what_is_required_or_what_is_optional():
    assert "field-required" in render_field(None)
    assert "field-required" not in render_field(None, mark_optional=True)


@pytest.mark.parametrize(
    ("state", "is_live"),
    [
        ("ok", True),
        ("soon", True),
        ("overdue", True),
        ("met", False),
        ("late", False),
        ("paused", False),
    ],
)
def test_only_a_running_deadline_counts_down(state, is_live):
    context = {"due_iso": "2026-11-22T12:00:00+00:00", "due_state": state, "due_text": "words"}

    assert ("data-countdown" in render_to_string("includes/deadline.html", context)) is is_live


def test_an_icon_is_named_or_hidden_and_its_label_is_escaped():
    assert 'aria-hidden="true"' in draw_icon("envelope", 16, "", "icon")
    assert '"E&lt;mail"' in draw_icon("envelope", 16, "E<mail", "icon")


def test_a_name_keeps_its_tone():
    assert tone("Ana Souza") == tone("Ana Souza")
    assert 0 <= tone("Zoë") < 8


@pytest.mark.parametrize(
    "text",
    [
        "See https://status.example/a?b=1&c=2, please.",
        "<script>alert('www.example.org')</script> & more",
        'ask me@here.example\n\n  or\t"www.example.com".',
        "nothing to link: a.b <b> & 1 < 2",
        "<b>one\r\ntwo@here.example & three\u2028<i>four\n\nwww.example.com",
        "mailto:me@here.example javascript:alert(1)//://",
        "",
    ],
)
def test_a_text_is_escaped_and_its_addresses_are_links(text):
    assert linked(text) == urlize(text, nofollow=True, autoescape=True)


def test_a_safe_text_never_stands_in_for_one_that_is_not():
    safe = draw_partial("includes/avatar.html", initials=mark_safe("<i>"), name="A")

    assert "<i>" in safe
    assert "<i>" not in draw_partial("includes/avatar.html", initials="<i>", name="A")
