"""A reply that is due waits for a database or a storage that is away for a moment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from tests.agent.conftest import inside
from tests.agent.test_scheduled_replies import schedule
from tests.cast import Cast
from tickets.models import HeldReason, Message, PendingReply, Ticket
from tickets.replies import sending
from tickets.replies.sending import PATIENCE, send_if_due
from tickets.replies.unsent_files import NotStoredError


@pytest.mark.parametrize(
    "error", [OperationalError("deadlock detected"), NotStoredError("The storage is away.")]
)
def test_it_is_tried_again_for_some_minutes_and_then_held(
    rocket: Cast,
    client: Client,
    ticket: Ticket,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    def fail(*_args: Any, **_more: Any) -> None:
        raise error

    with inside(rocket):
        pending = schedule(client, ticket)
        soon = pending.send_at + timedelta(seconds=1)
        with monkeypatch.context() as patch:
            patch.setattr(sending, "reply", fail)
            assert not send_if_due(reply_id=pending.pk, at=soon)
            assert PendingReply.objects.get().held_at is None
        assert send_if_due(reply_id=pending.pk, at=soon)
        assert Message.objects.filter(agent=rocket.analyst).count() == 1

        late = schedule(client, ticket, form_token="second")
        with monkeypatch.context() as patch:
            patch.setattr(sending, "reply", fail)
            assert send_if_due(reply_id=late.pk, at=late.send_at + PATIENCE)
        assert PendingReply.objects.get().held_reason == HeldReason.FAILED
