"""Macros: a prepared reply and prepared changes of a ticket, in one step."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, Department, DeskModel
from accounts.models.fields import LineField
from accounts.texts import find_text


class Macro(DeskModel):
    """A macro of one agent, or a shared one of the desk.

    text: a reply with placeholders (tickets/macros/placeholders.py). acts: the changes, as
    tickets/macros/acts.py reads them. department: if set, it is for tickets of that department.
    """

    name = LineField(_("name"), max_length=80)
    owner = models.ForeignKey(
        Agent,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
        help_text=_("Empty for a shared macro."),
    )
    department = models.ForeignKey(
        Department,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    text = models.TextField(_("reply"), blank=True, default="")
    # For customers of other languages: {"de": {"text": "..."}}.
    translations = models.JSONField(default=dict, blank=True, editable=False)
    acts = models.JSONField(_("changes"), default=dict, blank=True)
    uses = models.PositiveIntegerField(_("times used"), default=0, editable=False)
    used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("macro")
        verbose_name_plural = _("macros")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                "desk", "owner", Lower("name"), name="macro_name_unique", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["desk", "owner", "-uses"], name="macro_most_used")]

    def __str__(self) -> str:
        return self.name

    def get_text(self, language: str) -> str:
        """Return the reply in a customer's language, or else the macro's own."""
        return find_text(self.translations, self.find_language(language), "text") or self.text

    def find_language(self, language: str) -> str:
        """Return the language of a reply for a customer of a language: theirs, or the desk's own.

        A regional form, such as de-AT, gets the text in the language itself or another form of it.
        """
        own, wanted = self.desk.language, language.lower().replace("_", "-")
        base = wanted.split("-")[0]
        codes = [code for code in self.translations if find_text(self.translations, code, "text")]
        close = [code for code in (own, *codes) if code.lower().split("-")[0] == base]
        exact = [code for code in close if code.lower() == wanted]
        return next(iter([*exact, *close]), own)
