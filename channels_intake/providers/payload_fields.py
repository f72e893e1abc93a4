"""Fields of a provider's payload. One that is missing or of the wrong type counts as empty."""

import json
from collections.abc import Mapping
from typing import Any

from channels_intake.providers.errors import UnreadableError
from channels_intake.reasons import InboundReason

HeaderList = list[tuple[str, str]]


def read_json(body: bytes) -> dict[str, Any]:
    """Return the JSON object in a body. Raises UnreadableError for anything else."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(InboundReason.NOT_JSON) from error
    if not isinstance(data, dict):
        raise UnreadableError(InboundReason.NOT_JSON)
    return data


def read_json_or_empty(text: str) -> dict[str, Any]:
    """Return the JSON object in a form field, or an empty one."""
    try:
        data = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def require(data: Mapping[str, Any], *names: str) -> None:
    """Raise UnreadableError unless at least one of the fields has a value."""
    if not any(data.get(name) for name in names):
        raise UnreadableError(InboundReason.FIELDS_MISSING, fields=", ".join(names))


def get_text(data: Mapping[str, Any], name: str) -> str:
    """Return a field's text, or ""."""
    value = data.get(name)
    return value if isinstance(value, str) else ""


def list_objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list, without entries of other types."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def list_named_values(value: Any) -> HeaderList:
    """Turn a list of {Name, Value} into pairs."""
    return [(get_text(entry, "Name"), get_text(entry, "Value")) for entry in list_objects(value)]
