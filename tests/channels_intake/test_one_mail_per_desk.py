"""The upgrade to one email per desk: emails that two mailboxes received keep their tickets."""

from __future__ import annotations

from importlib import import_module

from django.db import connection

from accounts.tenancy import desk_scope, owner_scope
from channels_intake.models import InboundMessage, InboundState
from tests.cast import NOON, Cast

MIGRATION = import_module("channels_intake.migrations.0004_one_mail_per_desk")


def store(cast: Cast, state: str = InboundState.PROCESSED, content: str = "a") -> int:
    with desk_scope(cast.desk):
        return InboundMessage.objects.create(
            desk=cast.desk,
            provider="raw",
            raw=b"",
            content_type="",
            state=state,
            rfc_message_id="one@acme.example",
            content_hash=content,
            received_at=NOON,
            next_try_at=NOON,
        ).pk


def test_the_later_of_two_equal_emails_of_a_desk_becomes_a_duplicate(
    rocket: Cast, matter: Cast
) -> None:
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute("DROP INDEX inbound_once_per_desk")
    first, _, other = store(rocket), store(rocket), store(matter)
    kept = {first, other, store(rocket, content="b"), store(rocket, content="")}
    kept |= {store(rocket, content=""), store(matter, InboundState.FAILED)}
    store(rocket, InboundState.QUARANTINED)
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(MIGRATION.MARK)
    left = set()
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            rows = InboundMessage.objects.exclude(state=InboundState.DUPLICATE)
            left |= set(rows.values_list("pk", flat=True))
            assert InboundMessage.objects.count() == (6 if cast is rocket else 2)
    assert left == kept
