"""Strict reading of single elements of a SAML document."""

from __future__ import annotations

from typing import Any

from accounts.logins.saml_metadata import NAMES
from helpdesk.login.sso.pending import SsoError


def get_only(element: Any, path: str) -> Any:
    """Return the only element at a path. Raise SsoError if there is none or more than one."""
    found = element.findall(path, NAMES)
    if len(found) != 1:
        raise SsoError(f"The assertion has {len(found)} {path}.")
    return found[0]


def get_text(element: Any) -> str:
    """Return an element's text. Raise SsoError if it has child elements or comments."""
    if len(element):
        raise SsoError(f"{element.tag} is more than text.")
    return (element.text or "").strip()
