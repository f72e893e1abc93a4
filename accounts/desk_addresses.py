"""Which paths and host names a desk may have."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.urls import get_resolver

from accounts.matching import normalize_domain


def get_slug_error(slug: str) -> str | None:
    """Why a desk may not stand below this path, in one sentence, or None."""
    return (
        f"“{slug}” is the path of pages of Plumbline itself." if slug in _reserved_slugs() else None
    )


def get_domain_error(given: str) -> str | None:
    """Why a desk may not have this host name, in one sentence, or None; none at all is allowed.

    The installation's own, below which desks have their paths, would hide all other desks, and the links that are
    mailed for it.
    """
    domain = normalize_domain(given)
    if given.strip() and not domain:
        return f"“{given.strip()[:100]}” is no host name."
    if domain == urlsplit(settings.SITE_URL).hostname:
        return f"{domain} is the installation's own; desks have their paths below it."
    return None


def _reserved_slugs() -> frozenset[str]:
    """First path segments that are pages of the installation, and so no desk's."""
    routes = (str(pattern.pattern).split("/")[0] for pattern in get_resolver().url_patterns)
    return frozenset({*routes, settings.STATIC_URL.strip("/")} - {""})
