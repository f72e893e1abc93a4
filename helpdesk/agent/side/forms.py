"""Forms of side conversations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Desk
from helpdesk.shared.fields import (
    AddressesField,
    EntryForm,
    FileLimits,
    LineField,
    TextField,
    set_choices,
)
from helpdesk.shared.third_parties import require_third_parties
from tickets.attachments.files import NewFile
from tickets.errors import InvalidValueError
from tickets.models import Attachment
from tickets.side_conversations.writing import MAX_SUBJECT_CHARS


class MessageForm(EntryForm):
    """A message to the third parties. last_seen: the newest message when the page was made."""

    body = TextField(label=_("Message"), widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}))
    last_seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    field_order = ("body", "files")

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Return what a field starts with. The page shows every message, whatever a draft says."""
        if field_name == "last_seen":
            return field.initial
        return super().get_initial_for_field(field, field_name)


class StartForm(EntryForm):
    """The start of a side conversation. kept: files of the messages that are forwarded."""

    emails = AddressesField(
        label=_("To"),
        help_text=_(
            "Email addresses outside of your desk, separated by commas. They aren't added as "
            "contacts, and the customer doesn't see this conversation."
        ),
    )
    subject = LineField(label=_("Subject"), max_length=MAX_SUBJECT_CHARS)
    body = TextField(label=_("Message"), widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}))
    kept = forms.ModelMultipleChoiceField(
        label=_("Files of the message"),
        queryset=Attachment.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    field_order = ("emails", "subject", "body", "kept", "files")

    def __init__(
        self, *args: Any, desk: Desk, offered: QuerySet[Attachment], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._desk = desk
        set_choices(self, "kept", offered)
        if not offered.exists():
            del self.fields["kept"]

    def clean_emails(self) -> list[str]:
        """Return the addresses. Those of the desk itself can't be third parties."""
        return _check_emails(self._desk, self.cleaned_data["emails"])

    def clean(self) -> dict[str, Any]:
        """Refuse files that are too many or too large together with those that are forwarded."""
        cleaned = super().clean() or self.cleaned_data
        kept, added = list(cleaned.get("kept") or ()), cleaned.get("files") or ()
        sizes = [(file.name, file.size) for file in kept]
        try:
            FileLimits().check([*sizes, *((one.name, len(one.content)) for one in added)])
        except forms.ValidationError as error:
            self.add_error("kept" if kept else "files", error)
        return cleaned

    def read_files(self) -> tuple[NewFile, ...]:
        """Return the chosen files. Raises OSError if storage can't read one."""
        kept: Sequence[Attachment] = self.cleaned_data.get("kept") or ()
        return (*(read_file(file) for file in kept), *self.cleaned_data["files"])


class PeopleForm(forms.Form):
    """People to add to a side conversation."""

    emails = AddressesField(
        label=_("Add"),
        help_text=_(
            "Email addresses outside of your desk, separated by commas. They get the next "
            "messages, not the earlier ones."
        ),
    )

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._desk = desk

    def clean_emails(self) -> list[str]:
        """Return the addresses. Those of the desk itself can't be third parties."""
        return _check_emails(self._desk, self.cleaned_data["emails"])


def _check_emails(desk: Desk, emails: list[str]) -> list[str]:
    if not emails:
        raise forms.ValidationError(gettext("Enter the email address to write to."))
    try:
        require_third_parties(desk, emails)
    except InvalidValueError as error:
        raise forms.ValidationError(str(error)) from None
    return emails


def read_file(file: Attachment) -> NewFile:
    """Return a stored file as a new one."""
    with file.file.open("rb") as stored:
        return NewFile(file.name, file.content_type, stored.read())
