"""Macros on a ticket: which can be used, what one would do, and doing it."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.references import ReferenceField
from helpdesk.api.tickets.showing import TicketChangeView
from tickets.errors import ServiceError
from tickets.macros.access import list_usable_macros
from tickets.macros.acts import resolve
from tickets.macros.applying import apply_macro, split_status, write_reply
from tickets.macros.steps import list_steps
from tickets.models import Macro, Ticket


class UsableMacro(serializers.ModelSerializer[Macro]):
    """A macro that can be used on a ticket."""

    department = ReferenceField(
        "department", help_text=_("The only department it is for, or null.")
    )

    class Meta:
        model = Macro
        fields = ("id", "name", "department", "uses")
        extra_kwargs = {
            "name": {"help_text": _("The macro's name.")},
            "uses": {"help_text": _("How often it was used.")},
        }


class PreparedOutput(serializers.Serializer[Any]):
    """What a macro prepares. Its reply is never sent automatically."""

    reply = serializers.CharField(
        help_text=_("The text to reply with, in the customer's language; empty for none.")
    )
    then = serializers.CharField(
        help_text=_("The status for the reply's “then”; empty for any. Pass it with the reply.")
    )


class MacroPreview(PreparedOutput):
    """What a macro would do to a ticket now."""

    steps = serializers.ListField(
        child=serializers.CharField(), help_text=_("The changes, one sentence each.")
    )
    problem = serializers.CharField(help_text=_("Why it can't be applied now, or empty."))


class TicketMacroListView(TicketChangeView):
    serializer_class = UsableMacro

    @extend_schema(
        operation_id="list_usable_macros",
        summary=_("List the macros for a ticket"),
        description=_("Returns the macros that you can use on this ticket, the most used first."),
        responses={200: UsableMacro(many=True)},
    )
    def get(self, request: Request, number: int) -> Response:
        """List the macros that can be used on the ticket."""
        macros = list_usable_macros(self.agent, self.get_ticket(number))
        return Response(UsableMacro(macros.select_related("department"), many=True).data)


class TicketMacroView(TicketChangeView):
    serializer_class = MacroPreview

    @extend_schema(
        operation_id="preview_macro",
        summary=_("Preview a macro on a ticket"),
        description=_("Returns what the macro would do to this ticket now, and changes nothing."),
    )
    def get(self, request: Request, number: int, macro_id: int) -> Response:
        """Show what the macro would do."""
        ticket = self.get_ticket(number)
        macro = self._get_macro(ticket, macro_id)
        acts, then = split_status(macro)
        found = {"reply": write_reply(macro, ticket, self.agent), "then": then}
        try:
            resolved = resolve(acts, desk=self.agent.desk, agent=self.agent)
            steps, problem = [one.sentence for one in list_steps(ticket, resolved)], ""
        except ServiceError as error:
            steps, problem = [], str(error)
        return Response(MacroPreview({**found, "steps": steps, "problem": problem}).data)

    @extend_schema(
        operation_id="apply_macro",
        summary=_("Apply a macro to a ticket"),
        description=_(
            "Makes all changes of the macro, or none. Returns its reply, which you send yourself."
        ),
        request=None,
        responses={200: PreparedOutput},
    )
    def post(self, request: Request, number: int, macro_id: int) -> Response:
        """Apply the macro."""
        ticket = self.get_ticket(number)
        macro = self._get_macro(ticket, macro_id)
        try:
            prepared = apply_macro(
                macro=macro, ticket_id=ticket.pk, agent=self.agent, at=timezone.now()
            )
        except Ticket.DoesNotExist:
            raise Http404 from None
        found = {"reply": prepared.text, "then": prepared.next_status}
        return Response(PreparedOutput(found).data)

    def _get_macro(self, ticket: Ticket, macro_id: int) -> Macro:
        macro = list_usable_macros(self.agent, ticket).filter(pk=macro_id).first()
        if macro is None:
            raise Http404
        macro.desk = self.agent.desk
        return macro
