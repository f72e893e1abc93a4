"""Paths and host names that a desk can have."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from accounts.desk_addresses import get_domain_error, get_slug_error


@pytest.mark.parametrize("slug", ["admin", "login", "inbound", "static"])
def test_a_path_of_the_installations_pages_is_refused(slug: str) -> None:
    assert f"Plumbline uses the path “{slug}” itself." in (get_slug_error(slug) or "")


@pytest.mark.parametrize("slug", ["rocket", "admins", "help-admin"])
def test_another_path_is_allowed(slug: str) -> None:
    assert get_slug_error(slug) is None


@pytest.mark.parametrize("domain", ["", "  ", "help.acme.example", "BÜCHER.example"])
def test_a_host_name_or_none_is_allowed(domain: str) -> None:
    assert get_domain_error(domain) is None


@pytest.mark.parametrize("domain", ["localhost", "10.0.0.1", "https://help.acme.example", "a b"])
def test_what_is_no_host_name_is_refused(domain: str) -> None:
    assert get_domain_error(domain) == f"“{domain}” is not a host name."


@pytest.mark.parametrize("domain", ["plumbline.example", "PLUMBLINE.example", "plumbline.example."])
def test_the_installations_own_host_name_is_refused(domain: str, settings: Settings) -> None:
    settings.SITE_URL = "https://plumbline.example:8443"
    assert "the installation's domain" in (get_domain_error(domain) or "")
    assert get_domain_error(f"help.{domain}") is None
