"""An app in the fake AppFollow, connected to the first desk, and the work that tasks do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from channels_intake.connections.incoming.polling import poll_connection
from channels_intake.connections.incoming.processing import process_due_events
from channels_intake.models import Connection, ConnectionKind
from helpdesk.demo.vendors.appfollow import AppFollow
from tests.cast import NOON, Cast

APP = "chat.example.android"


def connect(
    cast: Cast, fake: AppFollow, *, store: str = "gp", app: str = APP, **settings: Any
) -> Connection:
    """Connect an app, as the admin's page does. The desk's scope is entered."""
    made = Connection(
        desk=cast.desk,
        kind=ConnectionKind.REVIEWS,
        name=f"Reviews of {app}",
        external_id=app,
        api_url=fake.url,
        settings={"store": store, "poll_minutes": 15, "beta_marks": "beta, rc", **settings},
        silent_until=NOON,
        next_poll_at=NOON,
    )
    made.enter_secrets(token=f"token-of-{app}")
    made.save()
    told = {"external_id": app, "secrets": made.secrets, "settings": made.settings}
    fake.play("connect", told)
    return made


def write(fake: AppFollow, *, at: datetime = NOON, **data: Any) -> str:
    """Leave a review, and return its ID."""
    given = {"rating": 2, "content": "No push notifications", "author": "Ines", **data}
    review: dict[str, str] = fake.play("review", {**given, "at": at.isoformat()})
    return review["review_id"]


def run(connection: Connection, *, at: datetime = NOON + timedelta(minutes=1)) -> None:
    """Poll until nothing is left, and process what was stored, as the tasks do."""
    Connection.objects.filter(pk=connection.pk).update(next_poll_at=at)
    while poll_connection(connection.pk, at=at):
        pass
    while process_due_events(connection_id=connection.pk, at=at):
        pass
