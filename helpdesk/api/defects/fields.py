"""Fields that the serializers of defects, help and attention share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from helpdesk.api.pagination import MAX_ID
from helpdesk.api.serializers import Extras
from helpdesk.shared.fields import MAX_TEXT_LENGTH

MAX_REVISION = 2**31 - 1


def make_text(help_text: Any, *, limit: int = MAX_TEXT_LENGTH) -> serializers.CharField:
    """Return an optional text field."""
    return serializers.CharField(
        max_length=limit, required=False, allow_blank=True, help_text=help_text
    )


def name_fields(model: type[Model], names: Sequence[str], **texts: Any) -> Extras:
    """Return descriptions of a model's fields: the given texts, else the fields' own names."""
    known = {field.name: getattr(field, "verbose_name", "") for field in model._meta.get_fields()}
    return {name: {"help_text": texts.get(name, known[name])} for name in names if name in known}


def make_revision() -> serializers.IntegerField:
    """Return the field of the revision that the caller has read."""
    return serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_REVISION,
        help_text=_("The revision that you have read. 409 if there is a newer one."),
    )


def make_number(help_text: Any) -> serializers.IntegerField:
    """Return a field for the number of a row."""
    return serializers.IntegerField(min_value=1, max_value=MAX_ID, help_text=help_text)
