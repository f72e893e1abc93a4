"""The desk's connection to its CRM: addresses, secrets and mapping."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.admin.crm import save_connection
from accounts.admin.crm_forms import CrmConnectionForm
from accounts.models import CrmConnection
from channels_intake.outgoing.composing import get_desk_url
from helpdesk.api.configuration.declared import (
    RowSerializer,
    Texts,
    build_paths,
    describe_fields,
)
from helpdesk.api.configuration.form_rows import FormRowsView, make_has_secret, make_secret

ADDRESSES = ("accounts_url", "api_url", "client_id", "notify_url")
PROGRESS = ("state", "since", "next_try_at")
TEXT = {"type": "string"}
SOURCES = [
    TEXT,
    {"type": "array", "items": TEXT},
    {"type": "object", "additionalProperties": TEXT},
]
MAPPING = {
    "type": "object",
    "additionalProperties": {"type": "object", "additionalProperties": {"oneOf": SOURCES}},
}


@extend_schema_field(MAPPING)
class MappingField(serializers.DictField):
    """CRM fields by module and field of Plumbline, and “values” by field and word of the CRM."""


class CrmConnectionSerializer(RowSerializer):
    """A connection to a CRM. Its secrets are never shown."""

    client_secret = make_secret()
    refresh_token = make_secret()
    has_client_secret = make_has_secret("sealed_client_secret")
    has_refresh_token = make_has_secret("sealed_refresh_token")
    mapping = MappingField(
        required=False,
        help_text=_("Plumbline fields and CRM fields. Fields that are not listed never change."),
    )
    is_paused = serializers.BooleanField(
        required=False,
        help_text=_("While paused, nothing is pulled and notifications are ignored."),
    )
    webhook_url = serializers.SerializerMethodField(
        help_text=_("The URL to enter as “notify_url”, for notifications of changes.")
    )
    problem = serializers.CharField(source="explanation", read_only=True, help_text=_("error"))

    class Meta:
        model = CrmConnection
        fields = (
            *("id", *ADDRESSES, "mapping", "is_paused", "client_secret", "refresh_token"),
            *("has_client_secret", "has_refresh_token", "webhook_url", *PROGRESS, "problem"),
        )
        read_only_fields = PROGRESS
        extra_kwargs = describe_fields(CrmConnection, (*ADDRESSES, *PROGRESS))

    def get_webhook_url(self, connection: CrmConnection) -> str:
        return f"{get_desk_url(connection.desk)}/crm/zoho/"


class CrmConnectionsView(FormRowsView):
    model = CrmConnection
    serializer_class = CrmConnectionSerializer
    related = ("desk",)
    key = "client_id"

    def get_form_class(self, row: CrmConnection) -> type[forms.ModelForm[Any]]:
        return CrmConnectionForm

    def save_form(self, row: CrmConnection, form: Any, *, is_new: bool) -> None:
        save_connection(row, form, is_new=is_new)


CRM_CONNECTIONS = build_paths(
    CrmConnectionsView,
    place="crm-connections",
    one="crm_connection",
    many="crm_connections",
    parameter="connection_id",
    texts=Texts(
        list=_("List CRM connections"),
        add=_("Add a CRM connection"),
        show=_("Show a CRM connection"),
        change=_("Change a CRM connection"),
        delete=_("Delete a CRM connection"),
        about=_("The connection to Zoho CRM, and whether it works. For desk admins."),
        changing=_(
            "Changes the given fields; all but “is_paused” start a full pull. If you change a URL "
            "of the CRM, send both secrets again. For desk admins."
        ),
        deleting=_("Deletes the connection with its pulls. Customers stay. For desk admins."),
    ),
)
