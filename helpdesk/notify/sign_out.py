"""A device stops showing notifications when its agent signs out there."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from accounts.models import User
from accounts.tenancy import desk_scope
from tickets.models import PushSubscription

KEY = "notification_devices"  # of the session: the device's ID, by the desk's


def note_device(request: HttpRequest, device: PushSubscription) -> None:
    """Note in the session which device it runs on."""
    known = request.session.get(KEY, {})
    request.session[KEY] = {**known, str(device.desk_id): device.pk}


def connect_sign_out() -> None:
    """Remove devices at sign-out. Called once at startup."""
    user_logged_out.connect(_on_sign_out, dispatch_uid="plumbline.devices")


def _on_sign_out(*, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    """Remove the session's devices of this user at each desk."""
    for desk_id, device_id in request.session.get(KEY, {}).items():
        with desk_scope(int(desk_id)):
            PushSubscription.objects.filter(pk=device_id, agent__user=user).delete()
