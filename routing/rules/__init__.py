"""Routing rules: which department, level, skills, tags and priority a request gets, and why.

May import accounts, tickets and routing.models. Start with evaluation.py, which is pure; facts.py
collects what it looks at, and live.py applies the result. If no rule names a department,
defaults.py chooses one by the account.
"""

from routing.rules.defaults import AccountFacts, choose_department
from routing.rules.evaluation import (
    Action,
    Condition,
    Outcome,
    RequestFacts,
    RuleFacts,
    Trace,
    Tried,
    evaluate,
)

__all__ = [
    "AccountFacts",
    "Action",
    "Condition",
    "Outcome",
    "RequestFacts",
    "RuleFacts",
    "Trace",
    "Tried",
    "choose_department",
    "evaluate",
]
