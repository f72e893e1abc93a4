"""The history of a defect, and its followers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeskModel
from accounts.models.fields import LineField
from tickets.models.defects import Defect
from tickets.models.events import ActorKind


class DefectEventKind(models.TextChoices):
    """Kinds of events of a defect. The comment names what ``data`` holds."""

    CREATED = "created", _("Created")  # ticket: its number, if it was created from one
    CHANGED = "changed", _("Changed")  # fields: names, severity, product and owner as pairs
    STAGE_MOVED = "stage", _("Stage")  # stage: pair, why, cause, ref, url (moving.Source)
    LINKED = "linked", _("Ticket linked")  # ticket: number
    UNLINKED = "unlinked", _("Ticket unlinked")  # ticket: number, why
    RELEASED = "released", _("Release")  # version, line: name or "", url
    MERGED = "merged", _("Merged")  # defect: number of the other one, tickets: how many moved
    NOTE = "note", _("Note")  # text
    PUBLISHED = "published", _("Known issue")  # is_published
    MAJOR = "major", _("Significant impact")  # accounts: count, limit: the desk's threshold
    CODE = "code", _("Code host")  # what: created, linked, mentioned, unlinked, left; ref, url
    FOLLOWED = "followed", _("Follower")  # agent: name, role, is_following


class DefectEvent(DeskModel):
    """Something that happened to a defect. Rows are only added. Internal."""

    defect = models.ForeignKey(
        Defect, on_delete=models.CASCADE, related_name="events", db_index=False
    )
    kind = models.CharField(_("kind"), max_length=12, choices=DefectEventKind.choices)
    at = models.DateTimeField(_("time"))
    actor_kind = models.CharField(max_length=8, choices=ActorKind.choices)
    actor_id = models.BigIntegerField(null=True)
    actor_name = LineField(_("by"), max_length=120)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("event of a defect")
        verbose_name_plural = _("events of defects")
        ordering = ["defect", "id"]
        indexes = [models.Index(fields=["defect", "id"], name="defect_event_order")]

    def __str__(self) -> str:
        return f"{self.defect_id}: {self.kind}"


class FollowerRole(models.TextChoices):
    """Part of the company that a follower speaks for (M100)."""

    SUPPORT = "support", _("Support")
    ENGINEERING = "rnd", _("R&D")
    PRODUCT = "product", pgettext_lazy("part of a company", "Product management")
    SUCCESS = "success", _("Customer Success")
    EXECUTIVE = "executive", pgettext_lazy("part of a company", "Executives")


class DefectFollower(DeskModel):
    """An agent who is notified about a defect."""

    defect = models.ForeignKey(
        Defect, on_delete=models.CASCADE, related_name="followers", db_index=False
    )
    agent = models.ForeignKey(
        "accounts.Agent", on_delete=models.CASCADE, related_name="+", verbose_name=_("agent")
    )
    role = models.CharField(_("role"), max_length=9, choices=FollowerRole.choices)

    class Meta:
        verbose_name = _("follower of a defect")
        verbose_name_plural = _("followers of defects")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["defect", "agent"], name="defect_follower_once")
        ]

    def __str__(self) -> str:
        return f"{self.agent}: {self.role}"
