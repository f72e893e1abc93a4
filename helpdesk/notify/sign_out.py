"""A device stops showing notifications when its agent signs out there.

A signed cookie says which device a browser is: sessions end, and devices outlive them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.models import Desk, User
from accounts.tenancy import desk_scope
from tickets.models import PushSubscription

COOKIE = "notification_devices"  # the device's ID, by the desk's
MAX_AGE = timedelta(days=400)  # browsers keep none for longer
MAX_DESKS = 20  # of one browser


def note_device(request: HttpRequest, response: HttpResponse, device: PushSubscription) -> None:
    """Note in the browser which device it is."""
    known = {**_read(request), str(device.desk_id): device.pk}
    response.set_cookie(
        COOKIE,
        signing.dumps(dict(list(known.items())[-MAX_DESKS:]), salt=__name__),
        max_age=MAX_AGE,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def get_noted_device(request: HttpRequest, desk: Desk) -> int | None:
    """Return the ID of the device that this browser is at a desk, or None."""
    return _read(request).get(str(desk.pk))


def _read(request: HttpRequest) -> dict[str, int]:
    try:
        known: dict[str, int] = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=__name__, max_age=MAX_AGE
        )
    except signing.BadSignature:
        return {}
    return known


def connect_sign_out() -> None:
    """Remove devices at sign-out. Called once at startup."""
    user_logged_out.connect(_on_sign_out, dispatch_uid="plumbline.devices")


def _on_sign_out(*, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Remove this browser's devices of this user at each desk."""
    for desk_id, device_id in _read(request).items():
        with desk_scope(int(desk_id)):
            PushSubscription.objects.filter(pk=device_id, agent__user=user).delete()
