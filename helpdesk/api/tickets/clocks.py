"""The SLA clocks of a ticket: their state, and each explained as of any moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.base import DeskView
from helpdesk.api.references import OutsideReference
from helpdesk.shared.moments import MomentForm
from helpdesk.shared.wording.explanations import describe_reason, explain_in_a_sentence
from sla.explaining.explain import Explanation, Phase, Status
from sla.explaining.history import History, Plan, UnreadableEntryError
from sla.explaining.selectors import explain_run, list_clocks, list_runs, replay_clock
from sla.models import Clock, ClockKind, Policy

AT = OpenApiParameter(
    "at",
    type=datetime,
    description=_("Explain the clock as of this moment in the past, with a UTC offset."),
)
RUN = OpenApiParameter(
    "run", type=int, description=_("The number of the run. If empty, the latest run then.")
)


class ClockOutput(serializers.Serializer[Any]):
    """A clock as it stands now."""

    kind = serializers.ChoiceField(ClockKind.choices, help_text=_("The kind of clock."))
    is_promised = serializers.BooleanField(
        help_text=_("Whether customers can see it. The others are internal.")
    )
    run = serializers.IntegerField(help_text=_("How often the clock has started."))
    started_at = serializers.DateTimeField(help_text=_("When the latest run started."))
    due_at = serializers.DateTimeField(
        allow_null=True, help_text=_("When it is due, or null while it is paused.")
    )
    paused_at = serializers.DateTimeField(allow_null=True, help_text=_("Since when it is paused."))
    breached_at = serializers.DateTimeField(
        allow_null=True, help_text=_("When the breach was recorded.")
    )
    met_at = serializers.DateTimeField(allow_null=True, help_text=_("When it was met."))
    stopped_at = serializers.DateTimeField(
        allow_null=True, help_text=_("When it ended without being met.")
    )


class PartOutput(serializers.Serializer[Any]):
    """An unbroken part of a clock's time."""

    start = serializers.DateTimeField(help_text=_("Start of the part."))
    end = serializers.DateTimeField(help_text=_("End of the part."))
    counts = serializers.BooleanField(help_text=_("Whether the time counts toward the target."))
    seconds = serializers.IntegerField(
        help_text=_("Counted seconds. Those of all parts until the deadline add up to the target.")
    )
    reason = serializers.CharField(
        help_text=_("Why it counts or not, such as open, before_opening, holiday, hold.")
    )
    name = serializers.CharField(help_text=_("The holiday's name, or an empty text."))
    text = serializers.CharField(help_text=_("The reason in words."))
    phase = serializers.ChoiceField(
        [phase.value for phase in Phase],
        help_text=_("Whether the part is past, ahead, or after the end of the clock."),
    )


class DifferenceOutput(serializers.Serializer[Any]):
    """A recorded fact that came out differently when it was recomputed."""

    field = serializers.CharField(help_text=_("The fact."))
    at = serializers.DateTimeField(
        allow_null=True, help_text=_("Time of the entry, or null for the clock itself.")
    )
    recorded = serializers.CharField(help_text=_("The recorded value."))
    computed = serializers.CharField(help_text=_("The recomputed value."))


class ExplanationOutput(serializers.Serializer[Any]):
    """A run of a clock, explained as of a moment."""

    kind = serializers.ChoiceField(ClockKind.choices, help_text=_("The kind of clock."))
    at = serializers.DateTimeField(help_text=_("The moment that the explanation is for."))
    run = serializers.IntegerField(help_text=_("The number of the run."))
    runs = serializers.IntegerField(help_text=_("How often the clock had started by then."))
    status = serializers.ChoiceField(
        [status.value for status in Status], help_text=_("What the clock was doing.")
    )
    sentence = serializers.CharField(help_text=_("The explanation in words."))
    started_at = serializers.DateTimeField(help_text=_("When the run started."))
    due_at = serializers.DateTimeField(
        allow_null=True, help_text=_("When it is due, or null while it is paused.")
    )
    ended_at = serializers.DateTimeField(
        allow_null=True, help_text=_("When it was met or stopped.")
    )
    target_seconds = serializers.IntegerField(help_text=_("The target."))
    used_seconds = serializers.IntegerField(help_text=_("How much of the target was used."))
    left_seconds = serializers.IntegerField(help_text=_("How much of the target was left."))
    calendar = OutsideReference(allow_null=True, help_text=_("The calendar, or null."))
    calendar_version = serializers.IntegerField(
        allow_null=True, help_text=_("The version of the calendar that was used.")
    )
    policy = OutsideReference(
        allow_null=True,
        help_text=_("The policy, or null. Its id is null if no policy has this name anymore."),
    )
    policy_version = serializers.IntegerField(allow_null=True, help_text=_("The policy's version."))
    parts = PartOutput(many=True, help_text=_("All parts of the time, without gaps."))
    is_equal = serializers.BooleanField(
        help_text=_("Whether recomputing the clock from its entries gave the same result.")
    )
    is_complete = serializers.BooleanField(
        help_text=_(
            "False if a deadline can't be recomputed because it is from before calendar versions"
            " were recorded."
        )
    )
    differences = DifferenceOutput(many=True, help_text=_("What came out differently."))


class ClockListView(DeskView):
    serializer_class = ClockOutput

    @extend_schema(
        operation_id="list_ticket_clocks",
        summary=_("List a ticket's SLA clocks"),
        description=_("Returns all clocks of a ticket, internal ones included."),
        responses=ClockOutput(many=True),
    )
    def get(self, request: Request, number: int) -> Response:
        """List the clocks of a ticket."""
        clocks = list_clocks(self.get_ticket(number))
        return Response([ClockOutput(_describe_clock(clock)).data for clock in clocks])


class ClockView(DeskView):
    serializer_class = ExplanationOutput
    is_live = True

    @extend_schema(
        operation_id="explain_ticket_clock",
        summary=_("Explain a ticket's SLA clock"),
        description=_(
            "Returns each part of a clock's time, counted or not, with the reason, and what "
            "recomputing it from its entries gave."
        ),
        parameters=[AT, RUN],
    )
    def get(self, request: Request, number: int, clock_kind: str) -> Response:
        """Explain one clock of a ticket."""
        ticket = self.get_ticket(number)
        clock = next((each for each in list_clocks(ticket) if each.kind == clock_kind), None)
        if clock is None:
            raise Http404
        form = MomentForm(request.query_params)
        if not form.is_valid():
            raise ValidationError(
                {name: [str(error) for error in errors] for name, errors in form.errors.items()}
            )
        at = form.cleaned_data["at"] or timezone.now()
        try:
            runs = list_runs(clock, at)
            index = _find_index(runs, form.cleaned_data["run"])
            explained = _explain(clock, runs, index, at)
        except UnreadableEntryError as error:
            raise ValidationError({"at": [str(error)]}) from error
        return Response(ExplanationOutput(explained).data)


def _find_index(runs: list[History], number: int | None) -> int:
    """Return the place of a run, the last one without a number. Raises Http404."""
    found = [index for index, run in enumerate(runs) if number is None or run.number == number]
    if not found:
        raise Http404
    return found[-1]


def _describe_clock(clock: Clock) -> dict[str, Any]:
    kind = ClockKind(clock.kind)
    names = ("run", "started_at", "paused_at", "breached_at", "met_at", "stopped_at")
    return {
        "kind": kind.value,
        "is_promised": kind.is_promised,
        "due_at": None if clock.paused_at else clock.due_at,
        **{name: getattr(clock, name) for name in names},
    }


def _explain(clock: Clock, runs: list[History], index: int, at: datetime) -> dict[str, Any]:
    explanation = explain_run(runs, index, at)
    facts, replayed = explanation.plan.facts, replay_clock(clock)
    return {
        "kind": clock.kind,
        "at": explanation.at,
        "run": runs[index].number,
        "runs": len(runs),
        "status": explanation.status.value,
        "sentence": explain_in_a_sentence(explanation, ClockKind(clock.kind)),
        "started_at": explanation.plan.run.started_at,
        "due_at": explanation.due_at,
        "ended_at": explanation.history.ended_at,
        "target_seconds": explanation.total,
        "used_seconds": explanation.used,
        "left_seconds": explanation.left,
        "calendar": _refer_to_calendar(explanation.plan),
        "calendar_version": explanation.plan.version,
        "policy": _refer_to_policy(clock.desk_id, facts.get("policy") or ""),
        "policy_version": facts.get("policy_version"),
        "parts": _list_parts(explanation),
        "is_equal": not replayed.differences,
        "is_complete": replayed.is_complete,
        "differences": [difference._asdict() for difference in replayed.differences],
    }


def _refer_to_calendar(plan: Plan) -> dict[str, Any] | None:
    name = plan.calendar_name
    return {"kind": "calendar", "id": plan.calendar_id, "name": name} if name else None


def _refer_to_policy(desk_id: int, name: str) -> dict[str, Any] | None:
    """Return the reference of a policy, which entries name as it was called then."""
    if not name:
        return None
    known = Policy.objects.filter(desk=desk_id, name=name).values_list("pk", flat=True).first()
    return {"kind": "policy", "id": known, "name": name}


def _list_parts(explanation: Explanation) -> list[dict[str, Any]]:
    return [
        {
            **step.part._asdict(),
            "seconds": step.seconds,
            "text": describe_reason(step),
            "phase": step.phase.value,
        }
        for step in explanation.steps
    ]
