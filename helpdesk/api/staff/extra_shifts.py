"""Extra shifts: read by agents, entered and canceled by leads and desk admins."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.base import DeskView
from helpdesk.api.pagination import MAX_ID, NewestFirst
from helpdesk.api.references import ReferenceField
from helpdesk.api.rows import get_row
from helpdesk.api.serializers import StrictSerializer, read_input
from helpdesk.api.staff.staff import get_colleague
from routing.models import ExtraShift
from routing.staff.extra_shifts import add_extra_shift, cancel_extra_shift
from routing.staff.week_plans import require_planner


class ExtraShiftInput(StrictSerializer):
    """A time in which an agent works once."""

    agent_id = serializers.IntegerField(
        min_value=1, max_value=MAX_ID, help_text=_("The agent's id.")
    )
    start_at = serializers.DateTimeField(help_text=_("When it starts."))
    end_at = serializers.DateTimeField(
        help_text=_("When it ends, at most 24 hours after the start.")
    )


class ExtraShiftOutput(serializers.Serializer[ExtraShift]):
    """An extra shift."""

    id = serializers.IntegerField(help_text=_("The id of the extra shift."))
    agent = ReferenceField("agent", help_text=_("The agent."))
    start_at = serializers.DateTimeField(help_text=_("When it starts."))
    end_at = serializers.DateTimeField(help_text=_("When it ends."))


class ExtraShiftsView(DeskView):
    def get_queryset(self) -> QuerySet[ExtraShift]:
        """Return the desk's extra shifts."""
        return ExtraShift.objects.filter(desk=self.agent.desk_id).select_related("agent")


class ExtraShiftListView(ExtraShiftsView):
    serializer_class = ExtraShiftInput
    pagination_class = NewestFirst

    @extend_schema(
        operation_id="list_extra_shifts",
        summary=_("List extra shifts"),
        description=_(
            "Returns the extra shifts that are not over, of all agents, the last entered first, 50 "
            "per page. “next” and “previous” are the URLs of the adjacent pages."
        ),
        responses=ExtraShiftOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """List extra shifts that are not over."""
        coming = self.get_queryset().filter(end_at__gt=timezone.now())
        page: Any = self.paginate_queryset(coming)
        return self.get_paginated_response(ExtraShiftOutput(page, many=True).data)

    @extend_schema(
        operation_id="enter_extra_shift",
        summary=_("Enter an extra shift"),
        description=_(
            "Adds a one-time shift outside an agent's weekly shifts, including on public holidays. "
            "Only for leads and desk admins."
        ),
        request=ExtraShiftInput,
        responses={201: ExtraShiftOutput},
    )
    def post(self, request: Request) -> Response:
        """Enter an extra shift."""
        require_planner(self.agent, self.agent)
        given = read_input(ExtraShiftInput, request.data)
        try:
            agent = get_colleague(self.agent, given["agent_id"])
        except Http404:
            text = _("There is no such agent.")
            raise serializers.ValidationError({"agent_id": [text]}) from None
        shift = add_extra_shift(
            agent=agent,
            start_at=given["start_at"],
            end_at=given["end_at"],
            by=self.agent,
            at=timezone.now(),
        )
        return Response(ExtraShiftOutput(shift).data, status=201)


class ExtraShiftView(ExtraShiftsView):
    serializer_class = ExtraShiftOutput

    @extend_schema(
        operation_id="show_extra_shift",
        summary=_("Show an extra shift"),
        description=_("Returns one extra shift with its agent and times."),
    )
    def get(self, request: Request, shift_id: int) -> Response:
        """Show an extra shift."""
        return Response(ExtraShiftOutput(self._get_shift(shift_id)).data)

    @extend_schema(
        operation_id="cancel_extra_shift",
        summary=_("Cancel an extra shift"),
        description=_(
            "Removes a future extra shift, or ends one that has begun. Only for leads and desk "
            "admins."
        ),
        responses={204: None},
    )
    def delete(self, request: Request, shift_id: int) -> Response:
        """Cancel an extra shift."""
        require_planner(self.agent, self.agent)
        cancel_extra_shift(shift=self._get_shift(shift_id), by=self.agent, at=timezone.now())
        return Response(status=204)

    def _get_shift(self, shift_id: int) -> ExtraShift:
        return get_row(self.get_queryset(), shift_id)
