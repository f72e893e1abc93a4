"""Admin pages of team chat: channels with their rules and standups, and chat users (M54, M82)."""

from __future__ import annotations

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
    ChatPersonForm,
    ChatRuleForm,
    ChatRuleFormSet,
    ChatStandupForm,
)
from channels_intake.models import ChatConnection, ChatPerson, ChatRule, ChatStandup, ChatTopic
from channels_intake.outgoing.composing import get_desk_url
from channels_intake.team_chat.rendering import render_messages
from channels_intake.team_chat.standups import find_next, plan_standups
from channels_intake.team_chat.texts import get_placeholders


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


# A topic of each kind, for its placeholders.
EXAMPLES = [
    (ChatTopic.OPENED, _("Texts about tickets")),
    (ChatTopic.DEFECT_CREATED, _("Texts about defects")),
]


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
    change_form_before_template = "admin/_default_button.html"
    change_form_after_template = "admin/_chat_preview.html"
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
        return format_html_join("", "{}", ((_list(connection, *each),) for each in EXAMPLES))

    @admin.display(description=_("preview"))
    def preview(self, connection: ChatConnection) -> str:
        rules = connection.rules.all() if connection.pk else []
        if not rules:
            return gettext("Add rules to see their messages.")
        return render_messages(rules, connection, desk=connection.desk, at=timezone.now())

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
        if obj.is_active and "is_active" in form.changed_data:
            plan_standups(obj, timezone.now())

    def save_formset(self, request: AdminRequest, form: Any, formset: Any, change: bool) -> None:
        """Plan the next time of standups that were changed."""
        if formset.model is ChatStandup:
            for row in formset.forms:
                if row.has_changed():
                    row.instance.next_at = find_next(row.instance, timezone.now())
        super().save_formset(request, form, formset, change)


def _list(connection: ChatConnection, topic: str, heading: Any) -> str:
    """Return the placeholders of the texts of a topic as a table that opens."""
    known = get_placeholders(topic, is_public=connection.is_public)
    rows = ((f"{{{name}}}", words) for name, words in known.items())
    body = format_html_join("", '<tr><th scope="row">{}</th><td>{}</td></tr>', rows)
    return format_html(
        '<details class="chat-placeholders"><summary>{}</summary>'
        '<table class="plain-table"><tbody>{}</tbody></table></details>',
        heading,
        body,
    )


@admin.register(ChatPerson)
class ChatPersonAdmin(DeskModelAdmin):
    """Agents' users in chats. Users with a verified email address are recognized by themselves."""

    form = ChatPersonForm
    list_display = ["agent", "kind", "server", "user_name", "user_id", "source"]
    list_filter = ["kind"]
    list_select_related = ["agent"]
    fields = ["agent", ("kind", "server"), ("user_id", "user_name")]
