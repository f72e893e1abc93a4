"""The connector of website forms: settings only. What is sent is a request, not an event."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Network
from channels_intake.connections.contract import (
    Connector,
    Detail,
    FieldKind,
    SetupField,
)
from channels_intake.connectors.hosts import describe_hosts_problem
from channels_intake.connectors.messenger.words import PRIVACY_URL
from channels_intake.connectors.tags import build_page_url, make_script_tag
from channels_intake.models import Connection
from tickets.models import Channel


class FormConnector(Connector):
    """A website form."""

    channel = Channel.WEB
    network = Network.MESSENGER  # never used: a form knows people by their email address
    icon = "channel-web"
    purpose = gettext_lazy("A request form on your website or on a page of its own.")
    takes_answers = False
    fields = (
        SetupField(
            "hosts",
            gettext_lazy("Websites"),
            gettext_lazy(
                "Host names of websites that may embed the form, one per line, such as "
                "www.example.com. Leave empty if you only link to the form."
            ),
            kind=FieldKind.HOSTS,
            is_required=False,
        ),
        SetupField("intro", gettext_lazy("Text above the form"), is_required=False),
        SetupField(
            "asks_own_fields",
            gettext_lazy("Include the fields of the request form"),
            kind=FieldKind.YES_NO,
            is_required=False,
            initial=True,
        ),
        SetupField(
            "takes_files",
            gettext_lazy("Allow attachments"),
            kind=FieldKind.YES_NO,
            is_required=False,
            initial=True,
        ),
        PRIVACY_URL,
    )
    steps = (
        gettext_lazy("Link to the form, or paste its script tag where the form should appear."),
        gettext_lazy(
            "If your website sends a Content-Security-Policy, allow this help desk in script-src "
            "and frame-src."
        ),
    )

    def describe(self, connection: Connection, *, at: datetime) -> tuple[Detail, ...]:
        """Return the form's address, and what to paste where it should be."""
        return (
            Detail(_("Link"), build_page_url(connection, "form") + "/"),
            Detail(_("Script tag"), make_script_tag(connection, "form")),
        )

    def check(self, connection: Connection, *, at: datetime) -> str:
        """Return what is wrong with the hosts: none is fine, but not if all are malformed."""
        return describe_hosts_problem(connection) if connection.settings.get("hosts") else ""
