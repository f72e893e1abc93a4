"""Deadlines of clocks that leads set by hand."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.serializers import StrictSerializer
from helpdesk.api.tickets.showing import SHOWN, TicketChangeView
from sla.models import TARGETED
from sla.services.overrides import OVERRIDING_ROLES, override_deadline, remove_override
from tickets.services.common import MAX_REASON


class DeadlineInput(StrictSerializer):
    """A deadline that is set by hand."""

    due_at = serializers.DateTimeField(help_text=_("The new deadline, within a year."))
    why = serializers.CharField(max_length=MAX_REASON, help_text=_("The reason, for agents only."))


class DeadlineView(TicketChangeView):
    @extend_schema(
        operation_id="override_deadline",
        summary=_("Set a deadline by hand"),
        description=_(
            "Sets the deadline of a running clock. It stays when the priority or the plan "
            "changes. Returns 409 if the clock isn't running or its deadline has passed. For "
            "leads and admins."
        ),
        request=DeadlineInput,
        responses={200: SHOWN},
    )
    def put(self, request: Request, number: int, clock_kind: str) -> Response:
        """Set the deadline of a clock."""
        self._check(number, clock_kind)
        given = self.read(DeadlineInput, request)
        return self.act(number, override_deadline, kind=clock_kind, **given)

    @extend_schema(
        operation_id="remove_deadline",
        summary=_("Remove a deadline that was set by hand"),
        description=_(
            "Makes the clock follow its SLA target again. Returns 409 if it already does."
        ),
        request=None,
        responses={200: SHOWN},
    )
    def delete(self, request: Request, number: int, clock_kind: str) -> Response:
        """Let a clock count by its target again."""
        self._check(number, clock_kind)
        return self.act(number, remove_override, kind=clock_kind)

    def _check(self, number: int, clock_kind: str) -> None:
        self.get_ticket(number)
        if clock_kind not in TARGETED:
            raise Http404
        if self.agent.role not in OVERRIDING_ROLES:
            raise PermissionDenied(gettext("Only leads and admins can change a deadline."))
