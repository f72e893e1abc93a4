"""Admit, change and remove the applications of a desk (OAuth 2.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from oauth2_provider.generators import generate_client_secret

from accounts.audit import record_audit
from accounts.models import (
    Agent,
    AuditAction,
    Desk,
    OAuthAccessToken,
    OAuthApplication,
    OAuthGrant,
    User,
)
from accounts.models.tokens import DEFAULT_REQUESTS_PER_MINUTE
from accounts.tokens.scopes import allows, clean_scopes


@dataclass(frozen=True, slots=True)
class ApplicationValues:
    """What an admin decides about an application.

    redirect_uris: of one that people allow. service: of one that acts as a service account.
    """

    name: str
    scopes: Iterable[str]
    redirect_uris: str = ""
    service: Agent | None = None
    is_public: bool = False
    requests_per_minute: int = DEFAULT_REQUESTS_PER_MINUTE


def admit_application(
    *, desk: Desk, values: ApplicationValues, by: User
) -> tuple[OAuthApplication, str]:
    """Create an application. Return it with its client secret, "" for a public one.

    A public one has a random secret that nobody knows: an empty one would be easy to know once it
    isn't public any more.
    """
    secret = str(generate_client_secret())
    application = OAuthApplication(desk=desk, client_secret=secret)
    _set(application, values)
    with transaction.atomic():
        application.save()
        _audit(application, AuditAction.ADDED, by)
    return application, "" if values.is_public else secret


def change_application(
    *, application: OAuthApplication, values: ApplicationValues, by: User
) -> None:
    """Change an application. Tokens with scopes that it no longer has are refused and end.

    So do all of them if it now acts for someone else, and the codes that it hasn't exchanged yet.
    """
    with transaction.atomic():
        former = application.service_id
        _set(application, values)
        application.save()
        OAuthGrant.objects.filter(application=application).delete()
        for token in OAuthAccessToken.objects.filter(application=application):
            is_covered = all(allows(application.scopes, scope) for scope in token.scope.split())
            if application.service_id != former or not is_covered:
                _end(token)
        _audit(application, AuditAction.CHANGED, by)


def renew_secret(*, application: OAuthApplication, by: User) -> str:
    """Give an application a new client secret and return it. The old one ends at once."""
    secret = str(generate_client_secret())
    with transaction.atomic():
        application.client_secret = secret
        application.save()
        _audit(application, AuditAction.CHANGED, by)
    return secret


def delete_application(*, application: OAuthApplication, by: User) -> None:
    """Delete an application with all its codes and tokens."""
    with transaction.atomic():
        _audit(application, AuditAction.DELETED, by)
        OAuthAccessToken.objects.filter(application=application).update(source_refresh_token=None)
        application.delete()


def _set(application: OAuthApplication, values: ApplicationValues) -> None:
    is_service = values.service is not None
    application.name, application.service = values.name, values.service
    application.scopes = clean_scopes(values.scopes)
    application.requests_per_minute = values.requests_per_minute
    application.redirect_uris = "" if is_service else values.redirect_uris
    application.client_type = (
        OAuthApplication.CLIENT_PUBLIC if values.is_public else OAuthApplication.CLIENT_CONFIDENTIAL
    )
    application.authorization_grant_type = (
        OAuthApplication.GRANT_CLIENT_CREDENTIALS
        if is_service
        else OAuthApplication.GRANT_AUTHORIZATION_CODE
    )


def _end(token: OAuthAccessToken) -> None:
    refresh = getattr(token, "refresh_token", None)
    if refresh is not None:
        refresh.revoke()
    OAuthAccessToken.objects.filter(pk=token.pk).delete()


def _audit(application: OAuthApplication, action: AuditAction, by: User) -> None:
    record_audit(
        desk=application.desk_id,
        by=by,
        action=action,
        about=application,
        detail={
            "scopes": list(application.scopes),
            "redirect_uris": application.redirect_uris.split(),
            "service": application.service_id,
            "client_type": application.client_type,
            "requests_per_minute": application.requests_per_minute,
        },
    )
