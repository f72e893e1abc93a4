"""Connections to Meta's channels for tests, and signed requests to their webhooks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.test import Client

from channels_intake.connections.contract import Connector, Item, Received, Request
from channels_intake.connections.registry import get_connector
from channels_intake.connectors.meta.signature import sign
from channels_intake.models import Connection
from helpdesk.demo.vendors.meta.graph import Delivery, GraphVendor
from tests.cast import NOON, Cast

SECRETS = {"access_token": "EAAtoken", "app_secret": "app secret", "verify_token": "meatyhamhock"}
FOLDER = Path(__file__).parent


def make_connection(kind: str, external_id: str, **changes: Any) -> Connection:
    """Return an unsaved connection with its secrets."""
    secrets = changes.pop("secrets", SECRETS)
    made = Connection(kind=kind, name=f"Our {kind} {external_id}", external_id=external_id)
    for name, value in changes.items():
        setattr(made, name, value)
    made.enter_secrets(**secrets)
    return made


def connect(cast: Cast, kind: str, external_id: str, **changes: Any) -> Connection:
    """Connect a desk, whose scope is entered."""
    made = make_connection(kind, external_id, desk=cast.desk, **changes)
    made.save()
    return made


def connect_fake(cast: Cast, fake: GraphVendor, kind: str, external_id: str) -> Connection:
    """Connect a desk to a fake that listens, and the fake to the webhook's URL."""
    secrets = {**SECRETS, "access_token": f"EAA{external_id}"}
    made = connect(cast, kind, external_id, api_url=fake.url, secrets=secrets)
    url = f"/{cast.desk.slug}/channels/{made.hook_token}/"
    data = {"kind": kind, "external_id": external_id, "url": url, "secrets": secrets}
    fake.play("connect", data)
    return made


def load(kind: str, name: str) -> Any:
    """Return a payload of the documentation."""
    return json.loads((FOLDER / kind / "payloads" / f"{name}.json").read_text())


def make_request(body: bytes, secret: str = "app secret") -> Request:
    """Return a signed request."""
    return Request("POST", {}, {"X-Hub-Signature-256": sign(body, secret)}, body)


def receive(connection: Connection, payload: Any) -> Received:
    """Return what a connector receives from a genuine request."""
    connector: Connector = get_connector(connection.kind)
    return connector.receive(connection, make_request(json.dumps(payload).encode()), at=NOON)


def translate(connection: Connection, payload: Any) -> list[Item]:
    """Return the items of a genuine request."""
    connector: Connector = get_connector(connection.kind)
    events = receive(connection, payload).events
    return [item for event in events for item in connector.translate(connection, event.raw)]


def post(delivery: Delivery) -> int:
    """Post a fake's webhook to the application. Return the status."""
    client = Client(enforce_csrf_checks=True)
    return client.post(
        delivery.url,
        delivery.body,
        content_type="application/json",
        headers={"X-Hub-Signature-256": delivery.headers["X-Hub-Signature-256"]},
    ).status_code
