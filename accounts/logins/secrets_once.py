"""A new secret on its way to the page that shows it, a single time.

Between the form and that page it is sealed in the session, so that a page can be reloaded without
sending the form again, and no stored row holds the secret in the clear.
"""

from __future__ import annotations

from django.http import HttpRequest

from accounts.logins.sealing import seal, unseal

KEY = "new_api_secret"


def keep_for_next_page(request: HttpRequest, secret: str) -> None:
    """Keep a secret for the next page."""
    request.session[KEY] = seal(secret)


def take_kept(request: HttpRequest) -> str:
    """Return the kept secret and forget it; "" if there is none."""
    sealed = request.session.pop(KEY, "")
    return unseal(sealed) if sealed else ""
