"""What an operation accepts, read from its declaration: what the schema says is enforced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.settings import api_settings

from helpdesk.api.contract.names import refuse_unknown
from helpdesk.api.contract.problems import MalformedError, ParameterError
from helpdesk.api.contract.shaping import FIELDS, list_result_fields, list_result_shapes

_known: dict[tuple[type[Any], str], Operation] = {}


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the API. parameters: names, with True for those that may be repeated.

    fields: names of what it returns, empty if that isn't known. is_list: True for pages. shapes:
    the names of the fields of each representation that it may return, of a row for pages.
    """

    parameters: Mapping[str, bool]
    has_body: bool
    fields: list[str]
    is_list: bool
    shapes: list[frozenset[str]]


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
    found: dict[str, bool] = {}
    for parameter in schema.get_override_parameters():
        found |= _read_parameter(parameter)
    is_list = schema._is_list_view()
    if is_list and method == "GET":
        paged = view.paginator.get_schema_operation_parameters(view)
        found |= {parameter["name"]: False for parameter in paged}
    if len(view.renderer_classes) > 1:
        found["format"] = False
    is_bodied = method in {"POST", "PUT", "PATCH"}
    has_body = is_bodied and schema.get_request_serializer() is not None
    fields = list_result_fields(schema) if FIELDS in found else []
    return Operation(found, has_body, fields, is_list, list_result_shapes(schema))


def _read_parameter(parameter: Any) -> dict[str, bool]:
    """Return the names that a declared parameter allows, or the fields of a serializer of some."""
    if not isinstance(parameter, OpenApiParameter):
        serializer = parameter() if isinstance(parameter, type) else parameter
        lists = serializers.ListField | serializers.MultipleChoiceField
        return {name: isinstance(field, lists) for name, field in serializer.fields.items()}
    if parameter.location != OpenApiParameter.QUERY:
        return {}
    return {parameter.name: bool(parameter.many and parameter.explode is not False)}


def check_request(view: Any, request: Request) -> None:
    """Refuse parameters and a body that the operation doesn't declare.

    Raises ParameterError, ValidationError and MalformedError, and the errors of reading the body.
    """
    method = "GET" if request.method == "HEAD" else str(request.method)
    if not view.has_method(method.lower()):
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
