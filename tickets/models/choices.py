"""States, channels and reasons of tickets, and the deadline that stands for none."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    OPEN = "open", pgettext_lazy("ticket state", "Open")
    INVESTIGATING = "investigating", pgettext_lazy("ticket state", "At Investigation")
    WAITING = "waiting", pgettext_lazy("ticket state", "Waiting for Customer")
    ESCALATED = "escalated", pgettext_lazy("ticket state", "Escalated")
    CLOSED = "closed", pgettext_lazy("ticket state", "Closed")


class EscalationCause(models.TextChoices):
    """Reasons to escalate a ticket (M8)."""

    CANNOT_REPRODUCE = (
        "cannot_reproduce",
        pgettext_lazy("reason for escalation", "Cannot reproduce"),
    )
    DEFECT = "defect", pgettext_lazy("reason for escalation", "Product defect")


class EmergencyState(models.TextChoices):
    """States of an emergency that was reported on a ticket."""

    REPORTED = "reported", pgettext_lazy("emergency", "Reported")
    ACCEPTED = "accepted", pgettext_lazy("emergency", "Accepted")
    COURTESY = "courtesy", pgettext_lazy("emergency", "Courtesy exception")
    INFORMATION = "information", pgettext_lazy("emergency", "More information needed")
    DOWNGRADED = "downgraded", pgettext_lazy("emergency", "Downgraded")


# States of open tickets: all but Closed.
OPEN_STATES = (State.OPEN, State.INVESTIGATING, State.WAITING, State.ESCALATED)

# States in which it is the desk's turn, so the ticket needs an assignee.
ACTIVE_STATES = (State.OPEN, State.INVESTIGATING, State.ESCALATED)

# Stands for "nothing is due". It is later than every deadline, so that a queue sorted by deadline
# needs one index and one comparison, where NULL would need two of each.
NO_DEADLINE = datetime(9999, 1, 1, tzinfo=UTC)


class CloseReason(models.TextChoices):
    """Reasons for closing; silence and a solution must be distinguishable (M21)."""

    SOLVED = "solved", pgettext_lazy("reason for closing", "Solved")
    SILENCE = "silence", pgettext_lazy("reason for closing", "No reply from the customer")
    BY_CUSTOMER = "by_customer", pgettext_lazy("reason for closing", "Closed by the customer")
    DUPLICATE = "duplicate", pgettext_lazy("reason for closing", "Duplicate of another ticket")
    NO_ANSWER = "no_answer", pgettext_lazy("reason for closing", "The customer didn't respond")
    NOT_OURS = "not_ours", pgettext_lazy("reason for closing", "Not about our product")
    LIMITATION = "limitation", pgettext_lazy("reason for closing", "Known limitation")
    OTHER = "other", pgettext_lazy("reason for closing", "Other")
    SPAM = "spam", pgettext_lazy("reason for closing", "Spam")
    MERGED = "merged", pgettext_lazy("reason for closing", "Merged into another ticket")


class HoldEnd(models.TextChoices):
    """Causes for the end of a hold."""

    TIME = "time", pgettext_lazy("end of a hold", "Reached its end")
    BY_AGENT = "by_agent", pgettext_lazy("end of a hold", "Ended by an agent")
    CUSTOMER_RESPONDED = "customer_responded", pgettext_lazy("end of a hold", "The customer wrote")


class Impact(models.TextChoices):
    """The impact of a problem on the customer's business (M4); empty means not asked yet."""

    STOPPED = "stopped", pgettext_lazy("business impact", "Work is stopped")
    SLOWED = "slowed", pgettext_lazy("business impact", "Work is slowed down")
    MINOR = "minor", pgettext_lazy("business impact", "Minor inconvenience")
    NONE = "none", pgettext_lazy("business impact", "No impact")


class Channel(models.TextChoices):
    """Channels through which tickets and messages arrive (M29)."""

    EMAIL = "email", pgettext_lazy("channel", "Email")
    WEB = "web", pgettext_lazy("channel", "Web")
    PHONE = "phone", pgettext_lazy("channel", "Phone")
    CHAT = "chat", pgettext_lazy("channel", "Chat")
    FACEBOOK = "facebook", pgettext_lazy("channel", "Facebook")
    INSTAGRAM = "instagram", pgettext_lazy("channel", "Instagram")
    TWITTER = "twitter", pgettext_lazy("channel", "X (Twitter)")
    WHATSAPP = "whatsapp", pgettext_lazy("channel", "WhatsApp")
    TELEGRAM = "telegram", pgettext_lazy("channel", "Telegram")
    REVIEW = "review", pgettext_lazy("channel", "App review")
    API = "api", pgettext_lazy("channel", "API")
    AGENT = "agent", pgettext_lazy("channel", "Agent")
    INTERNAL = "internal", pgettext_lazy("channel", "Internal")
