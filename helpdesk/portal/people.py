"""What a manager of an account fills in and sees of its people."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.entitlements import get_invited_point_of_contact_error
from accounts.invitations.colleagues import get_colleague_error
from accounts.models import Account, Contact, ContactRole
from helpdesk.shared.avatars import get_initials
from helpdesk.shared.fields import LineField

CONTACT, POINT = ContactRole.CONTACT, ContactRole.POINT_OF_CONTACT
WORDS: dict[str, str] = {
    ContactRole.MANAGER: "Manager",
    POINT: "Point of contact",
    CONTACT: "Contact",
}


class ColleagueForm(forms.Form):
    """Somebody new of the account, as a contact or as a point of contact if there is a place."""

    name = LineField(
        max_length=120,
        required=False,
        label="Name",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label="Invite as", choices=[(role, WORDS[role]) for role in (CONTACT, POINT)]
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if problem := get_colleague_error(account=self.account, email=email):
            raise forms.ValidationError(problem)
        return email

    def clean_role(self) -> str:
        role: str = self.cleaned_data["role"]
        email = self.cleaned_data.get("email", "")
        if role == POINT and (
            problem := get_invited_point_of_contact_error(self.account, email=email)
        ):
            raise forms.ValidationError(problem)
        return role


def describe_person(
    contact: Contact, *, viewer: Contact, refused: dict[int, str]
) -> dict[str, Any]:
    """A row of templates/portal/people.html. refused: sentences beside the buttons of a contact, by id."""
    return {
        "id": contact.pk,
        "name": str(contact),
        "email": contact.email if contact.name else "",
        "initials": get_initials(str(contact)),
        "word": WORDS[ContactRole(contact.role)],
        "role": contact.role,
        "has_login": contact.user_id is not None,
        "is_me": contact.pk == viewer.pk,
        "error": refused.get(contact.pk, ""),
    }
