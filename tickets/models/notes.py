"""Mentions, watchers, reactions and pinned notes: what goes with internal notes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeskModel
from accounts.models.fields import LineField
from tickets.models.messages import Note
from tickets.models.tickets import Ticket


class NoteMention(DeskModel):
    """An agent whom a note mentions, by name or as a member of a department.

    name: as it stands in the note, without the "@".
    """

    note = models.ForeignKey(
        Note, on_delete=models.CASCADE, related_name="mentions", db_index=False
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.CASCADE,
        related_name="mentions",
        db_index=False,
        verbose_name=_("agent"),
    )
    name = LineField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["note", "agent"], name="mention_once")]
        indexes = [
            models.Index(fields=["agent", "ticket"], name="mention_of_agent"),
            models.Index(fields=["agent", "-id"], name="mention_newest"),
        ]

    def __str__(self) -> str:
        return f"@{self.name}"


class Watcher(DeskModel):
    """An agent who watches a ticket: notified of the customer's replies and of notes.

    Followers (CC) are customers; see Participant.
    """

    ticket = models.ForeignKey(
        Ticket,
        on_delete=models.CASCADE,
        related_name="watchers",
        db_index=False,
        verbose_name=_("ticket"),
    )
    agent = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.CASCADE,
        related_name="watched",
        verbose_name=_("agent"),
    )
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["ticket", "agent"], name="watcher_once")]

    def __str__(self) -> str:
        return str(self.agent)


class ReactionKind(models.TextChoices):
    """The reactions to a note. The emoji is decoration; the label is what a screen reader says."""

    AGREE = "agree", pgettext_lazy("reaction", "Agree")
    THANKS = "thanks", pgettext_lazy("reaction", "Thanks")
    CELEBRATE = "celebrate", pgettext_lazy("reaction", "Celebrate")
    LOOKING = "looking", pgettext_lazy("reaction", "Looking into it")
    DONE = "done", pgettext_lazy("reaction", "Done")


class NoteReaction(DeskModel):
    """An agent's reaction to a note: one row for each kind."""

    note = models.ForeignKey(
        Note, on_delete=models.CASCADE, related_name="reactions", db_index=False
    )
    agent = models.ForeignKey(
        "accounts.Agent", on_delete=models.CASCADE, related_name="+", verbose_name=_("agent")
    )
    kind = models.CharField(_("reaction"), max_length=10, choices=ReactionKind.choices)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["note", "agent", "kind"], name="reaction_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} on note {self.note_id}"


class PinnedNote(DeskModel):
    """The one note that a ticket shows above its conversation."""

    ticket = models.OneToOneField(
        Ticket, on_delete=models.CASCADE, related_name="pinned_note", verbose_name=_("ticket")
    )
    note = models.OneToOneField(
        Note, on_delete=models.CASCADE, related_name="+", verbose_name=_("note")
    )
    pinned_at = models.DateTimeField(_("pinned"))

    class Meta:
        verbose_name = _("pinned note")
        verbose_name_plural = _("pinned notes")

    def __str__(self) -> str:
        return f"Note {self.note_id}"
