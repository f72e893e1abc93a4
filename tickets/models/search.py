"""Search documents of tickets (tickets/search) and of defects (tickets/defects/search)."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import DeskModel
from tickets.models.defects import Defect
from tickets.models.tickets import Ticket


class SearchDocument(DeskModel):
    """The words of a ticket: requester, account, subject, messages, notes, names of files.

    A very long ticket has several. Only tickets.search.documents writes them.
    """

    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="search_documents", db_index=False
    )
    number = models.BigIntegerField(
        help_text=_("The ticket's number. The newest results come first.")
    )
    part = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveSmallIntegerField(
        help_text=_("Version of the code that split the text into words.")
    )
    document = SearchVectorField()

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "part"], name="search_document_part")
        ]
        indexes = [
            GinIndex(fields=["document"], name="search_document_words", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.part}"


class SearchRefresh(DeskModel):
    """A ticket whose documents must be rebuilt because one of its texts or names changed.

    Triggers write it (tickets/migrations/0008_search.py), in the transaction of the change.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    marked_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("search refresh")
        verbose_name_plural = _("search refreshes")

    def __str__(self) -> str:
        return str(self.ticket_id)


class DefectDocument(DeskModel):
    """The words of a defect, to search for it and to suggest it for a ticket.

    Only tickets.defects.search.documents writes them. A trigger adds the document of a new
    defect, and marks it when one of its texts or of its tickets changes
    (tickets/migrations/0041_defect_search.py).
    """

    defect = models.OneToOneField(
        Defect, on_delete=models.CASCADE, related_name="document", primary_key=True
    )
    version = models.PositiveSmallIntegerField(
        default=0, help_text=_("Version of the code that split the text into words.")
    )
    document = SearchVectorField()
    is_stale = models.BooleanField(default=True)  # it must be written again

    class Meta:
        verbose_name = _("search document of a defect")
        verbose_name_plural = _("search documents of defects")
        indexes = [
            GinIndex(fields=["document"], name="defect_document_words", fastupdate=False),
            models.Index(
                fields=["desk", "defect"],
                condition=models.Q(is_stale=True),
                name="defect_document_stale",
            ),
        ]

    def __str__(self) -> str:
        return str(self.defect_id)
