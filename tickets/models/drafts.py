"""Drafts: what people typed into a form and have not sent yet."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel


class Draft(DeskModel):
    """The text of one person in one form, saved while they type. Files are never part of it.

    place: the path below the desk that the form posts to, such as "/agent/tickets/12/answers/".
    fields: lists of values by the name of their field. was_refused: sent, but not accepted because
    the person was signed out by then.
    """

    user = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="+", verbose_name=_("user")
    )
    place = models.CharField(_("form"), max_length=400)
    fields = models.JSONField(_("fields"), default=dict)
    was_refused = models.BooleanField(_("was sent while signed out"), default=False)
    updated_at = models.DateTimeField(_("changed"), db_index=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(fields=["desk", "user", "place"], name="draft_of_form")
        ]

    def __str__(self) -> str:
        return f"Draft {self.pk}"
