"""The form by which the installation's admin makes a desk."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.db import transaction

from accounts.models import ACCENTS, User
from accounts.presets import PRESETS
from helpdesk.desks.creation import CreatedDesk, DeskRefused, create_desk
from helpdesk.invitations.emails import send_invitation


class CreateDeskForm(forms.Form):
    """What a desk needs to begin; each refusal of the service stands beside its field."""

    name = forms.CharField(max_length=80)
    slug = forms.SlugField(
        label="Path", max_length=40, help_text="The first part of the desk's path: /acme/."
    )
    domain = forms.CharField(
        required=False,
        max_length=253,
        help_text="A host name of its own; also add it to ALLOWED_HOSTS.",
    )
    ticket_prefix = forms.CharField(
        max_length=6, help_text="One to six letters before each number: AC-1001."
    )
    preset = forms.ChoiceField(choices=[(key, preset.label) for key, preset in PRESETS.items()])
    language = forms.ChoiceField(choices=settings.LANGUAGES, initial="en")
    time_zone = forms.ChoiceField(
        choices=[(z, z) for z in sorted(available_timezones())], initial="UTC"
    )
    accent = forms.ChoiceField(choices=[(a, a.title()) for a in ACCENTS], initial="indigo")
    mailbox_addresses = forms.CharField(
        label="Mailboxes",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One address a line; the first is the default.",
    )
    admin_email = forms.EmailField(label="First admin", help_text="Gets an invitation by mail.")

    def clean_mailbox_addresses(self) -> list[str]:
        return self.cleaned_data["mailbox_addresses"].split()

    def create(self, *, at: datetime, by: User) -> CreatedDesk | None:
        """Make the desk of a valid form and mail the invitation after the commit; None when the service refuses,
        with the reason beside its field. The caller has checked that ``by`` is the installation's admin."""
        asked = dict(self.cleaned_data)
        try:
            with transaction.atomic():
                made = create_desk(prefix=asked.pop("ticket_prefix"), **asked, at=at, by=by)
                transaction.on_commit(lambda: send_invitation(made.invitation, made.token))
        except DeskRefused as refused:
            self.add_error(
                {"prefix": "ticket_prefix"}.get(refused.field, refused.field), str(refused)
            )
            return None
        return made
