"""Describe one operation: drf-spectacular's description, with what all operations share."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema
from rest_framework.permissions import SAFE_METHODS
from rest_framework.serializers import JSONField

from accounts.tokens.scopes import get_scope
from helpdesk.api.access.scopes import find_resource
from helpdesk.api.contract.declared import list_contract_parameters
from helpdesk.api.pagination import ShortList
from helpdesk.api.schema.areas import find_area
from helpdesk.api.schema.headers import describe_headers
from helpdesk.api.schema.problems import PROBLEMS, declare_problem, list_problems
from helpdesk.api.serializers import StrictSerializer

# What a successful answer is, where the view doesn't say it.
RESULTS = {
    "200": _("The result."),
    "201": _("Created."),
    "202": _("Accepted. The work goes on after the response."),
    "204": _("Done. The response has no body."),
}
ANY_VALUE = {"type": ["string", "number", "boolean", "null", "array", "object"], "items": {}}
SLUG = "^[-a-zA-Z0-9_]+$"
PLACES = {
    "number": _("The ticket's number at this desk."),
    "defect_number": _("The defect's number at this desk."),
    "clock_kind": _("The kind of clock."),
    "stage": _("The stage's key."),
}
ANY_ID = _("The object's id, as a list returns it.")


class OperationSchema(AutoSchema):
    """An operation with its area, ways to sign in and problems; strict input is said to be so."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            self._describe_places(operation.get("parameters", []))
            responses = operation["responses"]
            for status in {*list_problems(operation, method=self.method), *_list_said(responses)}:
                key = str(status)
                responses[key] = declare_problem(status, responses.get(key))
            for key, response in responses.items():
                if "$ref" not in response and not response.get("description"):
                    response["description"] = RESULTS[key]
            describe_headers(operation, method=self.method, is_list=self._is_list_view())
            operation["responses"] = dict(sorted(responses.items()))
        return operation

    def get_override_parameters(self) -> list[Any]:
        return [*super().get_override_parameters(), *list_contract_parameters(self)]

    def get_tags(self) -> list[str]:
        return [find_area(re.sub(self.path_prefix, "", self.path)).key]

    def _describe_places(self, parameters: list[dict[str, Any]]) -> None:
        """Describe the parameters of the path: what they are, and what the URL accepts."""
        for parameter in parameters:
            if parameter["in"] != "path":
                continue
            name = parameter["name"]
            parameter.setdefault("description", PLACES.get(name, ANY_ID))
            if f"<int:{name}>" in self.path_regex:
                parameter["schema"] = {"type": "integer", "minimum": 0}
            elif f"<slug:{name}>" in self.path_regex:
                parameter["schema"] = {"pattern": SLUG} | parameter["schema"]

    def _is_list_view(self, serializer: Any = None) -> bool:
        """Return True for what answers with a list; every view with pages does."""
        pages = getattr(self.view, "pagination_class", None)
        is_paged = self.method == "GET" and pages not in (None, ShortList)
        return is_paged or super()._is_list_view(serializer)

    def _map_serializer_field(self, field: Any, *args: Any, **kwargs: Any) -> Any:
        """Describe facts that depend on the row's kind as an object, not as anything at all."""
        described = super()._map_serializer_field(field, *args, **kwargs)
        if isinstance(field, JSONField) and "type" not in described:
            described |= {"type": "object", "additionalProperties": ANY_VALUE}
        if field.read_only and described.get("format") == "uri":
            described["format"] = "uri-reference"  # empty, too
        return described

    def _get_pagination_parameters(self) -> list[Any]:
        """Return those of pages; what a write answers with is a list as a whole."""
        return super()._get_pagination_parameters() if self.method == "GET" else []

    def get_auth(self) -> list[Any]:
        """A token with the scope that the view needs (empty: any token), or a session."""
        resource = find_resource(self.view)
        scopes = [get_scope(resource, is_write=self.method not in SAFE_METHODS)] if resource else []
        return [{"token": scopes}, {"oauth": scopes}, {"session": []}]

    def _get_serializer_name(self, serializer: Any, direction: Any, *args: Any) -> str:
        """Name what is written "…Input", like most of its classes."""
        name: str = super()._get_serializer_name(serializer, direction, *args)
        if direction != "request":
            return name
        return f"{name.removesuffix('Request').removesuffix('Input')}Input"

    def _map_serializer(self, serializer: Any, direction: Any, *args: Any, **kwargs: Any) -> Any:
        schema = super()._map_serializer(serializer, direction, *args, **kwargs)
        if direction == "request" and isinstance(serializer, StrictSerializer):
            schema = {**schema, "additionalProperties": False}
        return schema


def _list_said(responses: dict[str, Any]) -> set[int]:
    """Return the problems that the view declares itself."""
    return {int(status) for status in responses if status.isdigit() and int(status) in PROBLEMS}
