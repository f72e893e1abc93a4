"""Fields and bases of what the API reads and writes. Unknown input fields are errors."""

from __future__ import annotations

from datetime import datetime
from typing import Any

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


class NoteInput(StrictSerializer):
    """An internal note."""

    text = serializers.CharField(max_length=MAX_TEXT_LENGTH, help_text=_("Plain text."))
