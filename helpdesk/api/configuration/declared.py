"""Settings in a few lines each: what a kind of rows is called becomes its addresses and views.

A module declares a view of the rows (setting_rows.py) with the model, the serializer and the rules
it shares with the admin site, and ``build_paths`` makes the list and the row of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from helpdesk.api.configuration.setting_rows import (
    ChangeableRowView,
    SettingListView,
    SettingView,
)
from helpdesk.api.serializers import Extras, StrictSerializer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ADDS = _("Creates one with the given values. For desk admins.")
CHANGES = _("Changes the given fields and keeps the others. For desk admins.")
DELETES = _("Returns 409 while something uses it; “used_by” says what. For desk admins.")


class RowSerializer(StrictSerializer, serializers.ModelSerializer[Any]):
    """A row of a setting, with the limits of its model. Links and lists are declared."""


def describe_fields(model: Any, names: tuple[str, ...], **texts: Any) -> Extras:
    """Return descriptions of a model's fields: the given ones, else its help texts and names."""
    found: Extras = {}
    for name in names:
        field = model._meta.get_field(name)
        found[name] = {"help_text": texts.get(name) or field.help_text or field.verbose_name}
    return found


@dataclass(frozen=True, slots=True)
class Texts:
    """Sentences about a kind of rows. about: what they are, for the list."""

    list: StrOrPromise
    add: StrOrPromise
    show: StrOrPromise
    change: StrOrPromise
    delete: StrOrPromise
    about: StrOrPromise
    adding: StrOrPromise = ADDS
    changing: StrOrPromise = CHANGES
    deleting: StrOrPromise = DELETES


def build_paths(
    view: type[SettingView], *, place: str, one: str, many: str, texts: Texts, **names: str
) -> list[URLPattern]:
    """Return the addresses of a list and of its rows. place: of the list, such as "plans".

    one and many: name the operations and the routes, such as "plan" and "plans". names: others for
    the ``route`` of a row, and for the ``parameter`` with its id.
    """
    given = {"__module__": view.__module__, "__doc__": view.__doc__}
    parameter = names.get("parameter", f"{one}_id")
    list_view: Any = type(f"{view.__name__}List", (view, SettingListView), given)
    row = given | {"parameter": parameter}
    row_view: Any = type(f"{view.__name__}Row", (view, ChangeableRowView), row)
    _describe_list(list_view, one, many, texts)
    _describe_row(row_view, one, texts)
    row_route = names.get("route", one)
    return [
        path(f"{place}/", list_view.as_view(), name=many),
        path(f"{place}/<int:{parameter}>/", row_view.as_view(), name=row_route),
    ]


def _describe_list(view: Any, one: str, many: str, texts: Texts) -> None:
    rows = view.serializer_class(many=True)
    extend_schema_view(
        get=extend_schema(
            operation_id=f"list_{many}",
            summary=texts.list,
            description=texts.about,
            responses=rows,
        ),
        post=extend_schema(
            operation_id=f"add_{one}",
            summary=texts.add,
            description=texts.adding,
            responses={201: view.serializer_class},
        ),
    )(view)


def _describe_row(view: Any, one: str, texts: Texts) -> None:
    extend_schema_view(
        get=extend_schema(operation_id=f"show_{one}", summary=texts.show, description=texts.about),
        patch=extend_schema(
            operation_id=f"change_{one}", summary=texts.change, description=texts.changing
        ),
        delete=extend_schema(
            operation_id=f"delete_{one}",
            summary=texts.delete,
            description=texts.deleting,
            responses={204: None},
        ),
    )(view)
