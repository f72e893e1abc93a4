"""Contacts of the desk: the people who write to it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from accounts.customers.saving import check_contact, save_contact
from accounts.matching import normalize_email
from accounts.models import Contact, ContactHandle, ContactRole
from helpdesk.api.changes import (
    SINCE,
    ChangeFilter,
    NewestOrChanged,
    make_change_field,
    select_changed,
)
from helpdesk.api.configuration.setting_rows import (
    ChangeableRowView,
    PagedListView,
    SettingView,
)
from helpdesk.api.linked_rows import ACCOUNTS, make_link
from helpdesk.api.pagination import MAX_ID
from helpdesk.api.serializers import StrictSerializer, read_input
from tickets.errors import ConflictError
from tickets.selectors import MAX_SEARCH_LENGTH, search_contacts

MAX_FOUND = 200


class PersonHandle(serializers.ModelSerializer[ContactHandle]):
    """A contact's identity on a network other than email."""

    class Meta:
        model = ContactHandle
        fields = ("id", "network", "external_id", "name", "proof", "proven_at", "reason")
        extra_kwargs = {
            "network": {"help_text": _("The network.")},
            "external_id": {"help_text": _("The person's ID there.")},
            "name": {"help_text": _("The name that the network shows.")},
            "proof": {"help_text": _("How it was verified; empty if it wasn't.")},
            "proven_at": {"help_text": _("When it was verified, or null.")},
            "reason": {"help_text": _("The reason that the agent who confirmed it gave.")},
        }


class ContactRecord(StrictSerializer):
    """A person who writes to the desk, with or without an account."""

    id = serializers.IntegerField(read_only=True, help_text=_("The contact's id."))
    email = serializers.CharField(
        max_length=254,
        allow_blank=True,
        help_text=_(
            "The email address. Empty for a person known only by their handles. After a change, "
            "only the owner of the new address can sign in."
        ),
    )
    name = serializers.CharField(
        max_length=120, allow_blank=True, default="", help_text=_("The contact's name.")
    )
    account = make_link(
        ACCOUNTS,
        _(
            "The account. If you change it, the contact's requests at the old account go to a "
            "manager or point of contact there."
        ),
        default=None,
    )
    role = serializers.ChoiceField(
        ContactRole.choices,
        default=ContactRole.CONTACT,
        help_text=_("The contact's rights over the account's tickets."),
    )
    may_log_in = serializers.BooleanField(
        default=True,
        help_text=_("If false, the person is signed out and can write only by email."),
    )
    language = serializers.CharField(
        max_length=10,
        allow_blank=True,
        default="",
        help_text=_(
            "The language of emails to the contact, such as “de”. Empty for the desk's language."
        ),
    )
    has_sign_in = serializers.SerializerMethodField(help_text=_("True if the person signed up."))
    is_erased = serializers.BooleanField(
        read_only=True, help_text=_("True if the person's data was erased.")
    )
    handles = PersonHandle(
        many=True, read_only=True, help_text=_("Who the contact is on other networks.")
    )
    other_emails = serializers.SerializerMethodField(
        help_text=_("Addresses of contacts that were merged into this one.")
    )
    created_at = serializers.DateTimeField(
        read_only=True, help_text=_("When the contact was created.")
    )
    changed_at = make_change_field()

    def get_has_sign_in(self, contact: Contact) -> bool:
        return contact.user_id is not None

    def get_other_emails(self, contact: Contact) -> list[str]:
        return [merged.email for merged in contact.merged.all() if merged.email]


class ContactFilters(ChangeFilter):
    """Parameters of the list of contacts."""

    email = serializers.CharField(
        required=False, max_length=254, help_text=_("Only the contact with this email address.")
    )
    account = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_ID,
        help_text=_("Only contacts of the account with this id."),
    )
    role = serializers.ChoiceField(
        ContactRole.choices, required=False, help_text=_("Only contacts with this role.")
    )
    may_log_in = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text=_("Only contacts who can, or can't, sign in."),
    )
    q = serializers.CharField(
        required=False,
        max_length=MAX_SEARCH_LENGTH,
        help_text=_(
            "Only contacts whose name or email address has words that start with these. Covers "
            "the first 200 matches."
        ),
    )


class ContactsView(SettingView):
    model = Contact
    serializer_class = ContactRecord
    related = ("account",)
    prefetched = ("handles", "merged")
    key = "email"

    def check(self, row: Contact, stored: Contact | None) -> None:
        if stored is not None and stored.is_erased:
            raise ConflictError(gettext("This person was erased and can't be changed."))
        check_contact(row, stored)

    def save(self, row: Contact, fields: list[str] | None) -> None:
        save_contact(row, by=self.agent.user, at=timezone.now(), fields=fields)


@extend_schema_view(
    get=extend_schema(
        operation_id="list_contacts",
        summary=_("List contacts"),
        description=_("Returns the desk's contacts, newest first, 50 per page."),
        parameters=[ContactFilters],
        responses=ContactRecord(many=True),
    ),
    post=extend_schema(
        operation_id="add_contact",
        summary=_("Add a contact"),
        description=_(
            "Adds a contact without notifying them. Send an invitation to let them sign in. For "
            "desk admins."
        ),
        responses={201: ContactRecord},
    ),
)
class ContactListView(ContactsView, PagedListView):
    """The desk's contacts."""

    pagination_class = NewestOrChanged

    def filter_rows(self, rows: QuerySet[Contact]) -> QuerySet[Contact]:
        given = read_input(ContactFilters, self.request.query_params)
        wanted = {name: value for name, value in given.items() if value is not None}
        wanted.pop(SINCE, None)
        rows = select_changed(rows, self.request.query_params)
        words, email = wanted.pop("q", ""), wanted.pop("email", None)
        if email is not None:
            rows = rows.filter(pk__in=Contact.objects.with_any_email(normalize_email(email)))
        if words:
            found = search_contacts(desk=self.agent.desk, words=words, limit=MAX_FOUND)
            rows = rows.filter(pk__in=[contact.pk for contact in found])
        return rows.filter(**wanted)


@extend_schema_view(
    get=extend_schema(
        operation_id="show_contact",
        summary=_("Show a contact"),
        description=_("Returns a contact with their account and handles."),
    ),
    patch=extend_schema(
        operation_id="change_contact",
        summary=_("Change a contact"),
        description=_(
            "Changes the given fields: moves a contact to another account, gives a role, or stops "
            "them from signing in. For desk admins."
        ),
    ),
    delete=extend_schema(
        operation_id="delete_contact",
        summary=_("Delete a contact"),
        description=_(
            "Deletes a contact. Returns 409 if the contact has tickets. For desk admins."
        ),
        responses={204: None},
    ),
)
class ContactView(ContactsView, ChangeableRowView):
    """One contact."""

    parameter = "contact_id"
