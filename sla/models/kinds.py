"""Kinds of clocks, conditions and entries."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.sentences.clock_names import CLOCK_NAMES, PROMISED_CLOCKS


class ClockKind(models.TextChoices):
    """Kinds of clocks. A ticket has one clock of each at most, which runs again and again."""

    FIRST_RESPONSE = "first_response", CLOCK_NAMES["first_response"]
    NEXT_RESPONSE = "next_response", CLOCK_NAMES["next_response"]
    UPDATE = "update", CLOCK_NAMES["update"]
    RESOLUTION = "resolution", CLOCK_NAMES["resolution"]
    PROMISED_UPDATE = "promised_update", CLOCK_NAMES["promised_update"]
    LEVEL_TAKEN = "level_taken", CLOCK_NAMES["level_taken"]
    LEVEL_ANSWERED = "level_answered", CLOCK_NAMES["level_answered"]
    LEVEL_RETURNED = "level_returned", CLOCK_NAMES["level_returned"]
    LEVEL_SILENCE = "level_silence", CLOCK_NAMES["level_silence"]

    @property
    def has_target(self) -> bool:
        """True for those that the matrix and policies have targets for."""
        return self in TARGETED

    @property
    def is_of_level(self) -> bool:
        return self.value.startswith("level_")

    @property
    def is_promised(self) -> bool:
        """True for those that customers may know of."""
        return self.value in PROMISED_CLOCKS


TARGETED = (
    ClockKind.FIRST_RESPONSE,
    ClockKind.NEXT_RESPONSE,
    ClockKind.UPDATE,
    ClockKind.RESOLUTION,
)
PROMISED = tuple(ClockKind(name) for name in PROMISED_CLOCKS)


class TargetUnit(models.TextChoices):
    """Units of a target. "None" is an explicit choice to promise nothing."""

    MINUTES = "minutes", _("Hours and minutes")
    BUSINESS_DAYS = "business_days", _("Business days")
    NONE = "none", _("No target")


class ConditionKind(models.TextChoices):
    """Kinds of conditions of a policy."""

    PLAN = "plan", _("Plan")
    PRODUCT = "product", _("Product")
    ACCOUNT_STATUS = "account_status", _("Account status")
    PRIORITY = "priority", _("Priority")
    DEPARTMENT = "department", _("Department")
    CHANNEL = "channel", _("Channel")
    TAG = "tag", _("Tag")


class EntryKind(models.TextChoices):
    """Kinds of entries of a clock."""

    STARTED = "started", _("Started")
    REPLANNED = "replanned", _("Rescheduled")
    PAUSED = "paused", _("Paused")
    RESUMED = "resumed", _("Resumed")
    WARNED = "warned", _("Warned")
    BREACHED = "breached", _("Breached")
    MET = "met", _("Met")
    STOPPED = "stopped", _("Stopped")
    OVERRIDDEN = "overridden", _("Deadline set by hand")
