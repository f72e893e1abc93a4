"""The connection test of an identity provider, with its result in words for the desk's admin.

No one is signed in, and nothing changes. Requests take the same path as a sign-in's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import jwt
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.logins.saml_metadata import (
    SamlInputError,
    get_certificates_error,
    get_sso_url_error,
    read_certificates,
)
from accounts.logins.sealing import UnsealError
from accounts.models import IdentityProvider
from accounts.models.identities import ProviderKind
from accounts.network.addresses import get_destination_error
from helpdesk.login.sso.openid import fetch_configuration, fetch_keys, get_endpoint
from helpdesk.login.sso.pending import SsoError
from helpdesk.shared.connection_tests import Finding

EXPIRES_SOON = timedelta(days=30)


def check_connection(provider: IdentityProvider, *, at: datetime) -> list[Finding]:
    """Test the saved settings of a provider. Takes at most twenty seconds."""
    is_saml = provider.kind == ProviderKind.SAML
    return list(_check_saml(provider, at) if is_saml else _check_openid(provider))


def _check_openid(provider: IdentityProvider) -> Iterator[Finding]:
    try:
        config = fetch_configuration(provider)
        get_endpoint(config, "authorization_endpoint")
        token_url = get_endpoint(config, "token_endpoint")
        keys = fetch_keys(config)
    except SsoError as error:
        yield Finding("error", str(error.explanation))
        return
    if problem := get_destination_error(token_url) or _get_secret_error(provider):
        yield Finding("error", problem)
    elif not (count := _count_usable(keys)):
        yield Finding("error", _("The provider publishes no signing key that can be used."))
    else:
        text = ngettext(
            "The provider responds and publishes %(count)s signing key. The client ID and secret "
            "are checked when an agent signs in.",
            "The provider responds and publishes %(count)s signing keys. The client ID and secret "
            "are checked when an agent signs in.",
            count,
        )
        yield Finding("success", text % {"count": count})


def _count_usable(keys: dict[str, list[dict[str, str]]]) -> int:
    try:
        return len(jwt.PyJWKSet.from_dict(keys).keys)
    except jwt.PyJWTError:
        return 0


def _get_secret_error(provider: IdentityProvider) -> str:
    try:
        return "" if provider.client_secret else _("Enter the client secret.")
    except UnsealError as error:
        return str(error)


def _check_saml(provider: IdentityProvider, at: datetime) -> Iterator[Finding]:
    if not provider.entity_id or not provider.sso_url:
        yield Finding(
            "error", _("Enter the provider's entity ID and sign-in URL, or its metadata.")
        )
        return
    if problem := get_sso_url_error(provider.sso_url):
        yield Finding("error", problem)
    yield _check_certificates(provider, at)
    text = _("The sign-in URL isn't tested, because only your agents' browsers open it: %(url)s")
    yield Finding("info", text % {"url": provider.sso_url})


def _check_certificates(provider: IdentityProvider, at: datetime) -> Finding:
    try:
        found = read_certificates(provider.certificates)
    except SamlInputError as error:
        return Finding("error", str(error))
    if problem := get_certificates_error(found, at=at):
        return Finding("error", problem)
    end = max(each.not_valid_after_utc for each in found)
    named = {"date": date_format(end)}
    if end - at < EXPIRES_SOON:
        text = _("The certificate expires on %(date)s. Add the next one before then.")
        return Finding("warning", text % named)
    return Finding("success", _("The certificate is valid until %(date)s.") % named)
