"""Base views of a desk's settings: read by agents, changed by desk admins.

Subclasses name the model, the serializer and the parameter of the URL, and describe the operations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Agent, DeskModel, Role
from accounts.places.zones import list_time_zones
from helpdesk.api.base import DeskView, IsAdminToWrite
from helpdesk.api.pagination import MAX_ID, NewestFirst
from helpdesk.api.rows import get_row
from tickets.services.settings_rows import Changes, delete_setting, save_setting


class ZoneField(serializers.CharField):
    """An IANA time zone."""

    def __init__(self, **kwargs: Any) -> None:
        text = _("An IANA time zone, such as America/Sao_Paulo.")
        super().__init__(max_length=64, **{"help_text": text, **kwargs})

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        if name not in list_time_zones():
            raise serializers.ValidationError(gettext("This time zone is unknown."))
        return name


class MemberIdsField(serializers.ListField):
    """The ids of agents."""

    def __init__(self, **kwargs: Any) -> None:
        child = serializers.IntegerField(min_value=1, max_value=MAX_ID)
        super().__init__(child=child, max_length=500, **kwargs)


class SettingView(DeskView):
    """A view of rows of one model of the desk.

    key: the field that is unique at the desk. parts: fields of the serializer that aren't columns,
    such as members; ``save_parts`` saves them. unchecked: fields whose constraints ``save`` meets.
    """

    permission_classes = [IsAdminToWrite]
    model: ClassVar[type[DeskModel]]
    related: ClassVar[tuple[str, ...]] = ()
    prefetched: ClassVar[tuple[str, ...]] = ()
    key: ClassVar[str] = "name"
    parts: ClassVar[tuple[str, ...]] = ()
    unchecked: ClassVar[tuple[str, ...]] = ()

    def get_rows(self) -> QuerySet[Any]:
        """Return the desk's rows in their order."""
        rows = self.model._default_manager.filter(desk=self.agent.desk_id)
        return rows.select_related(*self.related).prefetch_related(*self.prefetched)

    def describe(self, row: Any) -> dict[str, Any]:
        """Return a row as the API shows it."""
        return dict(self.make_serializer(row).data)

    def read(self, request: Request, *, partial: bool = False) -> dict[str, Any]:
        """Return the posted values, by field. Raises ValidationError.

        partial: fields of the row may be missing, but none of the objects in it.
        """
        serializer = self.make_serializer(data=request.data)
        for field in serializer.fields.values() if partial else ():
            field.required, field.default = False, empty
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def make_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Return the serializer of the rows of this desk."""
        context = {"desk": self.agent.desk, "agent": self.agent}
        return self.get_serializer_class()(*args, context=context, **kwargs)

    def check(self, row: Any, stored: Any) -> None:
        """Raise Django's ValidationError for a row that its form in the admin site would refuse.

        stored: the locked row as it was; None for a new one.
        """

    def save(self, row: Any, fields: list[str] | None) -> None:
        """Save these fields of a row, None for all, with what follows from the change."""
        row.save(update_fields=fields)

    def save_parts(self, row: Any, parts: dict[str, Any]) -> Changes:
        """Save what belongs to a row. Return what changed, for the audit log."""
        return {}

    def refuse_deletion(self, row: Any) -> str | None:
        """Return why a row can't be deleted and what to do instead, or None if it can."""
        return None

    def write(self, row: Any, values: dict[str, Any]) -> None:
        """Save the values of a row."""
        parts = {name: values.pop(name) for name in self.parts if name in values}
        save_setting(
            row=row,
            values=values,
            by=self.agent,
            key=self.key,
            check=self.check,
            save=lambda fields: self.save(row, fields),
            also=lambda: self.save_parts(row, parts),
            unchecked=self.unchecked,
        )

    def remove(self, row: Any) -> None:
        """Delete a row."""
        delete_setting(row=row, by=self.agent, refuse=self.refuse_deletion)

    def show(self, row_id: int, *, status: int = 200) -> Response:
        """Return a row as it is stored now."""
        return Response(self.describe(self.get_rows().get(pk=row_id)), status=status)


class SettingListView(SettingView):
    """All rows, and a new one."""

    def get(self, request: Request) -> Response:
        """List the rows."""
        return Response([self.describe(row) for row in self.get_rows()])

    def post(self, request: Request) -> Response:
        """Add a row."""
        row = self.model(desk=self.agent.desk)
        self.write(row, self.read(request))
        return self.show(row.pk, status=201)


class SettingRowView(SettingView):
    """One row. parameter: the name of its id in the URL."""

    parameter: ClassVar[str]

    def get_row(self) -> Any:
        """Return the desk's row of the URL. Raises Http404."""
        return get_row(self.get_rows(), self.kwargs[self.parameter])

    def lock_rows(self) -> None:
        mine = self.model._default_manager.filter(desk=self.agent.desk_id)
        mine.select_for_update().filter(pk=self.kwargs[self.parameter]).first()

    def get(self, request: Request, **_ids: int) -> Response:
        """Show a row."""
        return Response(self.describe(self.get_row()))

    def put(self, request: Request, **_ids: int) -> Response:
        """Replace the values of a row."""
        row = self.get_row()
        self.write(row, self.read(request))
        return self.show(row.pk)

    def delete(self, request: Request, **_ids: int) -> Response:
        """Delete a row."""
        self.remove(self.get_row())
        return Response(status=204)


class ChangeableRowView(SettingRowView):
    """One row, of which a request changes the given fields only."""

    http_method_names = ["get", "patch", "delete", "head", "options"]

    def patch(self, request: Request, **_ids: int) -> Response:
        """Change the given values of a row."""
        row = self.get_row()
        self.write(row, self.read(request, partial=True))
        return self.show(row.pk)


class PagedListView(SettingListView):
    """Rows of a table without a limit, page by page, the newest first."""

    pagination_class = NewestFirst

    def get(self, request: Request) -> Response:
        """List the rows that match the parameters."""
        page = self.paginate_queryset(self.filter_rows(self.get_rows()))
        return self.get_paginated_response([self.describe(row) for row in page or ()])

    def filter_rows(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows that match the request's parameters. Raises ValidationError."""
        return rows


def find_members(desk_id: int, ids: Sequence[int]) -> list[Agent]:
    """Return active agents of the desk who can be assigned tickets, in the order of their ids.

    Raises ValidationError for others.
    """
    agents = Agent.objects.filter(desk=desk_id, is_active=True).exclude(role=Role.OBSERVER)
    found = agents.in_bulk(list(ids))
    if unknown := [str(each) for each in ids if each not in found]:
        text = gettext("There is no active agent with the id %(id)s.") % {"id": unknown[0]}
        raise serializers.ValidationError({"member_ids": [text]})
    return [found[each] for each in ids]
