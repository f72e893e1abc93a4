"""The form of the composer: a public reply or an internal note."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk.agent.lists.list_parameters import MAX_QUERY
from helpdesk.agent.ticket_page.composing.attachment_words import mentions_attachment
from helpdesk.shared.fields import EntryForm, FileLimits, FutureTimeField, TextField
from tickets.models import UnsentFile
from tickets.replies.unsent_files import NotStoredError, read_unsent
from tickets.services.replying import AFTER_REPLY


class ComposerForm(EntryForm):
    """A public reply or an internal note: text, files, or both.

    kept: IDs of the files of the draft that go along. send_at: when a reply is sent, if not now.
    go_next: the next page is that of the next ticket. list: the parameters of the list's URL.
    without_files: the author was asked about a missing attachment, and sends the reply anyway.
    """

    kind = forms.ChoiceField(choices=[("reply", _("Public reply")), ("note", _("Internal note"))])
    body = TextField(label=_("Message"), required=False)
    next = forms.ChoiceField(
        choices=[("", ""), *((state, state) for state in AFTER_REPLY)], required=False
    )
    next_update = FutureTimeField(label=_("Next update by"), required=False)
    last_seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    via = forms.CharField(required=False, max_length=60)
    send_at = FutureTimeField(label=_("Send later"), required=False)
    later = forms.BooleanField(required=False)
    go_next = forms.BooleanField(required=False)
    list = forms.CharField(required=False, max_length=MAX_QUERY)
    without_files = forms.BooleanField(required=False)
    asks_for_files = False  # the reply mentions an attachment and has none

    def __init__(self, *args: Any, draft_files: Sequence[UnsentFile] = (), **kwargs: Any) -> None:
        """draft_files: those that the agent's draft has now."""
        super().__init__(*args, **kwargs)
        self._draft_files = draft_files

    @property
    def kept(self) -> set[str]:
        """The IDs of the draft's files that were submitted."""
        return set(self.data.getlist("kept")) if isinstance(self.data, QueryDict) else set()

    def clean(self) -> dict[str, Any]:
        self._add_kept_files()
        cleaned = super().clean()
        if cleaned.get("kind") == "reply" and cleaned.get("later") and not cleaned.get("send_at"):
            self.add_error("send_at", gettext("Choose when to send the reply."))
        self.asks_for_files = not self.errors and _forgets_files(cleaned)
        if self.asks_for_files:
            self.add_error(
                "body",
                gettext(
                    "You mentioned an attachment, but no file is attached. Attach it, or choose"
                    " “Send anyway”."
                ),
            )
        return cleaned

    def _add_kept_files(self) -> None:
        kept = [file for file in self._draft_files if str(file.pk) in self.kept]
        if not kept or "files" not in self.cleaned_data:
            return
        try:
            files = (*read_unsent(kept), *self.cleaned_data["files"])
            FileLimits().check([(file.name, len(file.content)) for file in files])
        except forms.ValidationError as error:
            self.add_error("files", error)
        except NotStoredError as error:
            self.add_error("files", str(error))
        else:
            self.cleaned_data["files"] = files


def _forgets_files(cleaned: dict[str, Any]) -> bool:
    """Return True if a reply mentions an attachment, has none, and its author wasn't asked yet."""
    if cleaned.get("kind") != "reply" or cleaned.get("files") or cleaned.get("without_files"):
        return False
    return mentions_attachment(cleaned.get("body", ""))
