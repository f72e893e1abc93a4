"""What the toolkit asks before it issues a token: people and accounts must still be there."""

from __future__ import annotations

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator

from accounts.models import Agent, User
from accounts.tenancy import get_entered_desk


class DeskValidator(OAuth2Validator):
    """Within the entered desk, whose wall hides other desks' applications and tokens."""

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        is_known = super().validate_code(client_id, code, client, request, *args, **kwargs)
        return is_known and is_working_here(request.user)

    def validate_refresh_token(
        self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        is_known = super().validate_refresh_token(refresh_token, client, request, *args, **kwargs)
        return is_known and is_working_here(request.user)

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Refuse client credentials of an application without a service account, too."""
        is_allowed = super().validate_grant_type(
            client_id, grant_type, client, request, *args, **kwargs
        )
        return is_allowed and (grant_type != "client_credentials" or client.service_id is not None)


def is_working_here(user: User) -> bool:
    """Return True if a person is an active agent of the entered desk."""
    desk_id = get_entered_desk()
    if desk_id is None or not user.is_active:
        return False
    return Agent.objects.filter(desk_id=desk_id, user=user, is_active=True).exists()
