"""Models of this package, one module per subject. Import them from here.

May import accounts.models and tickets.models. Start with shifts.py, then people.py.
"""

from routing.models.dry_runs import DryRun, DryRunRow, DryRunState, RowState
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
from routing.models.rule_history import RuleTrace, RuleVersion, TraceCause
from routing.models.rules import (
    ActionKind,
    ConditionKind,
    Rule,
    RuleAction,
    RuleCondition,
    WordScope,
)
from routing.models.shifts import Absence, AbsenceKind, ExtraShift, Shift

__all__ = [
    "Absence",
    "AbsenceKind",
    "ActionKind",
    "AgentLanguage",
    "AgentSkill",
    "ConditionKind",
    "DryRun",
    "DryRunRow",
    "DryRunState",
    "ExtraShift",
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
    "RowState",
    "Rule",
    "RuleAction",
    "RuleCondition",
    "RuleTrace",
    "RuleVersion",
    "Shift",
    "Skill",
    "SkillLevel",
    "SwapState",
    "Team",
    "TeamMember",
    "TraceCause",
    "TurnLength",
    "WordScope",
]
