"""Side conversations: email with third parties about a ticket, which its customers never see.

They are tables and types of their own, like notes: whatever goes to customers is built from
Message, which can't hold any of this.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import DeskModel
from accounts.models.fields import LineField, LinesField
from tickets.models.tickets import Ticket
from tickets.sentences.remarks import describe_remark


class SideState(models.TextChoices):
    OPEN = "open", pgettext_lazy("side conversation", "Open")
    DONE = "done", pgettext_lazy("side conversation", "Done")


class SideConversation(DeskModel):
    """An email conversation of a ticket's agents with people outside of the desk.

    answered_at: since when a third party's message has had no agent's attention; None if none is
    waiting. updated_at: the newest message. merged_from: the merged ticket that it was started on;
    None on that ticket itself.
    """

    ticket = models.ForeignKey(
        Ticket,
        on_delete=models.CASCADE,
        related_name="side_conversations",
        db_index=False,
        verbose_name=_("ticket"),
    )
    merged_from = models.ForeignKey(
        Ticket,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("started on the merged ticket"),
    )
    subject = LineField(_("subject"), max_length=200)
    state = models.CharField(
        _("state"), max_length=5, choices=SideState.choices, default=SideState.OPEN
    )
    answered_at = models.DateTimeField(_("answered"), null=True)
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("last updated"))

    class Meta:
        verbose_name = _("side conversation")
        verbose_name_plural = _("side conversations")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["ticket", "id"], name="side_of_ticket"),
            models.Index(
                fields=["ticket"],
                condition=models.Q(answered_at__isnull=False),
                name="side_answered",
            ),
            models.Index(
                fields=["merged_from"],
                condition=models.Q(merged_from__isnull=False),
                name="side_merged_from",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class SideParticipant(DeskModel):
    """A third party of a side conversation: an address that an agent typed, never a contact.

    Of an erased person, "email" holds no address (tickets/side_conversations/erasing.py).
    removed_at: since when they get no more email; None for those who do.
    """

    side = models.ForeignKey(
        SideConversation,
        on_delete=models.CASCADE,
        related_name="participants",
        db_index=False,
        verbose_name=_("side conversation"),
    )
    email = models.CharField(_("email"), max_length=254)
    added_at = models.DateTimeField(_("added"))
    removed_at = models.DateTimeField(_("removed"), null=True)

    class Meta:
        verbose_name = _("third party")
        verbose_name_plural = _("third parties")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["side", "email"], name="side_participant_once")
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_erased(self) -> bool:
        return "@" not in self.email

    @property
    def is_reachable(self) -> bool:
        """True for those who get the next message."""
        return self.removed_at is None and not self.is_erased


class SideMessage(DeskModel):
    """A message of a side conversation: of an agent, or by email from outside.

    sender, sender_name: From of an email. is_unverified: it came by a third party's reply address,
    but from an address that isn't in the conversation.
    """

    side = models.ForeignKey(
        SideConversation,
        on_delete=models.CASCADE,
        related_name="messages",
        db_index=False,
        verbose_name=_("side conversation"),
    )
    agent = models.ForeignKey(
        "accounts.Agent",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("agent"),
    )
    sender = models.CharField(_("sender"), max_length=254, blank=True, default="")
    sender_name = LineField(_("sender's name"), max_length=120, blank=True, default="")
    body_text = LinesField(_("text"), blank=True)
    body_html = models.TextField(_("HTML"), blank=True, default="", help_text=_("Sanitized."))
    quoted_text = models.TextField(
        _("quoted text"),
        blank=True,
        default="",
        help_text=_("Earlier messages that the sender quoted."),
    )
    is_automatic = models.BooleanField(
        _("automatic"), default=False, help_text=_("An automatic reply; notifies no one.")
    )
    is_unverified = models.BooleanField(_("unverified sender"), default=False)
    remark_data = models.JSONField(
        _("remarks"),
        default=list,
        db_column="remarks",
        help_text=_("Parts of the original that could not be read, by code."),
    )
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("side message")
        verbose_name_plural = _("side messages")
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(agent__isnull=False, sender="")
                | models.Q(agent__isnull=True) & ~models.Q(sender=""),
                name="side_message_author",
            )
        ]
        indexes = [models.Index(fields=["side", "created_at", "id"], name="side_message_of_side")]

    def __str__(self) -> str:
        return f"Side message {self.pk}"

    @property
    def remarks(self) -> list[str]:
        """The remarks as sentences in the active language."""
        return [describe_remark(remark) for remark in self.remark_data]
