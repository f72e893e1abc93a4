"""Refusal of parameters and fields that an operation doesn't have."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from rest_framework.exceptions import ErrorDetail

from helpdesk.shared.suggestions import suggest

MAX_UNKNOWN = 100  # names


def refuse_unknown(
    given: Any, known: Any, *, is_parameter: bool = False
) -> dict[str, list[ErrorDetail]]:
    """Return an error for each given name that isn't known, with the most similar known one."""
    said = gettext("Unknown parameter.") if is_parameter else gettext("Unknown field.")
    unknown = sorted(str(name) for name in set(given) - set(known))
    names = [str(name) for name in known]
    return {
        name: [ErrorDetail(suggest(said, name, names), code="unknown")]
        for name in unknown[:MAX_UNKNOWN]
    }
