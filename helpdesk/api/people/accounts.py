"""Accounts of the desk: its customer companies, with their terms and domains."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.customers.deletion import AccountInUseError, delete_account
from accounts.customers.notes import StaleNoteError, get_account_note, set_account_note
from accounts.customers.saving import check_account, replace_domains, replace_links, save_account
from accounts.matching import read_domain
from accounts.models import Account, AccountDomain, AccountNote, AccountProduct
from helpdesk.api.base import DeskView, IsAgent
from helpdesk.api.changes import SINCE, NewestOrChanged, select_changed
from helpdesk.api.configuration.setting_rows import (
    ChangeableRowView,
    PagedListView,
    SettingView,
)
from helpdesk.api.idempotency import run_once
from helpdesk.api.people.account_serializers import (
    AccountFilters,
    AccountSerializer,
    DomainItem,
    NoteText,
)
from helpdesk.api.rows import get_account, get_row
from helpdesk.api.serializers import read_input
from tickets.errors import ConflictError, RowInUseError
from tickets.selectors import search_accounts
from tickets.services.settings_rows import Changes, save_setting
from tickets.services.users_of_rows import list_users

MAX_FOUND = 200


class AccountsView(SettingView):
    model = Account
    serializer_class = AccountSerializer
    related = (
        "desk",
        "plan",
        "account_manager__user",
        "success_manager__user",
        "named_engineer__user",
        "home_region",
        "product_line__product",
        "note",
    )
    prefetched = ("domains", "products", "crm_links")
    parts = ("domains", "products")

    def check(self, row: Account, stored: Account | None) -> None:
        check_account(row, stored)

    def save(self, row: Account, fields: list[str] | None) -> None:
        save_account(row, at=timezone.now(), fields=fields)

    def save_parts(self, row: Account, parts: dict[str, Any]) -> Changes:
        changes: Changes = {}
        if "domains" in parts:
            wanted = {each["domain"]: each["include_subdomains"] for each in parts["domains"]}
            changes |= replace_domains(row, wanted)
        if "products" in parts:
            chosen = parts["products"]
            before, after = replace_links(AccountProduct, row, chosen, of="account", to="product")
            changes |= {"products": [before, after]} if before != after else {}
        return changes


@extend_schema_view(
    get=extend_schema(
        operation_id="list_accounts",
        summary=_("List accounts"),
        description=_("Returns the desk's accounts, newest first, 50 per page."),
        parameters=[AccountFilters],
        responses=AccountSerializer(many=True),
    ),
    post=extend_schema(
        operation_id="add_account",
        summary=_("Add an account"),
        description=_("Adds an account with its terms and domains. For desk admins."),
        responses={201: AccountSerializer},
    ),
)
class AccountListView(AccountsView, PagedListView):
    """The desk's accounts."""

    pagination_class = NewestOrChanged

    def filter_rows(self, rows: QuerySet[Account]) -> QuerySet[Account]:
        wanted = read_input(AccountFilters, self.request.query_params)
        wanted.pop(SINCE, None)
        rows = select_changed(rows, self.request.query_params)
        words, domain = wanted.pop("q", ""), wanted.pop("domain", None)
        if domain is not None:
            owned = AccountDomain.objects.filter(desk=self.agent.desk_id)
            rows = rows.filter(pk__in=owned.filter(domain=read_domain(domain)).values("account"))
        if words:
            found = search_accounts(desk=self.agent.desk, words=words, limit=MAX_FOUND)
            rows = rows.filter(pk__in=[account.pk for account in found])
        return rows.filter(**wanted)


@extend_schema_view(
    get=extend_schema(
        operation_id="show_account",
        summary=_("Show an account"),
        description=_("Returns an account with its terms, domains, products and note."),
    ),
    patch=extend_schema(
        operation_id="change_account",
        summary=_("Change an account"),
        description=_(
            "Changes the given fields. A new plan or status moves the account's open tickets and "
            "restarts their SLA clocks. For desk admins."
        ),
    ),
    delete=extend_schema(
        operation_id="delete_account",
        summary=_("Delete an account"),
        description=_(
            "Deletes an account; its regular contacts stay. Returns 409 while it has tickets, "
            "points of contact or managers. For desk admins."
        ),
        responses={204: None},
    ),
)
class AccountView(AccountsView, ChangeableRowView):
    """One account."""

    parameter = "account_id"

    def remove(self, row: Account) -> None:
        try:
            delete_account(account=row, by=self.agent)
        except AccountInUseError as error:
            raise RowInUseError(str(error), list_users(row)) from None


class DomainListView(SettingView):
    serializer_class = DomainItem

    @extend_schema(
        operation_id="add_account_domain",
        summary=_("Add a domain to an account"),
        description=_(
            "People who write from this domain belong to the account. Free email domains, and "
            "domains of other accounts, are refused. For desk admins."
        ),
        responses={201: DomainItem},
    )
    def post(self, request: Request, account_id: int) -> Response:
        """Add a domain, or change whether it includes its subdomains."""
        account = get_account(self, account_id)
        given = self.read(request)
        domain = read_domain(given["domain"]) or given["domain"]
        mine = AccountDomain.objects.filter(account=account)

        def add() -> AccountDomain:
            _change_domains(self, account, {domain: given["include_subdomains"]}, without="")
            return mine.get(domain=domain)

        return Response(self.describe(run_once(request, add, visible=mine)), status=201)


class DomainView(SettingView):
    serializer_class = DomainItem

    @extend_schema(
        operation_id="remove_account_domain",
        summary=_("Remove a domain from an account"),
        description=_("Contacts who have the account already keep it. For desk admins."),
        responses={204: None},
    )
    def delete(self, request: Request, account_id: int, domain_id: int) -> Response:
        """Remove a domain."""
        account = get_account(self, account_id)
        row = get_row(AccountDomain.objects.filter(account=account), domain_id)
        _change_domains(self, account, {}, without=row.domain)
        return Response(status=204)


def _change_domains(
    view: DeskView, account: Account, added: dict[str, bool], *, without: str
) -> None:
    def change() -> Changes:
        rows = AccountDomain.objects.filter(account=account).exclude(domain=without)
        kept = dict(rows.values_list("domain", "include_subdomains"))
        return replace_domains(account, kept | added, field="domain")

    save_setting(row=account, values={}, by=view.agent, key="domain", also=change)


class NoteView(DeskView):
    permission_classes = [IsAgent]
    serializer_class = NoteText

    @extend_schema(
        operation_id="show_account_note",
        summary=_("Show the note about an account"),
        description=_("Returns the note that agents see on each ticket of the account."),
    )
    def get(self, request: Request, account_id: int) -> Response:
        """Show the note."""
        return self._show(get_account(self, account_id))

    @extend_schema(
        operation_id="set_account_note",
        summary=_("Write the note about an account"),
        description=_(
            "Replaces the note; an empty text removes it. With “expected”, returns 409 if a "
            "colleague has changed the note since. For all agents who can change tickets."
        ),
    )
    def put(self, request: Request, account_id: int) -> Response:
        """Replace the note."""
        account = get_account(self, account_id)
        given = read_input(NoteText, request.data)
        expected = given.get("expected")
        try:
            set_account_note(
                account=account,
                text=given["text"],
                expected=get_account_note(account) if expected is None else expected,
                by=self.agent,
                at=timezone.now(),
            )
        except StaleNoteError as error:
            raise ConflictError(str(error)) from None
        return self._show(account)

    def _show(self, account: Account) -> Response:
        note = AccountNote.objects.select_related("edited_by__user").filter(account=account).first()
        return Response(NoteText(note or AccountNote(text="")).data)
