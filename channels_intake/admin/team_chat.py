"""Admin pages of team chat: channels with their rules and standups, and chat users (M54, M82)."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline

from accounts.admin.access import AdminRequest
from accounts.admin.base import DeskInline, DeskModelAdmin
from channels_intake.admin.team_chat_forms import (
    ChatConnectionForm,
    ChatRuleForm,
    ChatRuleFormSet,
    ChatStandupForm,
)
from channels_intake.models import ChatConnection, ChatPerson, ChatRule, ChatStandup, ChatTopic
from channels_intake.outgoing.composing import get_desk_url
from channels_intake.team_chat.standups import find_next
from channels_intake.team_chat.texts import (
    PLACEHOLDERS,
    PUBLIC_PLACEHOLDERS,
    fill_message,
    preview_facts,
)
from channels_intake.team_chat.vendors import VENDORS, Target, make_message


class ChatRuleInline(DeskInline, StackedInline):
    """The rules of a channel, in order."""

    model = ChatRule
    form = ChatRuleForm
    formset = ChatRuleFormSet
    fields = [("topic", "level"), ("department", "plan"), ("template", "position")]


class ChatStandupInline(DeskInline, StackedInline):
    """The daily messages of a channel."""

    model = ChatStandup
    form = ChatStandupForm
    fields = [("department", "region"), ("level", "weekdays"), ("minute", "time_zone")]


HIDDEN = "•••"  # in place of secrets


@admin.register(ChatConnection)
class ChatConnectionAdmin(DeskModelAdmin):
    """Chat channels: what each is told, with a preview, and the URL for its commands."""

    form = ChatConnectionForm
    list_display = ["name", "kind", "is_active", "is_public", "has_thread"]
    fieldsets = [
        (None, {"fields": [("name", "kind"), ("is_active", "is_public")]}),
        (_("Incoming webhook"), {"fields": ["webhook_url"]}),
        (_("Bot"), {"fields": [("server_url", "channel"), ("bot_token", "bot_user_id")]}),
        (_("Commands"), {"fields": ["command_url", "command_secret"]}),
        (_("Messages"), {"fields": ["placeholders", "preview"]}),
    ]
    readonly_fields = ["command_url", "placeholders", "preview"]
    inlines = [ChatRuleInline, ChatStandupInline]
    change_form_outer_after_template = "admin/_chat_test.html"

    @admin.display(description=_("threads"), boolean=True)
    def has_thread(self, connection: ChatConnection) -> bool:
        return connection.has_bot

    @admin.display(description=_("URL for /ticket and /ack"))
    def command_url(self, connection: ChatConnection) -> str:
        if connection.pk is None:
            return gettext("Save the channel to see its URL.")
        return f"{get_desk_url(connection.desk)}/chat/{connection.pk}/"

    @admin.display(description=_("placeholders"))
    def placeholders(self, connection: ChatConnection) -> str:
        known = PUBLIC_PLACEHOLDERS if connection.is_public else PLACEHOLDERS
        rows = ((f"{{{name}}}", words) for name, words in known.items())
        body = format_html_join("", '<tr><th scope="row">{}</th><td>{}</td></tr>', rows)
        return format_html('<table class="plain-table"><tbody>{}</tbody></table>', body)

    @admin.display(description=_("preview"))
    def preview(self, connection: ChatConnection) -> str:
        rules = connection.rules.all() if connection.pk else []
        rows = [
            (
                ChatTopic(rule.topic).label,
                text := _preview(rule, connection),
                _as_json(text, connection),
            )
            for rule in rules
        ]
        if not rows:
            return gettext("Add rules to see their messages.")
        body = format_html_join(
            "",
            '<tr><th scope="row">{}</th><td><pre dir="auto">{}</pre>'
            "<details><summary>JSON</summary><pre>{}</pre></details></td></tr>",
            rows,
        )
        return format_html('<table class="plain-table"><tbody>{}</tbody></table>', body)

    def save_model(
        self, request: AdminRequest, obj: ChatConnection, form: Any, change: bool
    ) -> None:
        given = form.cleaned_data
        obj.enter_secrets(
            webhook_url=given["webhook_url"],
            bot_token=given["bot_token"],
            command_secret=given["command_secret"],
        )
        super().save_model(request, obj, form, change)

    def save_formset(self, request: AdminRequest, form: Any, formset: Any, change: bool) -> None:
        """Plan the next time of standups that were changed."""
        if formset.model is ChatStandup:
            for row in formset.forms:
                if row.has_changed():
                    row.instance.next_at = find_next(row.instance, timezone.now())
        super().save_formset(request, form, formset, change)


def _as_json(text: str, connection: ChatConnection) -> str:
    """Return the body of the request that posts a text."""
    target = Target(server_url=connection.server_url, bot_token=HIDDEN, channel=connection.channel)
    request = make_message(connection.kind, target, text, root_id="", key="")
    body = {name: value for name, value in (request.body or {}).items() if value}
    return json.dumps(body, indent=2, ensure_ascii=False)


def _preview(rule: ChatRule, connection: ChatConnection) -> str:
    facts = preview_facts(VENDORS[connection.kind].link)
    return fill_message(rule.template, rule.topic, facts, is_public=connection.is_public)


@admin.register(ChatPerson)
class ChatPersonAdmin(DeskModelAdmin):
    """Agents' users in chats. Users with a verified email address are recognized by themselves."""

    list_display = ["agent", "kind", "user_name", "user_id", "source"]
    list_filter = ["kind"]
    list_select_related = ["agent"]
    fields = [("agent", "kind"), ("user_id", "user_name")]
