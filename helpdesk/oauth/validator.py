"""What the toolkit asks before it issues a token: people and accounts must still be there."""

from __future__ import annotations

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.oauth2.rfc6749.errors import (  # type: ignore[import-untyped]
    CustomOAuth2Error,
    InvalidGrantError,
)

from accounts.models import Agent, OAuthGrant, User
from accounts.tenancy import get_entered_desk
from accounts.tokens.lookup import lock_if_allowed
from helpdesk.login.two_factor.policy import is_two_factor_required
from helpdesk.oauth.backend import OWN_API, is_for_own_api


class DeskValidator(OAuth2Validator):
    """Within the entered desk, whose wall hides other desks' applications and tokens."""

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        if not super().validate_code(client_id, code, client, request, *args, **kwargs):
            return False
        grant = OAuthGrant.objects.get(code=code, application=client)
        request.passed_two_factor = grant.passed_two_factor
        return can_act_here(request.user, passed_two_factor=grant.passed_two_factor)

    def validate_refresh_token(
        self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        if not super().validate_refresh_token(refresh_token, client, request, *args, **kwargs):
            return False
        used = request.refresh_token_instance
        request.passed_two_factor = used.passed_two_factor
        request.predecessor = used.access_token
        return can_act_here(request.user, passed_two_factor=used.passed_two_factor)

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Refuse client credentials of an application without a service account, too."""
        is_allowed = super().validate_grant_type(
            client_id, grant_type, client, request, *args, **kwargs
        )
        return is_allowed and (grant_type != "client_credentials" or client.service_id is not None)

    def _validate_resource_uris(self, request: Any, resources: list[str]) -> None:
        """Refuse a token for anything but this desk's API (RFC 8707)."""
        super()._validate_resource_uris(request, resources)
        own = request.headers[OWN_API]
        if not all(is_for_own_api(resource, own) for resource in resources):
            raise CustomOAuth2Error(error="invalid_target", request=request)

    def _create_authorization_code(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return note_two_factor(
            super()._create_authorization_code(request, *args, **kwargs), request
        )

    def _create_access_token(self, expires: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.user is not None and not _lock_person(request.user):
            raise InvalidGrantError(request=request)
        made = super()._create_access_token(expires, request, *args, **kwargs)
        return hand_on_use(note_two_factor(made, request), request)

    def _create_refresh_token(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        made = super()._create_refresh_token(request, *args, **kwargs)
        return note_two_factor(made, request)


def note_two_factor(made: Any, request: Any) -> Any:
    """Keep on a new code or token whether its person had passed 2FA when they allowed it.

    Looks into the request's own attributes: oauthlib's request has those of the posted form, too.
    """
    if vars(request).get("passed_two_factor") is True:
        made.passed_two_factor = True
        made.save(update_fields=["passed_two_factor"])
    return made


def hand_on_use(made: Any, request: Any) -> Any:
    """Keep on a refreshed token when and from where the one before was last used."""
    before = vars(request).get("predecessor")
    if before is not None and before.last_used_at is not None:
        made.last_used_at, made.last_ip = before.last_used_at, before.last_ip
        made.save(update_fields=["last_used_at", "last_ip"])
    return made


def _lock_person(user: User) -> bool:
    """Lock the entered desk's agent, so that nobody gets a token while being deactivated."""
    mine = Agent.objects.filter(desk_id=get_entered_desk() or 0, user=user)
    agent = mine.first()
    return agent is not None and lock_if_allowed(agent)


def can_act_here(user: User, *, passed_two_factor: bool) -> bool:
    """Return True if a person is an active agent of the entered desk and passed the 2FA it needs.

    An application that is refused asks the person again, who then passes 2FA.
    """
    desk_id = get_entered_desk()
    if desk_id is None or not user.is_active:
        return False
    mine = Agent.objects.select_related("desk").filter(desk_id=desk_id, user=user, is_active=True)
    agent = mine.first()
    if agent is None:
        return False
    return passed_two_factor or not is_two_factor_required(user, agent.desk, agent)
