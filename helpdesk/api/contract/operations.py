"""What an operation accepts, read from its declaration: what the schema says is enforced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from urllib.parse import unquote_to_bytes

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.settings import api_settings

from helpdesk.api.contract.problems import MalformedError, ParameterError

MAX_NAME = 100  # characters of a name for which a similar one is looked up
MAX_UNKNOWN = 100  # names

_known: dict[tuple[type[Any], str], Operation] = {}


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the API. parameters: names, with True for those that may be repeated."""

    parameters: Mapping[str, bool]
    has_body: bool


def get_operation(view: Any, method: str) -> Operation:
    """Return what a view declares for a method that it has. Kept for the process."""
    key = (type(view), method)
    if key not in _known:
        _known[key] = _read_declaration(view, method)
    return _known[key]


def _read_declaration(view: Any, method: str) -> Operation:
    handler = getattr(type(view), method.lower())
    schema_class = getattr(handler, "kwargs", {}).get("schema", api_settings.DEFAULT_SCHEMA_CLASS)
    schema = schema_class()
    schema.view, schema.method, schema.path = view, method, ""
    declared = schema.get_override_parameters()
    found = {
        parameter.name: bool(parameter.many)
        for parameter in declared
        if isinstance(parameter, OpenApiParameter) and parameter.location == OpenApiParameter.QUERY
    }
    for filters in declared:  # a serializer of all parameters
        if isinstance(filters, type) and issubclass(filters, Serializer):
            found |= dict.fromkeys(filters().fields, False)
    if method == "GET" and schema._is_list_view():
        paged = view.paginator.get_schema_operation_parameters(view)
        found |= {parameter["name"]: False for parameter in paged}
    if len(view.renderer_classes) > 1:
        found["format"] = False
    is_bodied = method in {"POST", "PUT", "PATCH"}
    return Operation(found, is_bodied and schema.get_request_serializer() is not None)


def check_request(view: Any, request: Request) -> None:
    """Refuse parameters and a body that the operation doesn't declare.

    Raises ParameterError, ValidationError and MalformedError, and the errors of reading the body.
    """
    method = "GET" if request.method == "HEAD" else str(request.method)
    if not hasattr(type(view), method.lower()):
        return
    operation = get_operation(view, method)
    _check_parameters(request, operation.parameters)
    if method in {"POST", "PUT", "PATCH"} and request.data and not operation.has_body:
        names = request.data if isinstance(request.data, Mapping) else []
        unknown = refuse_unknown(names, ()) or [gettext("This operation has no request body.")]
        raise ValidationError(unknown)


def _check_parameters(request: Request, known: Mapping[str, bool]) -> None:
    try:
        unquote_to_bytes(request.META.get("QUERY_STRING", "")).decode()
    except UnicodeDecodeError:
        raise MalformedError(gettext("The address must be in UTF-8.")) from None
    given = request.query_params
    problems: dict[str, Any] = refuse_unknown(given, known, is_parameter=True)
    for name, values in given.lists():
        if name in known and len(values) > 1 and not known[name]:
            text = gettext("This parameter can be given only once.")
            problems[name] = [ErrorDetail(text, code="repeated")]
    if problems:
        raise ParameterError(problems)


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
