"""The demo desks' connections to channels, and what their fakes must know of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

from accounts.models import Desk
from accounts.tenancy import desk_scope
from channels_intake.connections.contract import FieldKind, SetupField
from channels_intake.connections.hooks import get_hook_url
from channels_intake.connections.registry import CONNECTORS, get_connector
from channels_intake.models import Connection
from helpdesk.demo.playground.fakes import find_fake, make_prefix
from helpdesk.demo.source import read_data
from helpdesk.demo.vendors.contract import FakeVendor

COLUMNS = {"external_id", "api_url"}  # of Connection; the others are in its settings


def connect_desk(desk: Desk, fakes: Mapping[str, FakeVendor], *, at: datetime) -> None:
    """Create a desk's missing connections, point all of them at the fakes, and tell these.

    fakes: by prefix. Connections that somebody has added by hand are left alone.
    """
    with desk_scope(desk):
        for data in read_data(desk.slug, "channels")["channel"]:
            if data["kind"] not in CONNECTORS:
                continue
            connection = _find_or_create(desk, data, at=at)
            kind = find_fake(connection.kind)
            fake = fakes.get(make_prefix(desk.slug, kind)) if kind else None
            if fake is not None:
                _point(connection, fake)


def _find_or_create(desk: Desk, data: Mapping[str, Any], *, at: datetime) -> Connection:
    mine = Connection.objects.filter(desk=desk, kind=data["kind"], name=data["name"])
    if known := mine.select_related("desk").first():
        return known
    connector = get_connector(data["kind"])
    connection = Connection(
        desk=desk,
        kind=data["kind"],
        name=data["name"],
        external_id=data.get("external_id", ""),
        settings=_fill_settings(connector.fields, data.get("settings", {})),
        silent_until=at,
        next_poll_at=at if connector.is_polled else None,
    )
    sealed = [one for one in connector.fields if one.kind == FieldKind.SEALED and one.is_required]
    made_up = {field.name: token_urlsafe(24) for field in sealed}
    connection.enter_secrets(**made_up | data.get("secrets", {}))
    connection.save()
    return connection


def _fill_settings(fields: Iterable[SetupField], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an admin would have entered: the usual answers, unless the file has others."""
    entered = [one for one in fields if one.kind != FieldKind.SEALED and one.name not in COLUMNS]
    usual = {one.name: one.initial for one in entered}
    return {**usual, **given}


def _point(connection: Connection, fake: FakeVendor) -> None:
    """Lead a connection to its fake, which listens at another address after each start."""
    connection.api_url = fake.url
    for field in get_connector(connection.kind).fields:
        if field.kind == FieldKind.HOSTS:
            connection.settings[field.name] = [urlsplit(fake.url).netloc]
    connection.save(update_fields=["api_url", "settings"])
    fake.play(
        "connect",
        {
            "kind": connection.kind,
            "name": connection.name,
            "desk": connection.desk.name,
            "external_id": connection.external_id,
            "url": get_hook_url(connection),
            "secrets": connection.secrets,
            "settings": connection.settings,
        },
    )
