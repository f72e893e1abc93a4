"""The preview of a chat channel's messages, with the texts as they are typed."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin.access import AdminRequest, require_desk_admin
from channels_intake.models import ChatConnection, ChatKind, ChatRule, ChatTopic
from channels_intake.team_chat.rendering import render_messages
from channels_intake.team_chat.texts import list_unfit_placeholders
from helpdesk.admin.rendering import render_page
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.numbers import parse_number

MAX_RULES = 100
MAX_TEXT = 1000


@post_only
def preview_chat_texts(request: AdminRequest) -> HttpResponse:
    """Show the messages of the rules in a channel's posted form. Nothing is saved."""
    require_desk_admin(request)
    connection = _read_connection(request)
    rules = [rule for rule in _read_rules(request.POST) if rule.topic in ChatTopic]
    problems = [problem for rule in rules if (problem := _find_problem(rule, connection))]
    if not rules:
        problems.append(_("Add rules to see their messages."))
    return render_page(
        request,
        "admin/chat_preview.html",
        title=_("Preview of messages"),
        problems=problems,
        messages_shown=render_messages(rules, connection, desk=request.desk, at=timezone.now()),
    )


def _read_connection(request: AdminRequest) -> ChatConnection:
    """Return the posted channel as far as messages depend on it."""
    posted = request.POST
    kind = posted.get("kind", "")
    return ChatConnection(
        desk=request.desk,
        kind=kind if kind in ChatKind else ChatKind.MATTERMOST,
        is_public="is_public" in posted,
        server_url=posted.get("server_url", "")[:200],
        channel=posted.get("channel", "")[:80],
    )


def _read_rules(posted: QueryDict) -> Iterator[ChatRule]:
    """Return the posted rules that aren't marked for deletion."""
    count = min(parse_number(posted.get("rules-TOTAL_FORMS")) or 0, MAX_RULES)
    for number in range(count):
        prefix = f"rules-{number}"
        if f"{prefix}-DELETE" not in posted:
            text = posted.get(f"{prefix}-template", "")[:MAX_TEXT]
            yield ChatRule(topic=posted.get(f"{prefix}-topic", ""), template=text)


def _find_problem(rule: ChatRule, connection: ChatConnection) -> str:
    """Return why a rule's text can't be saved, so that the default one is shown, or ""."""
    unfit = list_unfit_placeholders(rule.template, rule.topic, is_public=connection.is_public)
    if not unfit:
        return ""
    return _("%(topic)s: the text can't use %(names)s, so the default text is shown.") % {
        "topic": ChatTopic(rule.topic).label,
        "names": ", ".join(f"{{{name}}}" for name in unfit),
    }
