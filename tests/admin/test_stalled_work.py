"""The start page of the admin site says when nothing works off what is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tickets.models import QueueRow

WARNING = "check that its workers and beat are running"
SignIn = Callable[[User], Client]


def set_reminder_due(cast: Cast, *, minutes: int) -> None:
    with desk_scope(cast.desk):
        ticket = cast.open_ticket(at=timezone.now())
        due = timezone.now() - timedelta(minutes=minutes)
        assert QueueRow.objects.filter(ticket=ticket).update(remind_at=due) == 1


def test_only_the_desk_whose_work_waits_is_told(
    rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    ours, theirs = sign_in(rocket.admin.user), sign_in(matter.admin.user)
    set_reminder_due(rocket, minutes=2)
    assert WARNING not in ours.get("/rocket/admin/").text
    set_reminder_due(rocket, minutes=11)
    assert WARNING in ours.get("/rocket/admin/").text
    assert WARNING not in theirs.get("/matter/admin/").text


def test_the_installations_admin_is_told_of_any_desk(rocket: Cast, sign_in: SignIn) -> None:
    owner = User.objects.create_superuser(email="owner@example.com")
    client = sign_in(owner)
    assert WARNING not in client.get("/admin/").text
    set_reminder_due(rocket, minutes=11)
    assert WARNING in client.get("/admin/").text
