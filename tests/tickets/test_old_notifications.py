"""Read notifications are deleted after the desk's retention time; unread ones stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.tenancy import desk_scope, system_scope
from tests.cast import NOON, Cast
from tickets import notifications
from tickets.deliveries import deliver_due
from tickets.models import Notification
from tickets.notifications import delete_old_notifications, list_old_notifications, mark_all_read
from tickets.tasks import sweep_old_notifications

KEPT = timedelta(days=90)


def notify(cast: Cast, *, read: bool) -> int:
    """Notify the assignee of a new ticket; return the notification's id."""
    with desk_scope(cast.desk):
        cast.open_ticket()
        deliver_due(desk_id=cast.desk.pk, at=NOON)
        notification = Notification.objects.latest("pk")
        if read:
            mark_all_read(agent=notification.agent, at=NOON)
        return int(notification.pk)


def delete(cast: Cast, *, after: timedelta) -> int:
    with desk_scope(cast.desk):
        return delete_old_notifications(desk_id=cast.desk.pk, at=NOON + after)


def test_a_read_notification_is_deleted_after_ninety_days_in_small_batches(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "BATCH", 2)
    for _ in range(3):
        notify(rocket, read=True)
    assert delete(rocket, after=KEPT) == 0
    later = KEPT + timedelta(seconds=1)
    assert [delete(rocket, after=later) for _ in range(3)] == [2, 1, 0]


def test_an_unread_notification_stays(rocket: Cast) -> None:
    unread = notify(rocket, read=False)
    assert delete(rocket, after=20 * KEPT) == 0
    with desk_scope(rocket.desk):
        assert Notification.objects.get().pk == unread


def test_each_desk_chooses_its_own_retention(rocket: Cast, matter: Cast) -> None:
    notify(rocket, read=True)
    theirs = notify(matter, read=True)
    with system_scope("let time pass"):
        Notification.objects.update(read_at=timezone.now() - timedelta(days=31))
    rocket.desk.notification_days = 30
    rocket.desk.save()
    assert sweep_old_notifications() == 1
    with system_scope("look at all desks"):
        assert Notification.objects.get().pk == theirs


@pytest.mark.usefixtures("vacuumed")
def test_old_notifications_are_found_by_their_index(rocket: Cast) -> None:
    with desk_scope(rocket.desk), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        old = list_old_notifications(NOON).filter(desk_id=rocket.desk.pk).order_by("read_at")
        assert "notification_read" in old.explain()
