"""Operations on a defect: stages, releases, merging, links and notes."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.defects.base import CONFLICT, DefectView, find_defect
from helpdesk.api.defects.serializers import (
    DefectEventOutput,
    DefectOutput,
    LinkedTicketOutput,
    LinkInput,
    MergeInput,
    ReleaseInput,
    ReleaseOutput,
    StageInput,
    UnlinkInput,
)
from helpdesk.api.idempotency import run_once
from helpdesk.api.pagination import NewestFirst
from helpdesk.api.serializers import NoteInput, read_input
from tickets.access import tickets_for_agent
from tickets.actors import Actor
from tickets.defects.access import hide_tickets, list_defects_for_agent
from tickets.defects.linking import link_ticket, unlink_ticket
from tickets.defects.merging import merge_defect
from tickets.defects.moving import Release, add_note, add_release, move_stage
from tickets.models import DefectEvent

MAX_TICKETS = 500


class StageView(DefectView):
    @extend_schema(
        operation_id="move_defect",
        summary=_("Move a defect to another stage"),
        description=_(
            "Moves the defect, and tells each linked customer once if the desk's settings say so. "
            "“released” needs a release, and “duplicate” a merge. 409 if someone else changed it "
            "first."
        ),
        request=StageInput,
        responses={200: DefectOutput, 409: CONFLICT},
    )
    def post(self, request: Request, defect_number: int) -> Response:
        """Move a defect to another stage."""
        defect, given = self.get_defect(), read_input(StageInput, request.data)
        expected, by = given.pop("revision", None), Actor.of(self.agent)
        now = timezone.now()
        return self.show(move_stage(defect_id=defect.pk, by=by, at=now, expected=expected, **given))


class ReleaseListView(DefectView):
    @extend_schema(
        operation_id="list_releases",
        summary=_("List the releases of a fix"),
        description=_("Returns the versions with the fix, for each product line."),
        responses=ReleaseOutput(many=True),
    )
    def get(self, request: Request, defect_number: int) -> Response:
        """List the versions with the fix."""
        releases = self.get_defect().releases.select_related("line")
        return Response(ReleaseOutput(releases, many=True).data)

    @extend_schema(
        operation_id="release_fix",
        summary=_("Release a fix"),
        description=_(
            "Adds a version with the fix, or replaces the one of the same product line. The first "
            "one moves the defect to “released”. Customers hear when their own line has the fix."
        ),
        request=ReleaseInput,
        responses={200: DefectOutput, 409: CONFLICT},
    )
    def post(self, request: Request, defect_number: int) -> Response:
        """Add a version with the fix."""
        defect, given = self.get_defect(), read_input(ReleaseInput, request.data)
        expected, by = given.pop("revision", None), Actor.of(self.agent)
        given["url"] = given.get("url", "")
        now = timezone.now()
        return self.show(
            add_release(
                defect_id=defect.pk, release=Release(**given), by=by, at=now, expected=expected
            )
        )


class MergeView(DefectView):
    @extend_schema(
        operation_id="merge_defect",
        summary=_("Merge a defect into another one"),
        description=_(
            "Makes the defect a duplicate. Its tickets and followers move to the other defect, "
            "which is returned. No customer is told about the same stage twice."
        ),
        request=MergeInput,
        responses={200: DefectOutput, 409: CONFLICT},
    )
    def post(self, request: Request, defect_number: int) -> Response:
        """Merge a defect into another one."""
        defect, given = self.get_defect(), read_input(MergeInput, request.data)
        into = find_defect(given["into"], self.agent.desk, "into")
        return self.show(
            merge_defect(
                defect_id=defect.pk,
                into_id=into.pk,
                agent=self.agent,
                at=timezone.now(),
                expected=given.get("revision"),
            )
        )


class LinkListView(DefectView):
    @extend_schema(
        operation_id="list_linked_tickets",
        summary=_("List the tickets of a defect"),
        description=_("Returns the newest 500 linked tickets that you can see."),
        responses=LinkedTicketOutput(many=True),
    )
    def get(self, request: Request, defect_number: int) -> Response:
        """List the tickets that the defect causes."""
        linked = self.get_defect().links.values("ticket_id")
        tickets = tickets_for_agent(self.agent).filter(pk__in=linked)
        found = tickets.select_related("desk", "account").order_by("-pk")[:MAX_TICKETS]
        return Response(LinkedTicketOutput(found, many=True).data)

    @extend_schema(
        operation_id="link_ticket",
        summary=_("Link a ticket to a defect"),
        description=_(
            "Links a ticket; its customer gets one update about the current stage. Does "
            "nothing if the ticket is already linked."
        ),
        request=LinkInput,
        responses={200: DefectOutput, 409: CONFLICT},
    )
    def post(self, request: Request, defect_number: int) -> Response:
        """Link a ticket."""
        defect, given = self.get_defect(), read_input(LinkInput, request.data)
        ticket, now = self.get_ticket(given["ticket"]), timezone.now()
        return self.show(
            link_ticket(defect_id=defect.pk, ticket_id=ticket.pk, agent=self.agent, at=now)
        )


class LinkView(DefectView):
    @extend_schema(
        operation_id="unlink_ticket",
        summary=_("Remove the link of a ticket"),
        description=_("Removes the link. What the customer was told stays. 409 if there is none."),
        request=UnlinkInput,
        responses={200: DefectOutput, 409: CONFLICT},
    )
    def delete(self, request: Request, defect_number: int, number: int) -> Response:
        """Remove the link of a ticket."""
        defect, ticket = self.get_defect(), self.get_ticket(number)
        why, now = read_input(UnlinkInput, request.data)["why"], timezone.now()
        return self.show(
            unlink_ticket(
                defect_id=defect.pk, ticket_id=ticket.pk, agent=self.agent, why=why, at=now
            )
        )


class DefectEventListView(DefectView):
    pagination_class = NewestFirst
    serializer_class = DefectEventOutput  # type: ignore[assignment]  # of events

    @extend_schema(
        operation_id="list_defect_events",
        summary=_("List the history of a defect"),
        description=_("Returns what happened to the defect, newest first, 50 per page."),
        responses=DefectEventOutput(many=True),
    )
    def get(self, request: Request, defect_number: int) -> Response:
        """List what happened to a defect, newest first."""
        events = DefectEvent.objects.filter(defect=self.get_defect())
        page: Any = self.paginate_queryset(events)
        hide_tickets(page, self.agent)
        return self.get_paginated_response(DefectEventOutput(page, many=True).data)


class DefectNoteView(DefectView):
    @extend_schema(
        operation_id="add_defect_note",
        summary=_("Add a note to a defect"),
        description=_("Adds an internal note to the history. Customers never see it."),
        request=NoteInput,
        responses={201: DefectOutput},
    )
    def post(self, request: Request, defect_number: int) -> Response:
        """Add an internal note to a defect's history."""
        defect, text = self.get_defect(), read_input(NoteInput, request.data)["text"]
        changed = run_once(
            request,
            lambda: add_note(defect_id=defect.pk, agent=self.agent, text=text, at=timezone.now()),
            visible=list_defects_for_agent(self.agent),
        )
        return self.show(changed, status=201)
