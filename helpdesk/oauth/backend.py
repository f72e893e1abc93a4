"""The request as the toolkit's validator sees it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from oauth2_provider.oauth2_backends import OAuthLibCore

OWN_API = "X_PLUMBLINE_API"  # clients can't send it: their headers begin with HTTP_


class DeskCore(OAuthLibCore):
    """Tell the validator the URL of the desk's API, the only resource of its tokens."""

    def extract_headers(self, request: Any) -> dict[str, Any]:
        headers: dict[str, Any] = super().extract_headers(request)
        api = reverse("api:schema").removesuffix("schema/")
        return headers | {OWN_API: request.build_absolute_uri(api)}
