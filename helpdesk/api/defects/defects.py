"""Defects: list, create, show and change."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.base import DeskView
from helpdesk.api.defects.base import CONFLICT, DefectView, describe_defects
from helpdesk.api.defects.serializers import DefectChange, DefectInput, DefectOutput
from helpdesk.api.idempotency import run_once
from helpdesk.api.pagination import Keyset
from helpdesk.api.serializers import read_input
from helpdesk.shared.numbers import parse_number
from tickets.defects.access import list_defects_for_agent
from tickets.defects.creating import change_defect, create_defect, suggest_fields
from tickets.defects.publishing import set_published
from tickets.defects.search.documents import search_defects
from tickets.models import IN_QUEUE, Defect, Severity, Stage
from tickets.selectors import MAX_SEARCH_LENGTH

OPEN = "open"
PUBLIC = ("is_published", "public_title", "public_text")
STAGE = OpenApiParameter(
    "stage",
    enum=[OPEN, *Stage.values],
    description=_("Only defects at this stage; “open” for all that engineering works on."),
)
SEVERITY = OpenApiParameter(
    "severity", enum=Severity.values, description=_("Only defects of this severity.")
)
PRODUCT = OpenApiParameter("product", description=_("Only defects of the product of this name."))
OWNER = OpenApiParameter("owner", int, description=_("Only defects that this agent owns."))
WORDS = OpenApiParameter(
    "q",
    description=_("Only defects with all of these words, in titles, problems, steps or keys."),
)
TICKET = OpenApiParameter("ticket", int, description=_("Only defects that cause this ticket."))


class HighestFirst(Keyset):
    """Defects by rank, the highest first."""

    ordering = ("-rank", "-id")


class DefectListView(DeskView):
    pagination_class = HighestFirst
    serializer_class = DefectOutput

    def get_queryset(self) -> QuerySet[Defect]:
        found = list_defects_for_agent(self.agent).select_related("duplicate_of")
        asked = self.request.query_params
        if stage := asked.get("stage", ""):
            wanted = IN_QUEUE if stage == OPEN else Q(stage=_choose("stage", stage, Stage.values))
            found = found.filter(wanted)
        if severity := asked.get("severity", ""):
            found = found.filter(severity=_choose("severity", severity, Severity.values))
        if product := asked.get("product", ""):
            found = found.filter(product__name=product)
        if owner := asked.get("owner", ""):
            found = found.filter(owner=parse_number(owner) or 0)
        if ticket := asked.get("ticket", ""):
            number = self.get_ticket(parse_number(ticket) or 0).pk
            found = found.filter(links__ticket=number)
        if words := asked.get("q", "").strip()[:MAX_SEARCH_LENGTH]:
            found = found.filter(pk__in=search_defects(self.agent, words))
        return found

    @extend_schema(
        operation_id="list_defects",
        summary=_("List defects"),
        description=_(
            "Returns the defects of this desk in the order in which engineering works on them."
        ),
        parameters=[WORDS, STAGE, SEVERITY, PRODUCT, OWNER, TICKET],
        responses=DefectOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the desk's defects, the highest rank first."""
        page: Any = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(describe_defects(page, self.agent))

    @extend_schema(
        operation_id="create_defect",
        summary=_("Create a defect"),
        description=_("Creates a defect, and links the ticket that it was found in, if any."),
        request=DefectInput,
        responses={201: DefectOutput},
    )
    def post(self, request: Request) -> Response:
        """Create a defect."""
        given = read_input(DefectInput, request.data)
        made = list_defects_for_agent(self.agent).select_related("duplicate_of")
        defect = run_once(request, lambda: self._create(dict(given)), visible=made)
        fresh = made.get(pk=defect.pk)
        return Response(describe_defects([fresh], self.agent)[0], status=201)

    def _create(self, given: dict[str, Any]) -> Defect:
        number = given.pop("ticket", None)
        ticket = self.get_ticket(number) if number else None
        known = suggest_fields(ticket) if ticket else {}
        return create_defect(
            desk=self.agent.desk,
            agent=self.agent,
            fields={**known, **given},
            at=timezone.now(),
            ticket_id=ticket.pk if ticket else None,
        )


def _choose(field: str, value: str, values: list[str]) -> str:
    if value not in values:
        text = gettext("Choose one of: %(values)s") % {"values": ", ".join(values)}
        raise ValidationError({field: [text]})
    return value


class OneDefectView(DefectView):
    @extend_schema(
        operation_id="show_defect",
        summary=_("Show a defect"),
        description=_("Returns one defect with its rank and the reasons for it."),
    )
    def get(self, request: Request, defect_number: int) -> Response:
        """Show one defect."""
        return self.show(self.get_defect())

    @extend_schema(
        operation_id="change_defect",
        summary=_("Change a defect"),
        description=_("Changes the fields that you send. The stage has its own operation."),
        request=DefectChange,
        responses={200: DefectOutput, 409: CONFLICT},
    )
    def patch(self, request: Request, defect_number: int) -> Response:
        """Change fields of a defect."""
        defect = self.get_defect()
        given = read_input(DefectChange, request.data)
        expected = given.pop("revision", None)
        with transaction.atomic():
            self._change(defect, given, expected)
        return self.show(defect)

    def _change(self, defect: Defect, given: dict[str, Any], expected: int | None) -> None:
        """Change the internal fields, then the known issue, which has an event of its own."""
        by: dict[str, Any] = {"agent": self.agent, "at": timezone.now()}
        public = {name: given.pop(name) for name in PUBLIC if name in given}
        changed = change_defect(defect_id=defect.pk, fields=given, expected=expected, **by)
        if public:
            shown = {name: public.get(name, getattr(changed, name)) for name in PUBLIC}
            set_published(
                defect_id=defect.pk,
                is_published=shown["is_published"],
                title=shown["public_title"],
                text=shown["public_text"],
                **by,
            )
