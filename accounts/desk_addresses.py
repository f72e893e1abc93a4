"""Paths and host names that a desk can have."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import get_resolver
from django.utils.translation import gettext as _

from accounts.matching import normalize_domain

PROBES = {"live", "ready", "metrics"}  # answered in front of Django (helpdesk/asgi.py)


def get_slug_error(slug: str) -> str | None:
    """Return why a desk cannot have this path, or None if it can."""
    if slug not in _list_reserved_slugs():
        return None
    return _("Plumbline uses the path “%(path)s” itself. Choose another one.") % {"path": slug}


def get_domain_error(given: str) -> str | None:
    """Return why a desk cannot have this host name, or None if it can. "" is allowed.

    The installation's own host name would hide all other desks, whose paths are below it, and the
    links that were emailed for it.
    """
    domain = normalize_domain(given)
    if given.strip() and not domain:
        return _("“%(text)s” is not a host name.") % {"text": given.strip()[:100]}
    if domain == urlsplit(settings.SITE_URL).hostname:
        return _(
            "%(domain)s is the installation's domain, which all desks share. Choose another one."
        ) % {"domain": domain}
    return None


def _list_reserved_slugs() -> frozenset[str]:
    """Return the first path segments of the installation's own pages."""
    routes = (str(pattern.pattern).split("/")[0] for pattern in get_resolver().url_patterns)
    return frozenset({*routes, *PROBES, settings.STATIC_URL.strip("/")} - {""})
