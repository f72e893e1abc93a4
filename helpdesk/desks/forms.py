"""The installation admin's form for creating a desk."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import ACCENTS, User
from accounts.places.zones import TimeZoneField
from accounts.presets import PRESETS
from helpdesk.desks.creation import CreatedDesk, DeskCreationError, create_desk
from helpdesk.invitations.emails import send_invitation


class CreateDeskForm(forms.Form):
    """Details of a new desk. Errors of the service appear next to their field."""

    name = forms.CharField(label=_("Name"), max_length=80)
    slug = forms.SlugField(
        label=_("Path"),
        max_length=40,
        help_text=_("First part of the desk's address, as in /acme/."),
    )
    domain = forms.CharField(
        label=_("Domain"),
        required=False,
        max_length=253,
        help_text=_("Optional host name for this desk. Add it to ALLOWED_HOSTS as well."),
    )
    ticket_prefix = forms.CharField(
        label=_("Ticket prefix"),
        max_length=6,
        help_text=_("One to six letters in front of each ticket number, as in AC-1001."),
    )
    preset = forms.ChoiceField(
        label=_("Preset"), choices=[(key, preset.label) for key, preset in PRESETS.items()]
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, initial="en")
    time_zone = TimeZoneField(label=_("Time zone"), initial="UTC")
    accent = forms.ChoiceField(
        label=_("Accent color"),
        choices=[(accent, accent.title()) for accent in ACCENTS],
        initial="indigo",
    )
    mailbox_addresses = forms.CharField(
        label=_("Mailboxes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One email address per line. The first one is the default."),
    )
    admin_email = forms.EmailField(
        label=_("First admin"), help_text=_("This person receives an invitation by email.")
    )

    def clean_mailbox_addresses(self) -> list[str]:
        return self.cleaned_data["mailbox_addresses"].split()

    def create(self, *, at: datetime, by: User) -> CreatedDesk | None:
        """Create the desk of a valid form and email the invitation after commit.

        Return None if the service rejects it; the field then has the error. The caller has
        checked that ``by`` is an installation admin.
        """
        data = dict(self.cleaned_data)
        try:
            with transaction.atomic():
                created = create_desk(prefix=data.pop("ticket_prefix"), **data, at=at, by=by)
                transaction.on_commit(lambda: send_invitation(created.invitation, created.token))
        except DeskCreationError as error:
            self.add_error({"prefix": "ticket_prefix"}.get(error.field, error.field), str(error))
            return None
        return created
