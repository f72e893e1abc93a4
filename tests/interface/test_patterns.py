"""Partials by their pattern: the same HTML as their template's, with every value escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from helpdesk.agent.components.channels import ChannelFact
from helpdesk.agent.components.shell import NavItem
from helpdesk.agent.components.ticket import MergeNotice
from helpdesk.shared import patterns
from helpdesk.shared.components import Component, Link, Option
from helpdesk.shared.patterns import fill, fill_each
from helpdesk.templatetags.ui import marked
from tests.interface import factories
from tests.interface.test_templates_and_styles import OURS, TEMPLATES, read
from tickets.search.snippets import Segment

NAMED = re.compile(r'{% filled(?:_each)? "([^"]+)"')
INCLUDED = re.compile(r'{% include "([^"]+)"')
HOSTILE = "<script>\"'&{0}{{x}}%s\ue0001\ue001</script>"
ROW = factories.make_row()
TOKEN = {"csrf_token": "t0k3n"}
SHELL, PANEL, TICKET = factories.make_shell(), factories.make_panel(), factories.make_ticket()
MESSAGE, CLOCK = factories.make_message(), factories.make_clock()
READ_ONLY = factories.make_tools(react_url="", pin_url="", choices=())
ENTRIES = [
    factories.make_message(kind="note", tools=READ_ONLY),
    *factories.make_conversation()["entries"],
    factories.make_side(),
    factories.make_side(title=HOSTILE, excerpt=HOSTILE, mark=""),
    factories.make_merged(),
    factories.make_merged(subject=HOSTILE, summary=HOSTILE, messages=(), has_earlier=False),
    MESSAGE,
    factories.make_message(author=HOSTILE, kind="auto", files=(), notices=(), delivery=None),
    factories.make_message(html="", quoted="", files=(), sent_urls=MESSAGE.sent_urls[:1]),
]
HOSTILE_FACTS = (ChannelFact(HOSTILE, HOSTILE), ChannelFact(HOSTILE, url="/x?a=1&b=2"))
FILLED: dict[str, list[dict[str, Any]]] = {
    "agent/_nav_item.html": [
        {"item": NavItem("/mine", HOSTILE, "user", count="3", current=True, keys="g m")},
        {"item": NavItem("/held", "Quarantine", "bell", live="held")},
    ],
    "agent/_self.html": [
        {"person": person, "urls": SHELL["urls"], **TOKEN}
        for person in (
            SHELL["person"],
            replace(SHELL["person"], presence="Away", options=(), name=HOSTILE),
        )
    ],
    "agent/queue/_toolbar.html": [
        {"filters": factories.make_toolbar()},
        {"filters": replace(factories.make_toolbar(), sort=None, active=(), clear_url="")},
    ],
    "agent/ticket/_account.html": [
        {"requester": factories.make_requester(), **TOKEN},
        {"requester": factories.make_requester(account=None, reply_to=HOSTILE), **TOKEN},
        {"requester": factories.make_requester(followers=(), participants_url=""), **TOKEN},
    ],
    "agent/ticket/_account_note.html": [
        {"account_note": PANEL["account_note"]},
        {"account_note": replace(PANEL["account_note"], edited=HOSTILE, url="")},
        {"account_note": replace(PANEL["account_note"], text=mark_safe(""), url="")},
    ],
    "agent/ticket/_actions.html": [
        {"actions": TICKET["actions"], "more_actions": TICKET["more_actions"], **TOKEN},
        {"actions": (), "more_actions": (), **TOKEN},
    ],
    "agent/ticket/_channel.html": [
        {"channel": factories.make_channel()},
        {"channel": factories.make_channel(title=HOSTILE, is_public=False, ended="", facts=())},
        {"channel": factories.make_channel(facts=HOSTILE_FACTS)},
    ],
    "agent/ticket/_choice.html": [
        {"option": option, "name": "priority"}
        for option in (*factories.OPTIONS, Option("", HOSTILE))
    ],
    "agent/ticket/_entry.html": [{"entry": entry} for entry in ENTRIES],
    "portal/_entry.html": [
        {"entry": entry} for entry in ENTRIES if entry.kind not in ("events", "note")
    ],
    "agent/ticket/_bar.html": [
        {"ticket": factories.make_header()},
        {"ticket": replace(factories.make_header(), tier=HOSTILE, clock=None)},
        {"ticket": replace(factories.make_header(), clock=replace(CLOCK, due_iso=""))},
    ],
    "agent/ticket/_header.html": [
        {"ticket": factories.make_header()},
        {"ticket": replace(factories.make_header(), subject=HOSTILE, closed_reason="")},
        {"ticket": replace(factories.make_header(), merge=MergeNotice(None))},
        {"ticket": replace(factories.make_header(), merge=MergeNotice(Link("/x", HOSTILE)))},
    ],
    "agent/ticket/_linked.html": [{"others": PANEL["others"]}, {"others": ()}],
    "agent/ticket/_pinned.html": [
        {"message": factories.make_conversation()["pinned"], **TOKEN},
        {"message": factories.make_message(tools=READ_ONLY, author=HOSTILE), **TOKEN},
    ],
    "agent/ticket/_property.html": [
        {"property": one, "choices": mark_safe("<b></b>"), **TOKEN} for one in PANEL["properties"]
    ],
    "agent/ticket/_sla.html": [
        {"clocks": PANEL["clocks"], "uncovered": ""},
        {"clocks": (), "uncovered": HOSTILE},
        {"clocks": (replace(PANEL["clocks"][0], percent=0, due_live=False),), "uncovered": ""},
    ],
    "agent/ticket/_watching.html": [
        {"watching": PANEL["watching"], **TOKEN},
        {"watching": replace(PANEL["watching"], names=(HOSTILE,), is_watching=False), **TOKEN},
        {"watching": replace(PANEL["watching"], names=(), more=""), **TOKEN},
    ],
    "agent/queue/_row.html": [
        {"row": ROW},
        {"row": factories.make_row(subject=HOSTILE, account="", unread=False, due_iso="")},
        {"row": factories.make_row(account=HOSTILE, requester=HOSTILE, due_live=False)},
        {"row": factories.make_row(value="7", select_label=HOSTILE)},
        {"row": factories.make_row(peek_url="/peek", peek_label=HOSTILE)},
        {
            "row": factories.make_row(
                newest_line=HOSTILE, draft_label=HOSTILE, writers_label=HOSTILE, side_label=HOSTILE
            )
        },
        {"row": factories.make_row(assignee_initials="AS", assignee_tone="0", number=HOSTILE)},
        {
            "row": factories.make_row(
                marked_subject=marked((Segment(HOSTILE, is_hit=True),)),
                snippet=marked((Segment(HOSTILE, is_hit=False),)),
            )
        },
    ],
}


def test_every_partial_with_a_pattern_is_tested_here() -> None:
    named = {name for path in OURS for name in NAMED.findall(read(path))}
    assert named == set(FILLED)
    assert all((TEMPLATES / name).exists() for name in named)


@pytest.mark.parametrize("path", FILLED)
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_filled_pattern_is_what_the_template_renders(path: str, language: str) -> None:
    with translation.override(language):
        for context in FILLED[path]:
            expected = render_to_string(path, context)
            assert fill(path, context) == expected  # made
            assert fill(path, context) == expected  # found again


def list_included(name: str) -> set[str]:
    found = set(INCLUDED.findall(read(TEMPLATES / name)))
    return {name}.union(*(list_included(each) for each in found))


@pytest.mark.parametrize("path", FILLED)
def test_no_pattern_keeps_what_only_one_request_knows(path: str) -> None:
    for name in list_included(path):
        source = read(TEMPLATES / name)
        assert "{% url" not in source, name  # begins with the desk
        assert "{% drawn" not in source, name  # keeps its own values
        assert not re.search(r"{{ *(request|user|desk|agent|messages)\b", source), name


@dataclass(frozen=True, slots=True)
class Sample(Component):
    """A component with a field of each kind. kind is compared."""

    compared: ClassVar[frozenset[str]] = frozenset({"kind"})
    kind: str
    text: Any
    count: int = 0
    flag: bool = False
    more: tuple[Any, ...] = ()


@pytest.fixture
def template(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Use this text as the template of every partial."""
    patterns._make_pattern.cache_clear()

    def use(source: str) -> None:
        compiled = engines["django"].from_string(source)
        monkeypatch.setattr(patterns, "render_to_string", lambda _, facts: compiled.render(facts))

    yield use
    patterns._make_pattern.cache_clear()


def test_values_are_escaped_except_safe_ones(template: Any) -> None:
    template("{{ x.text }}|{{ x.text }}|{{ x.more.0 }}|{{ x.count }}")
    safe = format_html("<b>{}</b>", HOSTILE)
    sample = Sample("a", HOSTILE, more=(safe,))
    expected = f"{conditional_escape(HOSTILE)}|{conditional_escape(HOSTILE)}|{safe}|0"
    assert fill("x", {"x": sample}) == expected


def test_shapes_that_look_alike_have_patterns_of_their_own(template: Any) -> None:
    template("{% if x.text %}{{ x.text }}{% else %}none{% endif %}{{ x.count }}{{ x.flag }}")
    samples = [Sample("a", "b", 1, True), Sample("a", "", 0, False), Sample("a", None, 2)]
    samples += [Sample("a", gettext_lazy("Close"))]
    assert fill_each("x", "x", samples) == "b1Truenone0Falsenone2FalseClose0False"


def test_a_compared_field_is_part_of_the_shape(template: Any) -> None:
    template('{% if x.kind == "note" %}note{% else %}reply{% endif %} {{ x.text }};')
    assert fill_each("x", "x", [Sample("note", "a"), Sample("reply", "b")]) == "note a;reply b;"


def test_a_template_that_compares_any_other_field_fails(template: Any) -> None:
    template('{% if x.text == "note" %}note{% endif %}')
    with pytest.raises(TypeError, match="compared"):
        fill("x", {"x": Sample("a", "note")})


def test_a_value_without_a_shape_fails(template: Any) -> None:
    template("{{ x.text }}")
    with pytest.raises(TypeError, match="can't show a dict"):
        fill("x", {"x": Sample("a", {})})


def test_in_debug_the_template_is_rendered_each_time(template: Any, settings: Any) -> None:
    settings.DEBUG = True
    template('{% if x.text == "note" %}{{ x.text }}{% endif %}')
    assert fill("x", {"x": Sample("a", "note")}) == "note"
