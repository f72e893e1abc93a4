"""Smaller and larger representations: “fields” leaves out, “expand” puts in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from itertools import chain
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, PolymorphicProxySerializer
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request

from helpdesk.api.contract.problems import ParameterError
from helpdesk.shared.suggestions import suggest

FIELDS, EXPAND = "fields", "expand"
# Returns the rows of ids as the API shows them, those that the view's agent can see.
Expansion = Callable[[Any, set[int]], dict[int, Any]]


def list_result_fields(schema: Any) -> list[str]:
    """Return the names of the fields that an operation returns, of each row for a list."""
    found = schema.get_response_serializers()
    if isinstance(found, dict):
        found = found.get(200)
    if isinstance(found, OpenApiResponse):
        found = found.response
    if isinstance(found, type):
        found = found()
    return list(getattr(getattr(found, "child", found), "fields", {}))


def list_result_shapes(schema: Any) -> list[frozenset[str]]:
    """Return the names of the fields of each representation that an operation may return."""
    found = schema.get_response_serializers()
    by_status = found if isinstance(found, Mapping) else {200: found}
    shown = [by_status[status] for status in by_status if _is_success(status)]
    rows = chain.from_iterable(_list_serializers(each) for each in shown)
    return [frozenset(getattr(row, "fields", ())) for row in rows]


def _is_success(status: Any) -> bool:
    """Return True for 2xx. status: as it is declared, alone or with a media type."""
    return 200 <= int(status[0] if isinstance(status, tuple) else status) < 300


def _list_serializers(declared: Any) -> list[Any]:
    """Return the serializers of what is declared for a status, those of the rows for a list."""
    if isinstance(declared, OpenApiResponse):
        declared = declared.response
    if isinstance(declared, PolymorphicProxySerializer):
        return [one for each in declared.serializers for one in _list_serializers(each)]
    made = declared() if isinstance(declared, type) else declared
    return [getattr(made, "child", made)]


def list_shape_parameters(schema: Any) -> list[OpenApiParameter]:
    """Return the parameters of a GET that shape what it returns."""
    if schema.method != "GET" or schema.view.is_live or schema.view.shapes_itself:
        return []
    names = list_result_fields(schema)
    if not names:
        return []
    of_fields = OpenApiParameter(
        FIELDS,
        many=True,
        enum=names,
        explode=False,
        description=_("Names of the only fields to return, separated by commas."),
    )
    expansions = list(getattr(schema.view, "expansions", {}))
    if not expansions:
        return [of_fields]
    of_expansions = OpenApiParameter(
        EXPAND,
        many=True,
        enum=expansions,
        explode=False,
        description=_("Related objects to return in full, separated by commas."),
    )
    return [of_fields, of_expansions]


def shape(view: Any, request: Request, data: Any, names: list[str]) -> Any:
    """Return what a GET returns, with the fields and expansions that the request asks for.

    data: an object, or a page with “results”. names: of the object's fields. Raises ParameterError.
    """
    expansions: Mapping[str, Expansion] = getattr(view, "expansions", {})
    wanted = _read_names(request, FIELDS, names)
    expanded = _read_names(request, EXPAND, list(expansions))
    rows = data["results"] if is_page(data) else [data]
    for name in expanded or []:
        rows = _expand(rows, name, partial(expansions[name], view))
    if wanted is not None:
        rows = [{name: row[name] for name in row if name in wanted} for row in rows]
    return {**data, "results": rows} if is_page(data) else rows[0]


def is_page(data: Any) -> bool:
    """Return True for a page of a list."""
    return isinstance(data, dict) and {"results", "next", "previous"} <= set(data)


def _expand(
    rows: list[dict[str, Any]], name: str, load: Callable[[set[int]], dict[int, Any]]
) -> list[dict[str, Any]]:
    """Replace references ("kind" and "id") by what they refer to, if the agent can see it."""
    ids = {row[name]["id"] for row in rows if row.get(name)}
    found = load(ids) if ids else {}
    return [
        {**row, name: found.get(row[name]["id"], row[name])} if row.get(name) else row
        for row in rows
    ]


def _read_names(request: Request, parameter: str, known: list[str]) -> list[str] | None:
    text = request.query_params.get(parameter)
    return None if text is None else read_names(text, parameter, known)


def read_names(text: str, parameter: str, known: Collection[str]) -> list[str]:
    """Return the names of a parameter, separated by commas. Raises ParameterError for others."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if unknown := next((name for name in names if name not in known), None):
        said = gettext("There is no “%(name)s” here.") % {"name": unknown[:100]}
        text = suggest(said, unknown, known)
        raise ParameterError({parameter: [ErrorDetail(text, code="unknown")]})
    return list(dict.fromkeys(names))
