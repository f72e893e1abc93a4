"""Contacts that were merged into another one, by their address and number."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.base import DeskModel
from accounts.models.customers import Contact
from accounts.models.fields import LineField


class MergedContact(DeskModel):
    """What is left of a contact that was merged: where their email and old links go.

    contact: who stayed; after another merge, who stayed then. former_id: the number of the row that
    is gone, which events and audit entries still name. email: their address, normalized. Email from
    it is the contact's, but nobody can sign in with it. "" if they had none, or if it is the
    contact's main address or an agent's by now.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="merged", verbose_name=_("contact")
    )
    former_id = models.BigIntegerField()
    email = models.EmailField(_("email address"), blank=True, default="")
    name = LineField(_("name"), max_length=120, blank=True, default="")
    merged_at = models.DateTimeField(_("merged"))

    class Meta:
        verbose_name = _("merged contact")
        verbose_name_plural = _("merged contacts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["desk", "former_id"], name="merged_contact_once"),
            models.UniqueConstraint(
                fields=["desk", "email"],
                condition=~models.Q(email=""),
                name="merged_contact_email_unique",
            ),
        ]
        # As for contacts: a prepared statement can't use the index of the constraint.
        indexes = [models.Index(fields=["desk", "email", "id"], name="merged_contact_by_email")]

    def __str__(self) -> str:
        return self.name or self.email or f"#{self.former_id}"
