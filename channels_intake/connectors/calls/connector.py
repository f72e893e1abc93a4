"""The connector of the call webhook."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from channels_intake.connections.client import fetch_file
from channels_intake.connections.contract import (
    FieldKind,
    RemoteFile,
    SetupField,
)
from channels_intake.connectors.calls.payloads import read_event
from channels_intake.models import Connection
from channels_intake.telephone.facts import Call
from channels_intake.telephone.phone_system import AGENTS, CALLBACK, COUNTRY, PhoneSystem

SIGNATURE = "X-Plumbline-Signature"
NO_HOST = "https://recordings.invalid"  # only hosts that the admin named are asked


def sign(body: bytes, secret: str) -> str:
    """Return the value of the signature's header for a body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class CallsConnector(PhoneSystem):
    """Calls of any telephone system that posts JSON, signed with a shared secret."""

    header = SIGNATURE
    purpose = _("Calls from any phone system that can send webhooks. Each call becomes a ticket.")
    fields = (
        SetupField(
            "secret",
            _("Secret"),
            _(
                "At least 24 characters. Enter the same secret in the phone system, which "
                "signs every request with it."
            ),
            FieldKind.SEALED,
        ),
        SetupField(
            "recording_hosts",
            _("Recording hosts"),
            _("Recordings are downloaded only from these hosts."),
            FieldKind.HOSTS,
            is_required=False,
        ),
        COUNTRY,
        CALLBACK,
        AGENTS,
    )
    steps = (
        _("Set up the phone system to post each call as JSON to %(hook_url)s."),
        _(
            "Sign each request body with the secret (HMAC-SHA256), and send the "
            "signature in X-Plumbline-Signature."
        ),
    )

    def sign(self, body: bytes, secret: str) -> str:
        """Return the signature of a body."""
        return sign(body, secret)

    def read(self, connection: Connection, raw: bytes) -> Call:
        """Return the call in a stored event."""
        return read_event(raw, country=connection.settings.get("country", ""))

    def fetch(self, connection: Connection, file: RemoteFile, *, at: datetime) -> bytes:
        """Return a recording, from one of the hosts that the admin named."""
        named = connection.settings.get("recording_hosts") or ()
        hosts = tuple(host.removeprefix("*") for host in named)  # ".example.com": all below
        return fetch_file(connection, file.url, base_url=NO_HOST, at=at, hosts=hosts)
