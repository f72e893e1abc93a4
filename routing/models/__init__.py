"""Models of this package, one module per subject. Import them from here.

May import accounts.models and tickets.models. Start with shifts.py, then people.py.
"""

from routing.models.handovers import Handover, HandoverCause, Offer
from routing.models.on_call import (
    OnCallMember,
    OnCallRota,
    OnCallSwap,
    OnCallTurn,
    SwapState,
    TurnLength,
)
from routing.models.people import AgentLanguage, AgentSkill, Skill, SkillLevel, Team, TeamMember
from routing.models.presence import Presence, PresenceState
from routing.models.rotation import Rotation
from routing.models.shifts import Absence, AbsenceKind, Shift

__all__ = [
    "Absence",
    "AbsenceKind",
    "AgentLanguage",
    "AgentSkill",
    "Handover",
    "HandoverCause",
    "Offer",
    "OnCallMember",
    "OnCallRota",
    "OnCallSwap",
    "OnCallTurn",
    "Presence",
    "PresenceState",
    "Rotation",
    "Shift",
    "Skill",
    "SkillLevel",
    "SwapState",
    "Team",
    "TeamMember",
    "TurnLength",
]
