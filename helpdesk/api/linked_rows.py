"""Rows that a setting or a person is linked with: read as references, written as any name of them.

A program passes back what it has read, or names a row as people do: a plan by its name, an agent
by their email address. So a desk's configuration can be written without ids.
"""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Model, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from accounts.matching import normalize_email
from accounts.models import Account, Agent, Contact, Department, Plan, Product, ProductLine, Region
from helpdesk.api.pagination import MAX_ID
from helpdesk.api.references import PersonReference, Reference
from tickets.models import FormField

MAX_NAME = 320
MAX_LINKED = 200
KINDS: dict[type[Model], str] = {FormField: "ticket_field"}
BY_EMAIL = {Agent: "user__email", Contact: "email"}
KEYS = {"kind", "id", "name", "email"}
WRITTEN = {
    "type": "object",
    "properties": {
        "kind": {"type": "string"},
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "email": {"type": "string"},
    },
    "additionalProperties": False,
}


def get_kind(model: type[Model]) -> str:
    """Return the kind of a model's rows, such as "product_line"."""
    return KINDS.get(model) or re.sub(r"(?<!^)(?=[A-Z])", "_", model.__name__).lower()


def refer_to_row(row: Any) -> dict[str, Any]:
    """Return the reference of a row; people have their email address, too."""
    is_person = isinstance(row, Agent | Contact)
    found = {"kind": get_kind(type(row)), "id": row.pk, "name": _get_name(row)}
    if is_person:
        found["email"] = row.user.email if isinstance(row, Agent) else row.email
    return found


def _get_name(row: Any) -> str:
    """Return the name by which a request can name the row, too, but for people."""
    if isinstance(row, ProductLine):
        return row.full_name
    if isinstance(row, FormField):
        return row.key
    return str(getattr(row, "name", "") or row)


class LinkField(serializers.RelatedField[Any, Any, Any]):
    """Another row of the desk, which the context names. by: the column of the row's name."""

    default_error_messages = {
        "malformed": _("Enter an id, a name, or a reference with one of them."),
    }

    def __init__(self, *, by: str = "name", **kwargs: Any) -> None:
        self.by = by
        super().__init__(**kwargs)

    def to_representation(self, value: Any) -> dict[str, Any]:
        return refer_to_row(value)

    def to_internal_value(self, data: Any) -> Any:
        key = self._read_key(data) if isinstance(data, dict) else data
        if isinstance(key, bool) or not isinstance(key, int | str):
            self.fail("malformed")
        row = self._find(key)
        if row is None:
            text = gettext("“%(name)s” doesn't exist at this desk.")
            raise serializers.ValidationError(text % {"name": str(key)[:MAX_NAME]})
        return row

    def _read_key(self, data: dict[Any, Any]) -> Any:
        model = self.get_rows().model
        is_known = set(data) <= KEYS and data.get("kind", get_kind(model)) == get_kind(model)
        if not is_known:
            self.fail("malformed")
        return data.get("id", data.get("email") if model in BY_EMAIL else data.get("name"))

    def get_rows(self) -> QuerySet[Any]:
        """Return the desk's rows that can be named."""
        rows: QuerySet[Any] = self.get_queryset()  # type: ignore[assignment]  # never read-only here
        return rows.filter(desk=self.context["desk"])

    def _find(self, key: int | str) -> Any:
        rows = self.get_rows()
        if isinstance(key, int):
            return rows.filter(pk=key).first() if 0 < key <= MAX_ID else None
        name = serializers.CharField(max_length=MAX_NAME).run_validation(key)
        if column := BY_EMAIL.get(rows.model):
            address = normalize_email(name)
            return rows.filter(**{column: address}).first() if address else None
        if rows.model is ProductLine:
            rows = rows.annotate(
                full=Concat("product__name", Value(" "), "name", output_field=TextField())
            )
            return rows.filter(full=name).first()
        return rows.filter(**{self.by: name}).first()


class LinksField(serializers.ListField):
    """Other rows of the desk, each once."""

    def __init__(self, **kwargs: Any) -> None:
        child = LinkField(queryset=kwargs.pop("queryset"))
        super().__init__(child=child, max_length=MAX_LINKED, **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        value: Any = super().get_attribute(instance)
        return value.all() if hasattr(value, "all") else value

    def to_internal_value(self, data: Any) -> list[Any]:
        return list(dict.fromkeys(super().to_internal_value(data)))


class LinkSchema(OpenApiSerializerFieldExtension):
    """Document links: a reference in answers; an id, a name or a reference in requests."""

    target_class = LinkField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Any:
        if direction == "request":
            return {"oneOf": [{"type": "integer"}, {"type": "string"}, WRITTEN]}
        rows = self.target.queryset
        shown = PersonReference if rows is not None and rows.model in BY_EMAIL else Reference
        return auto_schema.resolve_serializer(shown(), "response").ref


def make_link(rows: QuerySet[Any], help_text: Any, **kwargs: Any) -> LinkField:
    """Return an optional link, which is null for none."""
    given = {"allow_null": True, "required": False, "help_text": help_text, **kwargs}
    return LinkField(queryset=rows, **given)


ACCOUNTS = Account.objects.all()
AGENTS = Agent.objects.filter(is_service=False).select_related("user")
DEPARTMENTS = Department.objects.all()
LINES = ProductLine.objects.select_related("product")
PLANS = Plan.objects.all()
PRODUCTS = Product.objects.all()
REGIONS = Region.objects.all()
