"""The agent's own presence in the menu at the foot of the sidebar."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from helpdesk.agent.components.shell import PresenceOption
from routing.models import PresenceState

# The label of each choice, and its icon.
CHOICES = {
    PresenceState.AVAILABLE: (gettext_lazy("Set yourself as available"), "play-circle"),
    PresenceState.OWN_TICKETS: (gettext_lazy("Work on your own tickets only"), "user-circle"),
    PresenceState.ON_CALL: (gettext_lazy("Set yourself as on call"), "phone"),
    PresenceState.AWAY: (gettext_lazy("Set yourself as away"), "pause-circle"),
}
CONFIRMATIONS = {
    PresenceState.AVAILABLE: gettext_lazy("You're back. New tickets can be assigned to you."),
    PresenceState.OWN_TICKETS: gettext_lazy(
        "You keep your own tickets. New tickets go to other agents."
    ),
    PresenceState.ON_CALL: gettext_lazy(
        "You're on call. Only urgent tickets can be assigned to you."
    ),
    PresenceState.AWAY: gettext_lazy("You're away. New tickets go to other agents."),
}


def describe_choice(state: str | None) -> str:
    """Return a chosen presence in words, "" for available. None: nothing was ever chosen."""
    chosen = PresenceState(state or PresenceState.AVAILABLE)
    return "" if chosen == PresenceState.AVAILABLE else str(chosen.label)


def list_choices(state: str | None) -> tuple[PresenceOption, ...]:
    """Return the presences that an agent can change to."""
    current = PresenceState(state or PresenceState.AVAILABLE)
    return tuple(
        PresenceOption(value.value, str(label), icon)
        for value, (label, icon) in CHOICES.items()
        if value != current
    )


def confirm(state: PresenceState) -> str:
    """Return the message after a change."""
    return str(CONFIRMATIONS[state])
