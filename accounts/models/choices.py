"""Roles and levels of people, and kinds of departments."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Level(models.TextChoices):
    """How far a ticket was escalated, and where an agent works; independent of Department."""

    L1 = "l1", _("Level 1")
    L2 = "l2", _("Level 2")
    RND = "rnd", _("R&D")


class Role(models.TextChoices):
    """Rights of an agent at a desk."""

    ANALYST = "analyst", _("Analyst")
    LEAD = "lead", pgettext_lazy("role of an agent", "Lead")
    ADMIN = "admin", _("Desk admin")
    OBSERVER = "observer", _("Observer (read-only)")


class DepartmentKind(models.TextChoices):
    """The accounts whose tickets a department takes (M46-M48).

    A desk has at most one department of each kind but OTHER, which takes no account's tickets by
    default.
    """

    PAID = "paid", _("Contractual SLAs")
    COMMUNITY = "community", _("No contract, no trial")
    TRIALS = "trials", _("Trials and potential customers")
    OTHER = "other", _("Only what routing rules or agents send here")


class Visibility(models.TextChoices):
    """Agents of a desk who see the tickets of a department."""

    EVERYONE = "everyone", _("All agents of the desk")
    MEMBERS = "members", _("Members only")
