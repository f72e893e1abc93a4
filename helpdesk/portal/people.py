"""The people of an account, as its managers see and invite them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.customers.entitlements import get_invited_point_of_contact_error
from accounts.invitations.colleagues import get_colleague_error
from accounts.invitations.rights import can_replace
from accounts.models import Account, Contact, ContactRole, Desk, Invitation, Region
from helpdesk.shared.avatars import get_initials
from helpdesk.shared.components import Option
from helpdesk.shared.fields import LineField
from helpdesk.shared.numbers import parse_number
from helpdesk.shared.wording.times import format_full_date

CONTACT, POINT = ContactRole.CONTACT, ContactRole.POINT_OF_CONTACT
ROLE_LABELS = {
    ContactRole.MANAGER: _("Manager"),
    POINT: _("Point of contact"),
    CONTACT: _("Contact"),
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in templates/portal/_person.html.

    email: "" if it is shown as the name. error: why the last change of this person was refused.
    """

    id: int
    name: str
    email: str
    initials: str
    role: str
    role_label: str
    has_signed_in: bool
    is_me: bool
    error: str

    @property
    def is_manager(self) -> bool:
        return self.role == ContactRole.MANAGER

    @property
    def is_point_of_contact(self) -> bool:
        return self.role == POINT


@dataclass(frozen=True, slots=True)
class PendingInvitation:
    """An invitation that was not accepted yet. can_withdraw: False if the desk sent it."""

    id: int
    can_withdraw: bool
    email: str
    role: str
    expires: str


class ColleagueForm(forms.Form):
    """Invite a colleague as a contact, or as a point of contact if the plan allows one more."""

    name = LineField(
        max_length=120,
        required=False,
        label=_("Name"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Invite as"), choices=[(role, ROLE_LABELS[role]) for role in (CONTACT, POINT)]
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if error := get_colleague_error(account=self.account, email=email):
            raise forms.ValidationError(error)
        return email

    def clean_role(self) -> str:
        role: str = self.cleaned_data["role"]
        email = self.cleaned_data.get("email", "")
        if role == POINT and (
            error := get_invited_point_of_contact_error(self.account, email=email)
        ):
            raise forms.ValidationError(error)
        return role


def get_role_label(role: str) -> str:
    """Return a role's name for customers."""
    return str(ROLE_LABELS[ContactRole(role)])


def describe_invitation(invitation: Invitation, *, manager: Contact) -> PendingInvitation:
    """Return a row of the pending invitations. manager: who looks at it."""
    by, account_id = manager.user, manager.account_id
    return PendingInvitation(
        id=invitation.pk,
        can_withdraw=by is not None and can_replace(invitation, by=by, account_id=account_id),
        email=invitation.email,
        role=get_role_label(invitation.role),
        expires=format_full_date(invitation.expires_at),
    )


def describe_person(contact: Contact, *, viewer: Contact, errors: dict[int, str]) -> PersonRow:
    """Return a contact's row. errors: messages to show beside people, by contact id."""
    return PersonRow(
        id=contact.pk,
        name=str(contact),
        email=contact.email if contact.name else "",
        initials=get_initials(str(contact)),
        role=contact.role,
        role_label=get_role_label(contact.role),
        has_signed_in=contact.user_id is not None,
        is_me=contact.pk == viewer.pk,
        error=errors.get(contact.pk, ""),
    )


def list_regions(desk: Desk, account: Account) -> tuple[Option, ...]:
    """Return the regions that an account can choose from; none if the desk has fewer than two."""
    regions = list(Region.objects.filter(desk=desk))
    if len(regions) < 2:
        return ()
    nowhere = Option("", gettext("No preference"), selected=account.home_region_id is None)
    chosen = account.home_region_id
    options = (Option(str(each.pk), each.name, selected=each.pk == chosen) for each in regions)
    return (nowhere, *options)


def get_region(desk: Desk, text: str) -> Region | None:
    """Return the desk's region with this ID, or None."""
    return Region.objects.filter(desk=desk, pk=parse_number(text) or 0).first()
