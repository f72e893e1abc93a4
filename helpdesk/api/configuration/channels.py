"""Connected channels, such as a Facebook page: added, set up, paused and deleted.

The connector of each kind declares what a channel needs; the admin site builds its form from the
same declaration. Secrets are never shown.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from channels_intake.admin.connection_forms import COLUMNS, make_connection_form
from channels_intake.connections.contract import FieldKind, SetupField
from channels_intake.connections.deletion import get_deletion_error
from channels_intake.connections.hooks import get_hook_url
from channels_intake.connections.pausing import begin_polling, resume
from channels_intake.connections.registry import get_connector
from channels_intake.models import Connection
from helpdesk.api.configuration.declared import (
    RowSerializer,
    Texts,
    build_paths,
    describe_fields,
)
from helpdesk.api.configuration.form_rows import FormRowsView
from helpdesk.api.configuration.setting_rows import SettingView
from helpdesk.api.contract.names import refuse_unknown

CHANNEL_FIELDS = ("kind", "name", "external_id", "api_url", "is_paused")
HEALTH = ("problem", "checked_at", "last_event_at")
PLAIN = {"name", "is_paused"}
MAX_SECRET = 10_000
# Readers of settings that aren't plain text.
READERS: dict[FieldKind, Any] = {
    FieldKind.YES_NO: serializers.BooleanField(),
    FieldKind.NUMBER: serializers.IntegerField(allow_null=True),
    FieldKind.HOSTS: serializers.ListField(child=serializers.CharField(max_length=300)),
}
TEXT = serializers.CharField(max_length=MAX_SECRET, allow_blank=True, allow_null=True)


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "type": ["string", "number", "boolean", "array", "null"],
            "items": {"type": "string"},
        },
    }
)
class SettingsField(serializers.DictField):
    """Values by name, as the kind of channel declares them."""


class ChannelSerializer(RowSerializer):
    """A connected channel, such as a Facebook page. Its secrets are never shown."""

    settings = SettingsField(
        required=False,
        help_text=_(
            "The settings of this kind of channel, by name. Settings that you leave out keep their "
            "values."
        ),
    )
    secrets = serializers.DictField(
        child=serializers.CharField(max_length=MAX_SECRET, allow_blank=True),
        required=False,
        write_only=True,
        help_text=_(
            "Secrets by name. They are never shown. Secrets that you leave out stay as they are."
        ),
    )
    stored_secrets = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        source="list_secrets",
        help_text=_("The names of the secrets that are stored."),
    )
    webhook_url = serializers.SerializerMethodField(
        help_text=_(
            "The URL of the webhook, for the steps at the provider. Null if none of them needs it."
        )
    )

    class Meta:
        model = Connection
        fields = (
            *("id", *CHANNEL_FIELDS, "settings", "secrets", "stored_secrets", "webhook_url"),
            *HEALTH,
        )
        read_only_fields = HEALTH
        extra_kwargs = describe_fields(
            Connection,
            (*CHANNEL_FIELDS, *HEALTH),
            kind=_("The kind of channel. It can't be changed later."),
            name=_("The channel's name at this desk."),
            problem=_("Why the channel isn't working, or empty."),
        )

    def get_webhook_url(self, row: Connection) -> str | None:
        steps = map(str, get_connector(row.kind).steps)
        is_entered = any("%(hook_url)s" in step for step in steps)
        return get_hook_url(row) if is_entered else None

    def to_representation(self, row: Connection) -> dict[str, Any]:
        """Return the channel with the settings that its connector declares, in that order."""
        shown: dict[str, Any] = super().to_representation(row)
        known = list_settings(row.kind, is_sealed=False)
        shown["settings"] = {name: row.settings[name] for name in known if name in row.settings}
        return shown


class ChannelsView(FormRowsView):
    model = Connection
    serializer_class = ChannelSerializer
    related = ("desk",)

    def get_form_class(self, row: Connection) -> type[forms.ModelForm[Any]]:
        form = make_connection_form(row.kind)
        columns = [name for name in COLUMNS if name in form.base_fields]
        return forms.modelform_factory(
            Connection, form=form, fields=["name", "is_paused", *columns]
        )

    def name_field(self, name: str) -> tuple[str, ...]:
        group, _line, inner = name.partition("_")
        places = {"setting": "settings", "secret": "secrets"}
        return (places[group], inner) if group in places and name not in COLUMNS else (name,)

    def write(self, row: Connection, values: dict[str, Any]) -> None:
        if row.pk is None:
            row.kind = values.pop("kind")
        elif values.pop("kind", row.kind) != row.kind:
            text = gettext("The kind can't be changed. Add another channel.")
            raise serializers.ValidationError({"kind": [text]})
        if row.pk is not None and values.keys() <= PLAIN:
            # Pausing also works for a channel whose setup its form would refuse.
            SettingView.write(self, row, values)
            return
        values |= check_values(row, values)
        super().write(row, values)

    def save(self, row: Connection, fields: list[str] | None) -> None:
        was_paused = Connection.objects.values_list("is_paused", flat=True).get(pk=row.pk)
        super().save(row, fields)
        if was_paused and not row.is_paused:
            resume(row, at=timezone.now())

    def save_form(self, row: Connection, form: Any, *, is_new: bool) -> None:
        now = timezone.now()
        row.settings = form.settings
        row.enter_secrets(**form.secrets)
        if is_new:
            row.silent_until = now
        super().save_form(row, form, is_new=is_new)
        if row.is_paused:
            return
        if is_new:
            begin_polling(row, at=now)
        elif "is_paused" in form.changed_data or any(form.secrets.values()):
            resume(row, at=now)

    def refuse_deletion(self, row: Connection) -> str | None:
        return get_deletion_error(row)


def list_settings(kind: str, *, is_sealed: bool) -> dict[str, SetupField]:
    """Return what a kind of channel declares: its secrets, or the other settings."""
    return {
        field.name: field
        for field in get_connector(kind).fields
        if field.name not in COLUMNS and (field.kind == FieldKind.SEALED) == is_sealed
    }


def check_values(row: Connection, values: dict[str, Any]) -> dict[str, Any]:
    """Return the given settings in their types. Raises ValidationError for unknown names."""
    settings = list_settings(row.kind, is_sealed=False)
    secrets = list_settings(row.kind, is_sealed=True)
    columns = {field.name for field in get_connector(row.kind).fields} & set(COLUMNS)
    given = [name for name in COLUMNS if values.get(name, stored := getattr(row, name)) != stored]
    problems: dict[str, Any] = refuse_unknown(given, columns)
    for group, known in (("settings", settings), ("secrets", secrets)):
        if unknown := refuse_unknown(values.get(group, {}), known):
            problems[group] = unknown
    if problems:
        raise serializers.ValidationError(problems)
    if "settings" not in values:
        return {}
    fields = {name: READERS.get(settings[name].kind, TEXT) for name in values["settings"]}
    return {"settings": _read(fields, values["settings"])}


def _read(fields: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    found, problems = {}, {}
    for name, field in fields.items():
        try:
            found[name] = field.run_validation(given[name])
        except serializers.ValidationError as error:
            problems[name] = error.detail
    if problems:
        raise serializers.ValidationError({"settings": problems})
    return found


CHANNELS = build_paths(
    ChannelsView,
    place="channels",
    one="channel",
    many="channels",
    texts=Texts(
        list=_("List connected channels"),
        add=_("Connect a channel"),
        show=_("Show a connected channel"),
        change=_("Change, pause or resume a channel"),
        delete=_("Delete a connected channel"),
        about=_("The desk's connected channels, and whether they work. For desk admins."),
        adding=_(
            "Connects a channel. The names in “settings” and “secrets” depend on its kind. The "
            "channel's page in the admin site lists the steps to take at the provider. For desk "
            "admins."
        ),
        changing=_(
            "While a channel is paused, messages and replies wait; they continue in order when you "
            "resume it. For desk admins."
        ),
        deleting=_("Returns 409 if tickets came in through the channel. For desk admins."),
    ),
)
