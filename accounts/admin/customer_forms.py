"""Forms of the admin site for customers and what they bought: each refusal stands beside its field."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError

from accounts.admin.base import DeskForm
from accounts.entitlements import get_point_of_contact_error, validate_account_terms
from accounts.models import Account, Contact, ContactRole

POINT = ContactRole.POINT_OF_CONTACT
LOGIN_GOES = (
    "Another address takes their login off; whoever proves to read its mail has their place."
)


class AccountForm(DeskForm):
    """An account: no plan that is sold no longer (M79), no success manager without such a plan (M71)."""

    class Meta:
        model = Account
        fields: ClassVar[list[str]] = [
            "name",
            "status",
            "plan",
            "account_manager",
            "success_manager",
        ]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        before = Account(plan_id=self.initial.get("plan")) if self.instance.pk else None
        try:
            validate_account_terms(self.instance, before=before)
        except ValidationError as error:
            self.add_error(None, error)


class ContactForm(DeskForm):
    """A person; no more points of contact than the plan allows (M73).

    An address is a person: under another one the login that was proven for the old one is not theirs, as the CRM
    holds it too (accounts/crm/contacts.py).

    The account's row is locked until the form is saved, so that two people naming at once are counted one after
    the other.
    """

    class Meta:
        model = Contact
        fields: ClassVar[list[str]] = ["email", "name", "account", "role", "may_log_in"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.user_id is not None:
            self.fields["email"].help_text = LOGIN_GOES

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if problem := self._refuse_role(found.get("account"), found.get("role")):
            self.add_error("role", problem)
        return found

    def _refuse_role(self, account: Account | None, role: str | None) -> str | None:
        if role in (None, ContactRole.CONTACT):
            return None
        if account is None:
            return (
                None
                if "account" in self.errors
                else "Only a person of an account can have this role."
            )
        if role != POINT or not {"account", "role"}.intersection(self.changed_data):
            return None
        locked = (
            Account.objects.select_for_update(of=("self",))
            .select_related("plan")
            .get(pk=account.pk)
        )
        return get_point_of_contact_error(Contact(pk=self.instance.pk, account=locked))
