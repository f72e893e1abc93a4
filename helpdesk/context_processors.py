"""What every template may use."""

from typing import Any

from django.http import HttpRequest


def desk(request: HttpRequest) -> dict[str, Any]:
    """The desk of the request, and what the user is there."""
    return {name: getattr(request, name, None) for name in ("desk", "agent", "contact")}
