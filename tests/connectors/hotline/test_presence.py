"""Who should be connected to the hotline and isn't (M55)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tenancy import desk_scope
from channels_intake.models import Connection
from channels_intake.telephone.presence import read_connected
from helpdesk.shared.hotline import list_disconnected, report_disconnected
from routing.models import Shift
from tests.agent.conftest import SignIn
from tests.cast import Cast
from tests.connectors.hotline.calls import Vendor, poll
from tickets.models import Notification
from tickets.notifications import HOTLINE_MISSING


@pytest.fixture
def on_shift(rocket: Cast) -> Cast:
    """Only the analyst and the colleague are on shift, since an hour ago."""
    start = timezone.now() - timedelta(hours=1)
    with desk_scope(rocket.desk):
        Shift.objects.all().delete()
        minute = start.hour * 60 + start.minute
        for agent in (rocket.analyst, rocket.colleague):
            Shift.objects.create(
                desk=rocket.desk,
                agent=agent,
                weekday=start.weekday(),
                start_minute=minute,
                end_minute=(minute + 300) % 1440 or 1440,
                time_zone="UTC",
            )
        rocket.desk.refresh_from_db()
    return rocket


def sign_out(cast: Cast, vendor: Vendor, hotline: Connection) -> None:
    with desk_scope(cast.desk):
        address = cast.analyst.user.email
    vendor.play("status", {"agent": address})
    poll(cast, hotline, at=timezone.now())


def test_a_connected_agent_is_not_missing(
    on_shift: Cast, vendor: Vendor, hotline: Connection
) -> None:
    poll(on_shift, hotline, at=timezone.now())
    with desk_scope(on_shift.desk):
        assert read_connected(on_shift.desk.pk, at=timezone.now()) == {
            on_shift.analyst.user.email: True
        }
        assert list_disconnected(on_shift.desk, timezone.now()) == []


def test_who_is_on_shift_and_not_connected_is_on_the_board(
    on_shift: Cast, vendor: Vendor, hotline: Connection, sign_in: SignIn
) -> None:
    sign_out(on_shift, vendor, hotline)
    with desk_scope(on_shift.desk):
        found = list_disconnected(on_shift.desk, timezone.now())
        assert [one.agent for one in found] == [on_shift.analyst]  # no user, no expectation
    page = sign_in(on_shift.lead.user).get("/rocket/agent/board/").content.decode()
    assert page.count("Not connected to the hotline") == 1


def test_leads_are_told_once_per_shift(
    on_shift: Cast, vendor: Vendor, hotline: Connection, sign_in: SignIn
) -> None:
    sign_out(on_shift, vendor, hotline)
    with desk_scope(on_shift.desk):
        for _twice in range(2):
            report_disconnected(desk_id=on_shift.desk.pk, at=timezone.now())
        told = Notification.objects.filter(kind=HOTLINE_MISSING)
        assert [one.agent for one in told] == [on_shift.lead]
    page = sign_in(on_shift.lead.user).get("/rocket/agent/notifications/").content.decode()
    assert "connected to the hotline" in page


def test_old_states_say_nothing_about_now(
    on_shift: Cast, vendor: Vendor, hotline: Connection
) -> None:
    sign_out(on_shift, vendor, hotline)
    later = timezone.now() + timedelta(minutes=11)
    with desk_scope(on_shift.desk):
        assert read_connected(on_shift.desk.pk, at=later) == {}
        assert list_disconnected(on_shift.desk, later) == []
