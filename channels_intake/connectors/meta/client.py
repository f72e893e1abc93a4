"""Requests to the Graph API, and files from Meta's servers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channels_intake.calls.responses import read_json
from channels_intake.connections.client import call_vendor, fetch_file, read_secrets
from channels_intake.connections.contract import RemoteFile
from channels_intake.connections.reading import get_id
from channels_intake.connectors.meta.attachments import MEDIA_HOSTS
from channels_intake.connectors.meta.errors import check_graph
from channels_intake.connectors.meta.signature import make_proof
from channels_intake.models import Connection

API_URL = "https://graph.facebook.com"
VERSION = "v26.0"  # of July 29, 2026; each is there for about two years


def ask_graph(
    connection: Connection, method: str, path: str, *, at: datetime, **kwargs: Any
) -> Mapping[str, Any]:
    """Return the object that Graph answers. path: below the version. kwargs: as in requests.

    Raises CallLaterError and CallRefusedError.
    """
    secrets = read_secrets(connection)
    token = secrets["access_token"]
    # In a header: URLs end up in logs.
    headers = {"Authorization": f"Bearer {token}"}
    params = {
        **kwargs.pop("params", {}),
        "appsecret_proof": make_proof(token, secrets["app_secret"]),
    }
    version = connection.settings.get("graph_version") or VERSION
    response = call_vendor(
        connection,
        method,
        f"/{version}/{path}",
        base_url=API_URL,
        at=at,
        check=check_graph,
        headers=headers,
        params=params,
        **kwargs,
    )
    found = read_json(response)
    return found if isinstance(found, Mapping) else {}


def fetch_media(connection: Connection, url: str, *, at: datetime, **kwargs: Any) -> bytes:
    """Return a file from Meta's servers. The URL of a message's is signed and needs no token."""
    return fetch_file(connection, url, base_url=API_URL, at=at, hosts=MEDIA_HOSTS, **kwargs)


def fetch_by_id(connection: Connection, file: RemoteFile, *, at: datetime) -> bytes:
    """Return a file whose URL is Meta's ID of it: Graph says where it is for some minutes."""
    found = ask_graph(connection, "GET", file.url, at=at)
    token = read_secrets(connection)["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    return fetch_media(connection, get_id(found, "url"), at=at, headers=headers)
