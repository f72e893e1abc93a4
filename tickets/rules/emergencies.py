"""Outcomes that an emergency can have, and what follows from each. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from tickets.models import EmergencyState, State

OUTCOMES = (
    EmergencyState.ACCEPTED,
    EmergencyState.COURTESY,
    EmergencyState.INFORMATION,
    EmergencyState.DOWNGRADED,
)
# What a reply with the outcome leaves the ticket in (tickets.services.replying.AFTER_REPLY).
_THEN = {
    EmergencyState.ACCEPTED: "investigating",
    EmergencyState.COURTESY: "investigating",
    EmergencyState.INFORMATION: "waiting",
    EmergencyState.DOWNGRADED: "",
}
_WORKED_ON = {State.INVESTIGATING.value, State.ESCALATED.value}


def list_outcomes(refusal: Mapping[str, str]) -> list[EmergencyState]:
    """Return the outcomes that an emergency can have.

    refusal: why the plan doesn't cover it. Such an emergency can only be accepted as a courtesy
    exception, and a covered one needs none.
    """
    left_out = EmergencyState.ACCEPTED if refusal else EmergencyState.COURTESY
    return [outcome for outcome in OUTCOMES if outcome != left_out]


def get_next_step(outcome: EmergencyState, status: str) -> str:
    """Return what a reply with this outcome does to a ticket in this state; "" for nothing."""
    then = _THEN[outcome]
    return "" if then == "investigating" and status in _WORKED_ON else then
