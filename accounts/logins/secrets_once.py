"""A new secret on its way to the page that shows it, a single time.

Between the form and that page it is sealed in the session, so that a page can be reloaded without
sending the form again, and no stored row holds the secret in the clear.
"""

from __future__ import annotations

from django.contrib.sessions.backends.base import SessionBase

from accounts.logins.sealing import seal, unseal

KEY = "new_api_secret"


def keep_for_page(session: SessionBase, page: str, secret: str) -> None:
    """Keep a secret for the next visit of a page. page: its path."""
    session[KEY] = [page, seal(secret)]


def take_kept(session: SessionBase, page: str) -> str:
    """Return the secret that was kept for a page and forget it; "" if there is none."""
    kept_for, sealed = session.get(KEY, ("", ""))
    if not sealed or kept_for != page:
        return ""
    del session[KEY]
    return unseal(sealed)
