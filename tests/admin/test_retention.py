"""An admin sets how long the desk keeps files, webhooks and calls; each desk for itself.

What follows the settings: tests/tickets/test_closed_files.py, and the tests of each kind of event.
"""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from accounts.models import Desk
from accounts.tenancy import system_scope
from tests.admin.posting import post_settings
from tests.cast import Cast


def read(cast: Cast) -> tuple[int, int]:
    with system_scope("test"):
        desk = Desk.objects.get(pk=cast.desk.pk)
    return desk.closed_file_days, desk.webhook_days


def test_the_admin_sets_both_and_what_makes_no_sense_is_refused(
    rocket: Cast, matter: Cast, sign_in: Callable[..., Client]
) -> None:
    client = sign_in(rocket.admin.user)
    assert (
        post_settings(client, rocket.desk, closed_file_days=180, webhook_days=30).status_code == 302
    )
    assert (read(rocket), read(matter)) == ((180, 30), (0, 90))
    for wrong, message in (
        ({"closed_file_days": 13}, "Enter 0, or at least 14 days."),
        ({"webhook_days": 13}, "greater than or equal to 14"),
        ({"webhook_days": 0}, "greater than or equal to 14"),
        ({"closed_file_days": -1}, "greater than or equal to 0"),
    ):
        page = post_settings(client, rocket.desk, **wrong)
        assert (page.status_code, message in page.content.decode()) == (200, True), wrong
    assert read(rocket) == (180, 30)
    for stranger in (rocket.lead, matter.admin):
        assert post_settings(sign_in(stranger.user), rocket.desk).status_code in {302, 403, 404}
    assert read(rocket) == (180, 30)
