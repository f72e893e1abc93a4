"""Roll call: agents who are not at work, and when they are back. Presence is read fresh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Desk
from routing.availability import (
    PresenceFacts,
    find_next_on_shift,
    get_idle_limit,
    get_state,
    is_on_call,
    is_on_shift,
)
from routing.candidates import Candidate, list_staff
from routing.models import PresenceState
from routing.presence import read_presence

AWAY_FOR = timedelta(hours=1)  # assumed of an agent who is away without saying until when


@dataclass(frozen=True, slots=True)
class Absence:
    """An agent who is not there, and when they are back, as far as that is known.

    is_away: while on shift. Then only what is due before they are back goes to others. is_on_call:
    off shift, but there for urgent tickets.
    """

    agent_id: int
    back: datetime | None
    is_away: bool = False
    is_on_call: bool = False


@dataclass(frozen=True, slots=True)
class Roll:
    """The agents of a desk at a time: those who are there by ID, and the absent ones."""

    present: Mapping[int, Candidate]
    absent: Mapping[int, Absence]

    @property
    def is_anyone_there(self) -> bool:
        """True if anyone is there, at least for some tickets."""
        return bool(self.present) or any(one.is_on_call for one in self.absent.values())


def call_roll(desk: Desk, at: datetime) -> Roll:
    """Return who of the desk's agents is there: on shift and not away. One query."""
    staff = list_staff(desk)
    presence = read_presence(desk)
    idle = get_idle_limit(desk)
    absent = {
        one.agent.pk: absence
        for one in staff
        if (absence := _find_absence(one, presence.get(one.agent.pk), at, idle=idle))
    }
    return Roll(_index(one for one in staff if one.agent.pk not in absent), absent)


def _index(staff: Iterable[Candidate]) -> dict[int, Candidate]:
    return {one.agent.pk: one for one in staff}


def _find_absence(
    one: Candidate, presence: PresenceFacts | None, at: datetime, *, idle: timedelta | None
) -> Absence | None:
    if not is_on_shift(one.facts, at):
        back, on_call = find_next_on_shift(one.facts, at), is_on_call(one.facts, at)
        return Absence(one.agent.pk, back, is_on_call=on_call)
    facts = presence or PresenceFacts()
    if get_state(facts, at, idle=idle) != PresenceState.AWAY:
        return None
    back = facts.until if facts.until is not None and facts.until > at else at + AWAY_FOR
    return Absence(one.agent.pk, back, is_away=True)
