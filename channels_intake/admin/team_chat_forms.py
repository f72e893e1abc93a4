"""Admin forms of chat channels, their rules and standups. Secrets are write-only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminURLInputWidget,
)

from accounts.admin.base import DeskForm
from accounts.admin.conflicts import ConflictGuardFormSet
from accounts.admin.fields import AdminTimeZoneField, MinuteOfDayField
from accounts.admin.secrets import STORED_HELP, SecretField, is_moved, require_again
from accounts.network.addresses import get_destination_error
from channels_intake.models import DEFECT_TOPICS, ChatConnection, ChatKind, ChatPerson
from channels_intake.team_chat.texts import list_unfit_placeholders
from channels_intake.team_chat.vendors import VENDORS

SECRETS = {
    "webhook_url": "sealed_webhook_url",
    "bot_token": "sealed_bot_token",
    "command_secret": "sealed_command_secret",
}
MAX_SECRET = 1000


class ChatConnectionForm(DeskForm):
    """A chat channel. An empty secret keeps the stored one; none is ever shown."""

    server_url = forms.URLField(
        label=_("Server URL"),
        help_text=_("Needed for a bot, such as https://chat.example.com or https://slack.com."),
        required=False,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
    )
    webhook_url = SecretField(
        max_length=MAX_SECRET,
        label=_("Incoming webhook URL"),
        help_text=_(
            "From the chat's integration, for messages without a bot. Anyone who has it can post."
        ),
    )
    bot_token = SecretField(
        max_length=MAX_SECRET,
        label=_("Token of the bot"),
        help_text=_("With a bot, messages about one ticket are one thread."),
    )
    command_secret = SecretField(
        max_length=MAX_SECRET,
        label=_("Secret of the commands"),
        help_text=_(
            "Mattermost and Rocket.Chat: the token of each command, separated by spaces. Slack: the"
            " app's signing secret."
        ),
    )

    class Meta:
        model = ChatConnection
        fields = (
            "name", "kind", "is_active", "is_public", "channel", "server_url", "bot_user_id",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, sealed in SECRETS.items():
            if name in self.fields and getattr(self.instance, sealed):
                field = self.fields[name]
                field.help_text = f"{field.help_text} {STORED_HELP}"

    def clean_webhook_url(self) -> str:
        return _check_url(self.cleaned_data["webhook_url"])

    def clean_server_url(self) -> str:
        return _check_url(self.cleaned_data["server_url"]).rstrip("/")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if self.errors:
            return found
        has_token = found["bot_token"] or self.instance.sealed_bot_token
        if found["server_url"]:
            self._clean_bot(found, has_token=bool(has_token))
        elif not (found["webhook_url"] or self.instance.sealed_webhook_url):
            self.add_error("webhook_url", gettext("Enter a webhook URL, or set up a bot."))
        elif found["bot_token"]:  # nothing would use it
            self.add_error("server_url", self.fields["server_url"].error_messages["required"])
        return found

    def _clean_bot(self, found: dict[str, Any], *, has_token: bool) -> None:
        if not has_token:
            self.add_error("bot_token", gettext("Enter the token of the bot."))
        elif is_moved(self, "server_url"):
            require_again(self, "bot_token")
        if not found["channel"]:
            self.add_error("channel", gettext("Enter the ID of the bot's channel."))
        if found["kind"] == ChatKind.ROCKETCHAT and not found["bot_user_id"]:
            self.add_error("bot_user_id", gettext("Enter the user ID of the bot."))


def _check_url(url: str) -> str:
    if url and (problem := get_destination_error(url)):
        raise ValidationError(problem)
    return url


class ChatRuleForm(DeskForm):
    """A rule. Its text can insert only what the channel may know."""

    channel: ChatConnection  # as it is about to be saved; set by the formset

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _hide_links(self)
        if "template" in self.fields:
            self.fields["template"].widget = UnfoldAdminTextareaWidget(attrs={"rows": 4})

    def clean_template(self) -> str:
        text: str = self.cleaned_data["template"]
        topic = self.cleaned_data.get("topic", "")
        unfit = list_unfit_placeholders(text, topic, is_public=self.channel.is_public)
        if unfit:
            named = {"names": ", ".join(f"{{{name}}}" for name in unfit)}
            if list_unfit_placeholders(text, topic, is_public=False):
                raise ValidationError(gettext("Unknown placeholders: %(names)s.") % named)
            text = gettext("Texts for a public channel can't use %(names)s.")
            raise ValidationError(text % named)
        return text

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        conditions = [found.get(name) for name in ("department", "level", "plan")]
        if found.get("topic") in DEFECT_TOPICS and any(conditions):
            self.add_error("topic", gettext("Leave department, level and plan empty for defects."))
        return found


class ChatRuleFormSet(ConflictGuardFormSet):
    """The rules of a channel, checked against the channel's own form."""

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)
        form.channel = self.instance
        return form


class ChatStandupForm(DeskForm):
    """A standup message with its local time and weekdays."""

    minute = MinuteOfDayField(
        label=_("Time"),
        help_text=_(
            "If Plumbline is down at that time, the message is posted up to 12 hours late. After"
            " that, it is skipped for the day."
        ),
    )
    time_zone = AdminTimeZoneField(label=_("Time zone"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"),
        coerce=int,
        choices=list(WEEKDAYS.items()),
        initial=[0, 1, 2, 3, 4],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _hide_links(self)


class ChatPersonForm(DeskForm):
    """An agent's user in a chat, who must be one person: messages mention them."""

    class Meta:
        model = ChatPerson
        fields = ("kind", "server", "agent", "user_id", "user_name")

    def clean_user_name(self) -> str:
        return self.cleaned_data["user_name"].removeprefix("@")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if self.errors:
            return found
        kind, user_id, user_name = (found[name] for name in ("kind", "user_id", "user_name"))
        found["server"] = self._find_server(kind, found["server"].lower())
        is_named = VENDORS[kind].mention(user_id, user_name)
        if kind == ChatKind.SLACK and not is_named:
            self.add_error(
                "user_id", gettext("Enter the ID of one person. It has letters and digits.")
            )
        elif user_name and not is_named:
            self.add_error(
                "user_name", gettext("Enter the user name of one person, without spaces.")
            )
        return found

    def _find_server(self, kind: str, entered: str) -> str:
        """Return the server that is meant: a channel's, since no other sends anything."""
        channels = ChatConnection.objects.filter(desk=self.instance.desk_id, kind=kind)
        known = {channel.server for channel in channels} - {""}
        if entered and known and entered not in known:
            text = gettext("No channel is on this server. Enter one of: %(servers)s.")
            self.add_error("server", text % {"servers": ", ".join(sorted(known))})
        elif not entered and len(known) != 1:
            self.add_error("server", gettext("Enter the host name in the URL of the chat."))
        return entered or min(known, default="")


def _hide_links(form: forms.BaseForm) -> None:
    """Hide the links beside choices of rows: departments and plans have pages of their own."""
    for field in form.fields.values():
        if isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_view_related = field.widget.can_delete_related = False
