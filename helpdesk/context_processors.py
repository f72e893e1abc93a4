"""Context processors."""

from typing import Any

from django.http import HttpRequest


def desk(request: HttpRequest) -> dict[str, Any]:
    """Add the desk of the request, and the user's agent and contact there."""
    return {name: getattr(request, name, None) for name in ("desk", "agent", "contact")}
