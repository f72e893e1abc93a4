"""A worker that delivers events itself gets the emails they cause, and sends them itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from celery import current_app
from django.core import mail

from channels_intake.models import MailKind, OutgoingEmail
from channels_intake.outgoing.holding import deliver_many
from channels_intake.outgoing.sending import send_mails
from tests.cast import NOON, Cast
from tickets.queueing import DELIVER, collecting_tasks

Hooks = Callable[..., AbstractContextManager[list[Callable[[], Any]]]]


def test_no_task_is_queued_from_a_request_to_its_receipt(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Hooks
) -> None:
    queued: list[str] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: queued.append(name))
    with collecting_tasks() as tasks, django_capture_on_commit_callbacks(execute=True):
        in_rocket.open_ticket()
    with django_capture_on_commit_callbacks(execute=True):
        [(task, given)] = tasks
        assert task == DELIVER
        ready = deliver_many(**given, at=NOON)
        assert ready == []  # not committed yet
    assert OutgoingEmail.objects.get(pk__in=ready).kind == MailKind.RECEIPT
    assert send_mails(ready, at=NOON) == len(mail.outbox) == 1
    assert queued == []
