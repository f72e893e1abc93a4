"""Fields and bases of what the API reads and writes. Unknown input fields are errors."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from django.db.models import Model, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from helpdesk.api.contract.names import refuse_unknown
from helpdesk.shared.fields import MAX_TEXT_LENGTH
from tickets.models import NO_DEADLINE

Extras = dict[str, dict[str, Any]]


class StrictSerializer(serializers.Serializer[Any]):
    """An input that accepts its documented fields only."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := refuse_unknown(data, self.fields)):
            raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)


def read_input(
    kind: type[serializers.BaseSerializer[Any]], data: Any, **context: Any
) -> dict[str, Any]:
    """Return what a request sent, by field. Raises ValidationError.

    data: the body (request.data) or the parameters (request.query_params).
    """
    serializer = kind(data=data, context=context)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


class DeadlineField(serializers.DateTimeField):
    """A deadline, null for the year 9999."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: datetime) -> Any:
        return super().to_representation(value) if value < NO_DEADLINE else None


class NameField(serializers.SlugRelatedField[Any]):
    """A row by its name, which must be text that the database can hold."""

    def to_internal_value(self, data: Any) -> Any:
        name = serializers.CharField(max_length=200).run_validation(data)
        return super().to_internal_value(name)

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        if key == "does_not_exist":
            rows: QuerySet[Any] = self.get_queryset()  # type: ignore[assignment]  # it has one
            text = describe_missing(rows.model, kwargs["value"])
            raise serializers.ValidationError(text, code=key)
        super().fail(key, **kwargs)


def describe_missing(model: type[Model], name: str) -> str:
    """Return the error for the name of a row that the desk doesn't have."""
    kind = str(model._meta.verbose_name).capitalize()
    return gettext("%(kind)s “%(name)s” doesn't exist.") % {"kind": kind, "name": name}


class NoteInput(StrictSerializer):
    """An internal note."""

    text = serializers.CharField(max_length=MAX_TEXT_LENGTH, help_text=_("Plain text."))
