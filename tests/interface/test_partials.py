"""The partials that pages are made of, rendered alone."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, replace
from typing import Any

import pytest
from django import forms
from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message
from django.template import VariableDoesNotExist
from django.template.base import Variable
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import urlize
from django.utils.safestring import mark_safe

from accounts.models import Desk
from helpdesk.agent.code_links import CodeLine, CodePanel
from helpdesk.agent.components.lists import Deadline, QueueHeader, RowGroup
from helpdesk.agent.components.peek import Peek
from helpdesk.agent.components.replies import PreviewCard
from helpdesk.agent.components.ticket import DraftFile
from helpdesk.agent.defects.components import (
    DefectRow,
    FollowerLine,
    RankCard,
    StageBadge,
    TextCard,
)
from helpdesk.agent.defects.live import LiveDefect
from helpdesk.agent.levels.cards import RecordCard, RecordVersion
from helpdesk.agent.macros.cards import MacroLine
from helpdesk.agent.schedules.components import ExtraShiftLine
from helpdesk.agent.side.forms import MessageForm
from helpdesk.agent.start.components import Shortlist
from helpdesk.shared.components import EmptyState, Option, Pagination
from helpdesk.shared.drafts import FormDraft
from helpdesk.shared.undo import Undo
from helpdesk.shared.wording.linked_text import link_addresses
from helpdesk.styleguide import examples
from helpdesk.templatetags.ui import draw_icon, draw_partial, drawn, tone
from tests.interface import (
    call_factories,
    factories,
    find_factories,
    help_factories,
    macro_factories,
    plan_factories,
)
from tests.interface.factories import make_brief
from tests.interface.test_templates_and_styles import TEMPLATES
from tickets.models import Channel, State


class Question(forms.Form):
    subject = forms.CharField(help_text="In a few words.")


def render_field(data: dict[str, str] | None, **context: object) -> str:
    form = Question(data)
    return render_to_string("includes/field.html", {"field": form["subject"], **context})


CODE_PANEL = CodePanel(
    lines=(
        CodeLine(
            url="https://github.com/a/b/issues/1",
            kind="Issue",
            reference="a/b#1",
            title="Crash",
            state="Open",
            tone="green",
            facts=("bug",),
            seen_text="2h ago",
            seen_title="Nov 26",
            unlink_url="/unlink",
        ),
    ),
    hosts=(Option("1", "GitHub: a/b"),),
    create_url="/create",
    link_url="/link",
)
RANK = RankCard(
    value="36",
    is_major=True,
    major_text="Significant impact",
    counts=("2 accounts",),
    plans=("Premium: 2",),
    formula="9 x 4 = 36",
    due=Deadline("2026-11-26T09:00:00Z", "soon", "due in 30m", is_live=True),
    deadline="Earliest deadline of its tickets: Nov 26",
)
DEFECT_ROW = DefectRow(
    url="/defects/7",
    key="RC-D7",
    title="Uploads stop",
    severity="Major",
    severity_tone="amber",
    stage=StageBadge("Confirmed", "blue"),
    product="Server",
    owner="",
    rank=RANK,
    waiting="2 tickets wait for another release",
    since_iso="2026-11-26T09:00:00Z",
    since_text="2h ago",
    since_title="Nov 26",
)
ROWS = factories.make_list(factories.make_row())


def make_undoable() -> Message:
    undo = Undo(action="/priority", name="priority", value="1", expected="2")
    return Message(SUCCESS, "Priority changed to High.", extra_tags=json.dumps(asdict(undo)))


_GUIDE = examples.build_context()
GUIDE = [{**_GUIDE, "theme": theme} for theme in _GUIDE["themes"]]
PARTIALS: dict[str, list[dict[str, Any]]] = {
    "agent/styleguide/_badges.html": GUIDE,
    "agent/styleguide/_buttons.html": GUIDE,
    "agent/styleguide/_colors.html": GUIDE,
    "agent/styleguide/_fields.html": [
        {"theme": replace(_GUIDE["themes"][0], form=factories.ComposerForm())}
    ],
    "agent/styleguide/_lists.html": GUIDE,
    "agent/styleguide/_menus.html": GUIDE,
    "agent/styleguide/_messages.html": GUIDE,
    "agent/styleguide/_text.html": GUIDE,
    "agent/styleguide/_ticket.html": GUIDE,
    "agent/_nav.html": [factories.make_shell()],
    "agent/_form_dialog.html": [{}],
    "agent/_shortcuts_dialog.html": [{"url": "/shortcuts"}],
    "agent/_nav_item.html": [{"item": factories.make_shell()["agent_nav"][0].entries[0]}],
    "agent/_reasons.html": [{"reasons": factories.make_requester().reasons}],
    "agent/_self.html": [factories.make_shell()],
    "agent/cards/_card.html": [
        {"card": factories.make_card()},
        {"card": factories.make_card("No response.")},
    ],
    "agent/similar/_list.html": [{"similar": factories.make_panel()["others"]}, {"similar": ()}],
    "agent/ticket/_linked_ticket.html": [{"other": factories.make_panel()["others"][0]}],
    "agent/ticket/_similar.html": [factories.make_panel()],
    "agent/ticket/_cards.html": [factories.make_panel()],
    "agent/board/_board.html": [plan_factories.make_board()],
    "agent/board/_tickets.html": [plan_factories.make_waiting()],
    "agent/macros/_line.html": [
        {"line": MacroLine("/macros/1", "Ask", "Hi", "Shared", "Used once")}
    ],
    "agent/ticket/_macros.html": [{"url": "/macros"}],
    "agent/macros/_progress.html": [
        {"progress": macro_factories.make_progress(url="/bulk/1")},
        {"progress": macro_factories.make_progress(undo_url="/undo", undo_note="Notes stay.")},
    ],
    "agent/macros/_search.html": [{"words": "logs", "kind": "own", "autofocus": True}],
    "agent/customers/_handles.html": [
        {"handles": [factories.make_handle(), factories.make_handle(is_proven=False)]}
    ],
    "agent/customers/_people.html": [{"people": [factories.make_contact()]}],
    "agent/customers/_terms.html": [
        {"terms": factories.make_terms()},
        {"terms": factories.make_terms(), "linked": True},
    ],
    "agent/customers/_tickets.html": [ROWS],
    "agent/defects/_code.html": [
        {"code": CODE_PANEL, "csrf_token": "t"},
        {"code": CodePanel((), (), "", "/link"), "csrf_token": "t"},
    ],
    "agent/defects/_due.html": [{"due": RANK.due, "due_title": RANK.deadline}],
    "agent/defects/_facts.html": [
        {"lines": (("Problem", "It hangs"),)},
        {"lines": (("Problem", "It hangs"),), "css": "facts facts-wide"},
    ],
    "agent/defects/_news.html": [{"live": LiveDefect("/news", "/stream")}],
    "agent/defects/_customers_get.html": [
        {"has_preview": False},
        {
            "has_preview": True,
            "audience": ("The customer of 1 ticket gets an update now.",),
            "texts": (TextCard("English", "It is fixed.", "1 ticket"),),
        },
    ],
    "agent/defects/_news_text.html": [{"sentence": "Ana Souza added a note."}],
    "agent/defects/_rank.html": [{"rank": RANK}, {"rank": replace(RANK, value="")}],
    "agent/defects/_rows.html": [
        {"rows": [DEFECT_ROW], "pagination": Pagination()},
        {"rows": [], "empty": EmptyState("No open defects", "Report one from a ticket.")},
    ],
    "agent/defects/_stream.html": [{"stream_url": "/stream", "request": {"live_version": 7}}],
    "agent/defects/_people.html": [
        {
            "followers": [FollowerLine(1, "Ana Souza", "Support", is_removable=True)],
            "is_following": is_following,
            "follower_form": None,
            "followers_url": "/followers",
            "removal_url": "/removal",
        }
        for is_following in (True, False)
    ],
    "agent/attention/_escalation.html": [
        {"escalation": help_factories.make_escalation(is_late=is_late)} for is_late in (True, False)
    ],
    "agent/attention/_request.html": [
        {"line": help_factories.make_attention()},
        {"line": help_factories.make_attention(decision="", decide_url="", escalate_url="")},
    ],
    "agent/help/_line.html": [{"line": help_factories.make_help_line()}],
    "agent/calls/_line.html": [
        {"line": call_factories.make_call()},
        {"line": call_factories.make_call(tone="", duration="", ticket="", outcome="")},
    ],
    "agent/calls/_stream.html": [{"request": {"live_version": 7}}],
    "agent/calls/_pop.html": [
        {"pop": call_factories.make_pop()},
        {"pop": call_factories.make_pop(detail="", entitlement="")},
    ],
    "agent/calls/_caller.html": [
        {"caller": call_factories.make_caller(), "call_id": 1, "csrf_token": "token"}
    ],
    "agent/new_ticket/_candidates.html": [
        {"chooser": find_factories.make_chooser()},
        {"chooser": find_factories.make_chooser(candidates=())},
    ],
    "agent/find/_options.html": [
        find_factories.make_options(),
        find_factories.make_options(groups=()),
    ],
    "agent/find/_operators.html": [{}],
    "agent/find/_values.html": [{"values": ["is:waiting", "tag:sso"]}],
    "agent/_command_bar.html": [{"find_url": "/find", "owner": "rocket/1"}],
    "agent/handovers/_card.html": [{"card": factories.make_handover()}],
    "agent/mail/_source.html": [{"mail": factories.make_source()}],
    "agent/queue/_row.html": [{"row": factories.make_row()}],
    "agent/queue/_selection.html": [{}],
    "agent/queue/_selection_bar.html": [
        {"queue": QueueHeader("Mine", "", "/tickets", can_select=True, query="view=mine")}
    ],
    "agent/queue/_rows.html": [
        ROWS,
        factories.make_list(),
        {**ROWS, "groups": (RowGroup("High", tuple(ROWS["rows"])),), "hidden": "due"},
        {**ROWS, "own_columns": ("Edition", "Seats")},
    ],
    "agent/queue/_toolbar.html": [{"filters": factories.make_toolbar()}],
    "agent/ticket/_peek.html": [
        {
            **factories.make_conversation(),
            "peek": Peek("RC-7", "Subject", "open", "Open", "Jonas Weber", "/tickets/7"),
        }
    ],
    "agent/ticket/_walk.html": [
        {"walk": factories.make_walk()},
        {"walk": factories.make_walk(previous_url="", next_url="")},
    ],
    "agent/saved_views/_line.html": [
        {"line": factories.make_view_line(), "csrf_token": "token"},
        {"line": factories.make_view_line(edit_url="")},
    ],
    "agent/schedule/_day.html": [
        {"cell": plan_factories.make_day(is_today=is_today)} for is_today in (True, False)
    ],
    "agent/schedule/_legend.html": [{}],
    "agent/schedule/_swaps.html": [plan_factories.make_swaps()],
    "agent/schedule/_tabs.html": [plan_factories.make_tabs()],
    "agent/schedule/_week.html": [plan_factories.make_week()],
    "agent/start/_shortlist.html": [
        {"shortlist": Shortlist("due", "Due next", rows, "None.", more_url=more, by_waiting=waits)}
        for rows, more, waits in (
            ((factories.make_row(),), "/agent/", False),
            ((factories.make_row(),), "", True),
            ((), "", False),
        )
    ],
    "agent/tokens/_line.html": [
        {"line": factories.make_token_line(), "csrf_token": "token"},
        {"line": factories.make_token_line(is_ended=True)},
    ],
    "agent/tokens/_secret.html": [{"secret": "plumb_pat_abc"}],
    "agent/ticket/_account.html": [
        factories.make_panel(),
        {"requester": factories.make_requester(account=None, followers=())},
        {"requester": factories.make_requester(contact=factories.make_contact(email=""))},
    ],
    "agent/ticket/_account_note.html": [factories.make_panel()],
    "agent/ticket/_actions.html": [factories.make_ticket()],
    "agent/ticket/_channel.html": [{"channel": factories.make_channel()}],
    "agent/ticket/_channel_delivery.html": [{"message": factories.make_message()}],
    "agent/ticket/_choice.html": [{"option": factories.OPTIONS[0], "name": "priority"}],
    "agent/ticket/_composer.html": [
        factories.make_ticket(),
        factories.make_ticket(kind="note"),
        factories.make_ticket(choices=factories.make_choices()),
        factories.make_ticket(choices=factories.make_choices(problem="Too late.")[1:2]),
    ],
    "agent/ticket/_ways.html": [{"choices": factories.make_choices()}],
    "agent/ticket/_conversation.html": [factories.make_conversation()],
    "agent/ticket/_defects.html": [factories.make_panel()],
    "agent/ticket/_delivery.html": [{"message": factories.make_message()}],
    "agent/ticket/_emergency.html": [factories.make_panel()],
    "agent/ticket/_ladder.html": [factories.make_panel()],
    "agent/ticket/_fields.html": [factories.make_panel()],
    "agent/ticket/_work.html": [factories.make_panel()],
    "portal/_entry.html": [
        {"entry": entry}
        for entry in factories.make_conversation()["entries"]
        if entry.kind not in ("events", "note")
    ],
    "agent/ticket/_note.html": [{"message": factories.make_message(kind="note")}],
    "agent/ticket/_entry.html": [
        {"entry": entry}
        for entry in [
            *factories.make_conversation()["entries"],
            factories.make_merged(),
            factories.make_side(),
        ]
    ],
    "agent/side/_card.html": [
        {"side": factories.make_side()},
        {
            "side": factories.make_side(
                reply_url="", origin_url="/tickets/2", origin_text="From RC-2", mark=""
            )
        },
    ],
    "agent/side/_composer.html": [
        {
            "side_id": 1,
            "page_url": "/side/1",
            "reply_url": "/reply",
            "form": MessageForm(),
            "draft": FormDraft("/drafts"),
        },
        {"side_id": 1, "page_url": "/side/1", "reply_url": "/reply", "status": "Message sent."},
    ],
    "agent/side/_message.html": [
        {"message": factories.make_message(kind="side", again_url="/again")}
    ],
    "agent/relations/_card.html": [{"card": factories.make_ticket_card()}],
    "agent/relations/_merged.html": [{"merged": factories.make_merged()}],
    "agent/relations/_related.html": [factories.make_panel()],
    "agent/ticket/_files.html": [{"files": factories.make_message().files}],
    "agent/ticket/_packet.html": [
        {"packet": file.packet} for file in factories.make_message().files if file.packet
    ],
    "agent/ticket/_bar.html": [factories.make_ticket()],
    "agent/ticket/_event.html": [{"event": factories.make_run().events[0]}],
    "agent/ticket/_header.html": [factories.make_ticket()],
    "agent/ticket/_help.html": [factories.make_panel()],
    "agent/ticket/_history.html": [factories.make_history()],
    "agent/ticket/_linked.html": [factories.make_panel()],
    "agent/ticket/_live_panel.html": [
        {**factories.make_ticket(), "shows_messages": shown} for shown in (True, False)
    ],
    "agent/ticket/_message.html": [
        {"message": factories.make_message(kind=kind)} for kind in ("customer", "note", "auto")
    ],
    "agent/ticket/_mentions.html": [
        {"options": [Option("Ana Souza", ""), Option("Paid Support", "Department, 3 agents")]}
    ],
    "agent/ticket/_note_tools.html": [
        {"tools": tools, "csrf_token": "token"}
        for tools in (
            factories.make_tools(),
            factories.make_tools(is_pinned=True, choices=()),
            factories.make_tools(react_url="", pin_url="", choices=()),
        )
    ],
    "agent/ticket/_pinned.html": [{"message": factories.make_conversation()["pinned"]}],
    "agent/ticket/_watching.html": [factories.make_panel()],
    "agent/ticket/_newer.html": [factories.make_ticket(newer=(factories.make_message(),))],
    "agent/ticket/_part.html": [factories.make_conversation()],
    "agent/ticket/_pending.html": [
        {
            "pending": (
                factories.make_pending(),
                factories.make_pending(counts_down=False, problem="Closed.", files=()),
                factories.make_pending(counts_down=False, approval=factories.make_approval()),
            )
        }
    ],
    "agent/ticket/_preview.html": [
        {"preview": PreviewCard(html="<b>x</b>", text="x", signature="Ana")},
        {"preview": PreviewCard(html="", text="x")},
        {"preview": PreviewCard(html="", text="")},
    ],
    "agent/ticket/_markdown_bar.html": [factories.make_ticket()],
    "agent/ticket/_recipients.html": [factories.make_ticket()],
    "agent/ticket/_send.html": [factories.make_ticket()],
    "agent/ticket/_draft_file.html": [{"file": DraftFile(1, "a", "5 bytes", "/1")}],
    "agent/ticket/_draft_files.html": [
        {"files": (DraftFile(1, "a", "5 bytes", "/1"), DraftFile(2, "b", "1", "/2", is_kept=False))}
    ],
    "agent/ticket/_panel.html": [factories.make_panel()],
    "agent/ticket/_properties.html": [factories.make_panel()],
    "agent/ticket/_property.html": [
        {"property": one, "choices": ""} for one in factories.make_panel()["properties"]
    ],
    "agent/ticket/_brief.html": [
        {"brief": make_brief()},
        {"brief": make_brief(line="", lines=(), saved="", action="Add summary")},
        {"brief": make_brief(line="", lines=(), url="")},
    ],
    "agent/_versions.html": [
        {"versions": [RecordVersion("Version 1", (("Since", ""),))], "is_read_only": True}
    ],
    "agent/ticket/_record.html": [
        factories.make_panel(),
        {"record": RecordCard("/record", "Start record", "", ())},
    ],
    "agent/ticket/_sla.html": [factories.make_panel()],
    "agent/schedule/_extra_shifts.html": [
        {"extra_shifts": [ExtraShiftLine("Sat, Nov 21", "/cancel")], "extra_url": "/new"},
        {"extra_shifts": [], "extra_url": ""},
    ],
    "agent/ticket/_swap.html": [{"url": "/priority"}],
    "agent/_messages.html": [{"messages": [make_undoable()]}],
    "agent/_toasts.html": [{"messages": [make_undoable()], "swaps": swaps} for swaps in (0, 1)],
    "agent/_empty.html": [ROWS],
    "agent/_pagination.html": [ROWS],
    "includes/file.html": [{"file": file} for file in factories.make_message().files],
    "includes/pills.html": [{"pills": factories.make_ticket()["tabs"], "pills_label": "Views"}],
    "includes/tabs.html": [{**factories.make_ticket(), "tabs_label": "Ticket"}],
}


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where a template reads an attribute that its context hasn't, even in an {% if %}."""
    resolve = Variable.resolve

    def resolve_strictly(variable: Variable, context: Any) -> Any:
        try:
            return resolve(variable, context)
        except VariableDoesNotExist as error:
            if len(variable.lookups or ()) > 1:
                pytest.fail(f"{variable.var}: {error}")
            raise

    monkeypatch.setattr(Variable, "resolve", resolve_strictly)


@pytest.mark.parametrize("name", PARTIALS)
@pytest.mark.usefixtures("strict")
def test_every_partial_finds_all_that_it_reads(name: str) -> None:
    for context in PARTIALS[name]:
        facts = {"csrf_token": "token", "desk": Desk(name="Rocket", slug="rocket"), **context}
        assert render_to_string(name, facts).strip()


@pytest.mark.usefixtures("strict")
def test_a_partial_that_reads_a_missing_attribute_fails() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"row\.\w+: "):
        render_to_string("agent/queue/_row.html", {"row": object()})


def test_every_partial_of_the_agents_is_rendered_here() -> None:
    found = {str(path.relative_to(TEMPLATES)) for path in (TEMPLATES / "agent").rglob("_*.html")}
    assert found <= set(PARTIALS)


def test_a_row_names_channel_priority_assignee_and_deadline_and_escapes_the_subject() -> None:
    row = factories.make_row(subject="<script>alert(1)</script>")
    html = render_to_string("agent/queue/_rows.html", factories.make_list(row))

    for words in ("Email", "High priority", "Unassigned", "due in 30m", "Unread:"):
        assert words in html
    assert "data-countdown" in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_list_without_rows_says_why() -> None:
    html = render_to_string("agent/queue/_rows.html", factories.make_list())

    assert "Nothing is overdue" in html
    assert "Clear filters" in html


def test_a_cached_partial_is_kept_per_language() -> None:
    texts = set()
    for language in ("en", "de"):
        with translation.override(language):
            texts.add(drawn("includes/avatar.html", initials="", name="", named=True, size=""))
    assert draw_partial.cache_info().currsize >= 2
    assert texts


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


@pytest.mark.parametrize("is_live", [True, False])
def test_only_a_running_deadline_counts_down(is_live: bool) -> None:
    context = {
        "due_iso": factories.ISO,
        "due_state": "ok",
        "due_text": "words",
        "due_live": is_live,
    }

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
    assert link_addresses(text) == urlize(text, nofollow=True, autoescape=True)


def test_an_icon_that_points_is_marked_for_mirroring() -> None:
    assert "icon-directional" in draw_icon("arrow-left", 16, "", "icon")
    assert "icon-directional" not in draw_icon("envelope", 16, "", "icon")


def test_a_safe_text_never_stands_in_for_one_that_is_not():
    safe = draw_partial("includes/avatar.html", "en", initials=mark_safe("<i>"), name="A")

    assert "<i>" in safe
    assert "<i>" not in draw_partial("includes/avatar.html", "en", initials="<i>", name="A")
