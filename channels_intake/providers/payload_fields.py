"""Fields of a provider's payload that may be missing or of the wrong kind: what is not as documented is empty."""

import json
from collections.abc import Mapping
from typing import Any

from channels_intake.providers.form_data import UnreadableError

HeaderList = list[tuple[str, str]]


def read_json(body: bytes) -> dict[str, Any]:
    """The object that a body holds. Raises UnreadableError for anything else."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("The payload is no JSON.") from error
    if not isinstance(data, dict):
        raise UnreadableError("The payload is no JSON object.")
    return data


def read_json_or_empty(text: str) -> dict[str, Any]:
    """The object that a form field holds, or an empty one."""
    try:
        data = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def require(data: Mapping[str, Any], *names: str) -> None:
    """Raise UnreadableError unless one of the fields holds something."""
    if not any(data.get(name) for name in names):
        raise UnreadableError(f"The payload has none of {', '.join(names)}.")


def get_text(data: Mapping[str, Any], name: str) -> str:
    """The field's text, or ""."""
    value = data.get(name)
    return value if isinstance(value, str) else ""


def list_objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; anything else is left out."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def list_named_values(value: Any) -> HeaderList:
    """From a list of {Name, Value} to pairs."""
    return [(get_text(entry, "Name"), get_text(entry, "Value")) for entry in list_objects(value)]
