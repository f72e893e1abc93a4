"""Whose form was posted, after its session has ended.

Signing in gives the browser a new CSRF secret, so the token in a form shows who was signed in when
the page was rendered. A signed cookie keeps the users of this browser's latest secrets. Another
site knows none of them, so it cannot post anything in a person's name.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.middleware import csrf
from django.utils.crypto import salted_hmac

from accounts.models import User

COOKIE = "plumbline_forms"
SALT = "plumbline.form-owners"
MAX_AGE = 14 * 24 * 3600  # seconds, as long as a session
MAX_SECRETS = 6
NOBODY = 0  # of a secret that served two users

Owners = dict[str, int]
Handler = Callable[[HttpRequest], HttpResponseBase]


class FormOwnersMiddleware:
    """Remember which user this browser's CSRF secret serves. Must come after the user is known."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        secret = request.META.get("CSRF_COOKIE")
        if secret and request.user.is_authenticated:
            _remember(request, response, _digest(secret), request.user.pk)
        return response


def find_form_owner(request: HttpRequest) -> User | None:
    """Return the user whose page contained the form that was posted, or None if unknown."""
    token = request.POST.get("csrfmiddlewaretoken", "")
    if len(token) != csrf.CSRF_TOKEN_LENGTH or not (token.isascii() and token.isalnum()):
        return None
    # Not public, but the only way to compare it with a secret that is no longer the cookie's.
    secret = csrf._unmask_cipher_token(token)  # type: ignore[attr-defined]  # see above
    user_id = _read(request).get(_digest(secret), NOBODY)
    return User.objects.filter(pk=user_id).first() if user_id else None


def _digest(secret: str) -> str:
    return salted_hmac(SALT, secret).hexdigest()[:20]


def _read(request: HttpRequest) -> Owners:
    kept = request.COOKIES.get(COOKIE, "")
    try:
        owners: Owners = signing.loads(kept, salt=SALT, max_age=MAX_AGE) if kept else {}
    except signing.BadSignature:
        return {}
    return owners


def _remember(request: HttpRequest, response: HttpResponseBase, digest: str, user_id: int) -> None:
    owners = _read(request)
    known = owners.get(digest)
    if known in (user_id, NOBODY):
        return
    owners.pop(digest, None)
    owners[digest] = user_id if known is None else NOBODY
    latest = dict(list(owners.items())[-MAX_SECRETS:])
    response.set_cookie(
        COOKIE,
        signing.dumps(latest, salt=SALT),
        max_age=MAX_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
