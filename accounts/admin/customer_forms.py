"""Admin forms of accounts and contacts."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.admin.base import DeskForm
from accounts.admin.fields import AccountDomainField
from accounts.customers.entitlements import validate_account_terms
from accounts.customers.saving import get_role_error
from accounts.models import Account, Contact
from accounts.places.countries import list_countries

EMAIL_CHANGE_HELP = _("If you change the address, only the owner of the new one can sign in.")


class AccountForm(DeskForm):
    """An account.

    It cannot move to a legacy plan (M79), and has a success manager only if its plan includes one
    (M71).
    """

    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("Where the company is. Routing rules can use it."),
    )

    class Meta:
        model = Account
        fields: ClassVar[list[str]] = [
            "name",
            "status",
            "plan",
            "account_manager",
            "success_manager",
            "country",
            "named_engineer",
            "home_region",
            "product_line",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if country := self.fields.get("country"):
            country.choices = [("", "---------"), *list_countries()]  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        before = Account(plan_id=self.initial.get("plan")) if self.instance.pk else None
        try:
            validate_account_terms(self.instance, before=before)
        except ValidationError as error:
            self.add_error(None, error)


class AccountDomainForm(DeskForm):
    """A domain of an account. A pasted URL or email address becomes its domain."""

    domain = AccountDomainField(label=_("Domain"))


class ContactForm(DeskForm):
    """A contact. The plan limits an account's points of contact (M73).

    The address is the person: a new address loses the sign-in that was verified for the old one, as
    it does in the CRM sync (accounts/crm/contacts.py).

    The account's row stays locked until the form is saved, so that two admins who add a point of
    contact at the same time are counted one after the other.
    """

    class Meta:
        model = Contact
        fields: ClassVar[list[str]] = ["email", "name", "account", "role", "may_log_in"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_known_by_handle = self.instance.pk is not None and not self.instance.email
        self.fields["email"].required = not is_known_by_handle
        if self.instance.user_id is not None:
            self.fields["email"].help_text = EMAIL_CHANGE_HELP

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if problem := self._refuse_role(found.get("account"), found.get("role")):
            self.add_error("role", problem)
        return found

    def _refuse_role(self, account: Account | None, role: str | None) -> str | None:
        if role is None or (account is None and "account" in self.errors):
            return None
        is_changed = bool({"account", "role"}.intersection(self.changed_data))
        wanted = Contact(pk=self.instance.pk, account=account, role=role)
        return get_role_error(wanted, is_changed=is_changed)
