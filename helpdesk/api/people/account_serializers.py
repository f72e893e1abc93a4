"""What the API reads and writes about accounts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.customers.notes import MAX_LENGTH
from accounts.models import Account, AccountNote, AccountStatus, CrmLink
from helpdesk.api.changes import ChangeFilter, make_change_field
from helpdesk.api.linked_rows import (
    AGENTS,
    LINES,
    PLANS,
    PRODUCTS,
    REGIONS,
    LinksField,
    make_link,
    refer_to_row,
)
from helpdesk.api.pagination import MAX_ID
from helpdesk.api.references import PersonReference
from helpdesk.api.serializers import StrictSerializer
from tickets.selectors import MAX_SEARCH_LENGTH

MAX_PASTED = 2000  # characters of a URL or address that is pasted as a domain
MAX_DOMAINS = 200


class DomainItem(StrictSerializer):
    """An email domain of an account."""

    id = serializers.IntegerField(read_only=True, help_text=_("The id of the domain."))
    domain = serializers.CharField(
        max_length=MAX_PASTED,
        help_text=_("A domain, such as example.com. A URL or email address becomes its domain."),
    )
    include_subdomains = serializers.BooleanField(
        default=False, help_text=_("True if the subdomains belong to the account, too.")
    )


class CrmRecord(serializers.ModelSerializer[CrmLink]):
    """The CRM record that an account was imported from."""

    class Meta:
        model = CrmLink
        fields = ("module", "record_id")
        extra_kwargs = {
            "module": {"help_text": _("The CRM module.")},
            "record_id": {"help_text": _("The record's id in the CRM.")},
        }


class AccountSerializer(StrictSerializer):
    """A customer company of the desk."""

    id = serializers.IntegerField(read_only=True, help_text=_("The account's id."))
    name = serializers.CharField(max_length=120, help_text=_("The account's name."))
    status = serializers.ChoiceField(
        AccountStatus.choices,
        default=AccountStatus.CUSTOMER,
        help_text=_("With the plan, it decides the department of the account's tickets."),
    )
    plan = make_link(PLANS, _("The support plan, or null."), default=None)
    account_manager = make_link(AGENTS, _("The account manager, or null."), default=None)
    success_manager = make_link(
        AGENTS, _("The success manager, or null. Only if the plan includes one."), default=None
    )
    named_engineer = make_link(
        AGENTS, _("The agent who gets the account's new tickets first, or null."), default=None
    )
    home_region = make_link(
        REGIONS, _("The region whose agents get the tickets first, or null."), default=None
    )
    product_line = make_link(
        LINES, _("The product line that the account uses, or null."), default=None
    )
    products = LinksField(
        queryset=PRODUCTS,
        required=False,
        help_text=_("The products that the account has bought or is trying."),
    )
    country = serializers.CharField(
        max_length=2,
        allow_blank=True,
        default="",
        help_text=_("The company's country, as a two-letter code such as BR."),
    )
    domains = DomainItem(  # type: ignore[call-arg]  # of the list that many=True makes
        many=True,
        required=False,
        max_length=MAX_DOMAINS,
        help_text=_("The email domains whose senders belong to the account."),
    )
    note = serializers.SerializerMethodField(help_text=_("The agents' internal note."))
    crm_records = CrmRecord(
        source="crm_links", many=True, read_only=True, help_text=_("The account in the CRM.")
    )
    created_at = serializers.DateTimeField(
        read_only=True, help_text=_("When the account was created.")
    )
    changed_at = make_change_field()

    def get_note(self, account: Account) -> str:
        note = getattr(account, "note", None)
        return note.text if note else ""


class AccountFilters(ChangeFilter):
    """Parameters of the list of accounts."""

    status = serializers.ChoiceField(
        AccountStatus.choices, required=False, help_text=_("Only accounts with this status.")
    )
    plan = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_ID,
        help_text=_("Only accounts with the plan with this id."),
    )
    domain = serializers.CharField(
        required=False, max_length=253, help_text=_("Only the account that owns this domain.")
    )
    q = serializers.CharField(
        required=False,
        max_length=MAX_SEARCH_LENGTH,
        help_text=_(
            "Only accounts whose name has words that start with these. Covers the first 200 "
            "matches."
        ),
    )


class NoteText(StrictSerializer):
    """The note about an account."""

    text = serializers.CharField(
        max_length=MAX_LENGTH, allow_blank=True, help_text=_("Plain text, for agents only.")
    )
    expected = serializers.CharField(
        max_length=MAX_LENGTH,
        allow_blank=True,
        required=False,
        write_only=True,
        help_text=_("The text you read before your change."),
    )
    edited_by = serializers.SerializerMethodField(help_text=_("Who wrote it, or null."))
    edited_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text=_("When it was written, or null.")
    )

    @extend_schema_field(PersonReference(allow_null=True))
    def get_edited_by(self, note: AccountNote) -> dict[str, Any] | None:
        return refer_to_row(note.edited_by) if note.edited_by else None
