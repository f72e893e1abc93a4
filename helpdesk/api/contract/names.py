"""Names that aren't known, with the known one that was probably meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext
from rest_framework.exceptions import ErrorDetail

MAX_NAME = 100  # characters of a name for which a similar one is looked up
MAX_UNKNOWN = 100  # names


def refuse_unknown(
    given: Any, known: Any, *, is_parameter: bool = False
) -> dict[str, list[ErrorDetail]]:
    """Return an error for each given name that isn't known, with the most similar known one."""
    unknown = sorted(str(name) for name in set(given) - set(known))
    names = [str(name) for name in known]
    return {
        name: [ErrorDetail(_describe_unknown(name, names, is_parameter), code="unknown")]
        for name in unknown[:MAX_UNKNOWN]
    }


def _describe_unknown(name: str, known: list[str], is_parameter: bool) -> str:
    said = gettext("Unknown parameter.") if is_parameter else gettext("Unknown field.")
    if similar := find_similar(name, known):
        hint = gettext("Did you mean “%(name)s”?") % {"name": similar}
        return f"{said} {hint}"
    return said


def find_similar(name: str, known: list[str]) -> str:
    """Return the known name that is most similar to a mistyped one, or ""."""
    if len(name) > MAX_NAME:
        return ""
    plain = name.lower().replace("-", "_")
    return next(iter(get_close_matches(plain, known, n=1)), "")
