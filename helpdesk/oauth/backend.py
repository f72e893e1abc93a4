"""The request as the toolkit's validator sees it, and what an application may ask for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from oauth2_provider.exceptions import OAuthToolkitError
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauth2_provider.oauth2_validators import validate_resource_as_url_prefix as is_below
from oauthlib.oauth2.rfc6749.errors import CustomOAuth2Error  # type: ignore[import-untyped]

OWN_API = "X_PLUMBLINE_API"  # clients can't send it: their headers begin with HTTP_


class DeskCore(OAuthLibCore):
    """Tell the validator the URL of the desk's API, the only resource of its tokens."""

    def extract_headers(self, request: Any) -> dict[str, Any]:
        headers: dict[str, Any] = super().extract_headers(request)
        return headers | {OWN_API: get_own_api(request)}

    def validate_authorization_request(self, request: Any) -> Any:
        """Refuse to ask a person for anything but this desk's API (RFC 8707)."""
        scopes, credentials = super().validate_authorization_request(request)
        _require_own_api(request, request.GET.getlist("resource"), credentials)
        return scopes, credentials

    def create_authorization_response(
        self, request: Any, scopes: Any, credentials: dict[str, Any], allow: bool
    ) -> Any:
        """Issue no code for it either: a browser can post anything in the form."""
        _require_own_api(request, credentials.get("resource", ()), credentials)
        return super().create_authorization_response(request, scopes, credentials, allow)


def get_own_api(request: Any) -> str:
    """Return the URL of the desk's API at the host of a request."""
    url: str = request.build_absolute_uri(reverse("api:index"))
    return url


def is_for_own_api(resource: str, own: str) -> bool:
    """Return True if a token for this resource is one for the desk's API, or a part of it."""
    return bool(is_below(resource, [own]) or is_below(own, [resource]))


def _require_own_api(request: Any, resources: Iterable[str], credentials: dict[str, Any]) -> None:
    """Raise OAuthToolkitError, which sends the person back with invalid_target."""
    own = get_own_api(request)
    if not all(is_for_own_api(resource, own) for resource in resources):
        error = CustomOAuth2Error(error="invalid_target", state=credentials.get("state"))
        raise OAuthToolkitError(error=error, redirect_uri=credentials["redirect_uri"])
