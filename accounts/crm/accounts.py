"""Import a page of CRM accounts: a fixed number of queries, and the same result when run twice.

The CRM controls only the fields that its mapping lists. A record that conflicts with the data here
changes nothing: it is skipped with a reason, and the others are imported.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q

from accounts.crm.account_values import check_status, check_terms, find_line, find_place
from accounts.crm.mapping import ACCOUNTS, CrmAccount
from accounts.crm.outcomes import ConflictError, Outcome, What, lock_rows, skip_record, write_links
from accounts.crm.reasons import ON_SAME_PAGE, CrmReason
from accounts.matching import find_domain_problem
from accounts.models import (
    Account,
    AccountDomain,
    AccountProduct,
    Agent,
    CrmConnection,
    CrmLink,
    Plan,
    Product,
    ProductLine,
    Region,
)

TERMS = {"status", "plan"}  # fields that decide departments and SLA targets (M36, M46)


@dataclass
class _Change:
    """An account, its link, and what to write."""

    account: Account
    link: CrmLink
    what: What
    fields: list[str] = field(default_factory=list)
    add_domains: list[str] = field(default_factory=list)
    drop_domains: list[AccountDomain] = field(default_factory=list)
    add_products: list[Product] = field(default_factory=list)
    drop_products: list[AccountProduct] = field(default_factory=list)
    is_taken_over: bool = False  # existed before the CRM named it
    has_new_link: bool = False

    def outcome(self, record: CrmAccount) -> Outcome:
        names = list(self.fields)
        names += ["domains"] * bool(self.add_domains or self.drop_domains)
        names += ["products"] * bool(self.add_products or self.drop_products)
        names += ["link"] * (self.is_taken_over and self.what != "created")
        what: What = "changed" if self.what == "unchanged" and names else self.what
        return Outcome(
            record.record_id,
            record.name,
            what,
            "" if what == "created" else ", ".join(names),
            account_id=self.account.pk,
            new_terms=what == "changed" and bool(TERMS.intersection(self.fields)),
        )


class AccountPage:
    """Everything that a page's records refer to, loaded up front.

    Create it inside the transaction that commits the page.
    """

    def __init__(self, connection: CrmConnection, records: Sequence[CrmAccount]) -> None:
        self.connection, self.desk_id = connection, connection.desk_id
        links = CrmLink.objects.filter(connection=connection, module=ACCOUNTS)
        self.free_domains = connection.desk.free_domains
        found = links.filter(record_id__in=[r.record_id for r in records])
        self.links = {link.record_id: link for link in found}
        self.accounts = self._lock_accounts(records)
        for link in self.links.values():
            link.account = self.accounts.get(link.account_id or 0)
        self.by_name = {account.name: account for account in self.accounts.values()}
        ids = list(self.accounts)
        self.linked = dict(links.filter(account_id__in=ids).values_list("account_id", "record_id"))
        self._look_up_domains(records, ids)
        self._look_up_values(records, ids)
        self.changes: list[_Change] = []

    def _lock_accounts(self, records: Sequence[CrmAccount]) -> dict[int, Account]:
        """Lock the accounts that links or names lead to.

        Concurrent changes by an admin are read, never overwritten, and no ticket is opened under
        terms that this page changes.
        """
        linked = Q(pk__in=[link.account_id for link in self.links.values()])
        named = Q(name__in=[r.name for r in records])
        return lock_rows(Account.objects.filter(linked | named, desk_id=self.desk_id), "plan")

    def _look_up_domains(self, records: Sequence[CrmAccount], ids: list[int]) -> None:
        domains = AccountDomain.objects.filter(desk_id=self.desk_id).select_related("account")
        wanted = domains.filter(domain__in={name for r in records for name in r.domains})
        rows = {row.domain: row for row in [*wanted, *domains.filter(account_id__in=ids)]}
        self.domain_rows = rows
        self.owners = {
            name: self.accounts.get(row.account_id, row.account) for name, row in rows.items()
        }

    def _look_up_values(self, records: Sequence[CrmAccount], ids: list[int]) -> None:
        mine = {"desk_id": self.desk_id}
        self.plans = {plan.name: plan for plan in Plan.objects.filter(**mine)}
        self.products = {product.name: product for product in Product.objects.filter(**mine)}
        self.regions: dict[str, int] = {}
        if any(r.home_region for r in records):
            self.regions = dict(Region.objects.filter(**mine).values_list("name", "pk"))
        self.lines: dict[str, int] = {}
        if any(r.product_line for r in records):
            lines = ProductLine.objects.filter(**mine).select_related("product")
            self.lines = {line.full_name: line.pk for line in lines}
        managers = {r.account_manager for r in records} | {r.success_manager for r in records}
        agents = Agent.objects.filter(**mine, user__email__in=managers - {""})
        self.agents = dict(agents.values_list("user__email", "pk"))
        self.owned: dict[int, dict[int, AccountProduct]] = {}
        if any("products" in r.named for r in records):
            for row in AccountProduct.objects.filter(account_id__in=ids):
                self.owned.setdefault(row.account_id, {})[row.product_id] = row

    def take(self, record: CrmAccount) -> Outcome:
        """Decide what to do with one record, in memory, given the records before it."""
        try:
            change = self._find_change(record)
            values = self._find_changes(record, change.account)
            self._claim_domains(record, change)
            self._match_products(record, change)
        except ConflictError as why:
            return skip_record(record.record_id, record.name, why.problem, may_heal=True)
        self._apply(record, change, values)
        return change.outcome(record)

    def _find_change(self, record: CrmAccount) -> _Change:
        named = self.by_name.get(record.name)
        link = self.links.get(record.record_id)
        if link and link.account:
            if named is not None and named is not link.account:
                raise ConflictError(CrmReason.NAME_TAKEN, {"name": record.name})
            return _Change(link.account, link, "unchanged")
        if named is None:
            account = Account(desk_id=self.desk_id, name=record.name)
            return _Change(account, self._make_link(record), "created")
        other = self.linked.get(named.pk) if named.pk else ON_SAME_PAGE
        if other:
            raise ConflictError(CrmReason.ACCOUNT_LINKED, {"name": record.name, "record": other})
        return _Change(named, self._make_link(record), "unchanged", is_taken_over=True)

    def _make_link(self, record: CrmAccount) -> CrmLink:
        return CrmLink(
            desk_id=self.desk_id,
            connection=self.connection,
            module=ACCOUNTS,
            record_id=record.record_id,
        )

    def _find_changes(self, record: CrmAccount, account: Account) -> dict[str, Any]:
        values: dict[str, Any] = {"name": record.name}
        if "status" in record.named and record.status:
            values["status"] = check_status(record.status)
        if "plan" in record.named:
            if record.plan and record.plan not in self.plans:
                raise ConflictError(CrmReason.UNKNOWN_PLAN, {"plan": record.plan})
            values["plan"] = self.plans.get(record.plan)
        values |= find_place(record, self.regions) | find_line(record, self.lines)
        # A CRM manager who isn't an agent here doesn't replace one that an admin chose.
        for who in ("account_manager", "success_manager"):
            if who in record.named and (agent_id := self.agents.get(getattr(record, who))):
                values[f"{who}_id"] = agent_id
        changes = {name: value for name, value in values.items() if getattr(account, name) != value}
        check_terms(account, changes)
        return changes

    def _claim_domains(self, record: CrmAccount, change: _Change) -> None:
        if "domains" not in record.named:
            return
        for domain in record.domains:
            if problem := find_domain_problem(domain, self.free_domains):
                raise ConflictError(*problem)
            owner = self.owners.get(domain)
            if owner is None:
                change.add_domains.append(domain)
            elif owner is not change.account:
                named = {"domain": domain, "account": owner.name}
                raise ConflictError(CrmReason.DOMAIN_TAKEN, named)
        gone = set(change.link.given.get("domains", [])) - set(record.domains)
        rows = [self.domain_rows[name] for name in sorted(gone) if name in self.domain_rows]
        change.drop_domains = [row for row in rows if self.owners.get(row.domain) is change.account]

    def _match_products(self, record: CrmAccount, change: _Change) -> None:
        if "products" not in record.named:
            return
        if unknown := [name for name in record.products if name not in self.products]:
            raise ConflictError(CrmReason.UNKNOWN_PRODUCT, {"product": unknown[0]})
        wanted = {self.products[name].pk: self.products[name] for name in record.products}
        owned = self.owned.get(change.account.pk, {}) if change.account.pk else {}
        change.add_products = [product for pk, product in wanted.items() if pk not in owned]
        gone = set(change.link.given.get("products", [])) - set(wanted)
        change.drop_products = [owned[pk] for pk in sorted(gone) if pk in owned]

    def _apply(self, record: CrmAccount, change: _Change, values: dict[str, Any]) -> None:
        """Apply a decision in memory, so that the next records see it."""
        # A released name is free for the next page only: one statement cannot swap unique names.
        for name, value in values.items():
            setattr(change.account, name, value)
        self.by_name[record.name] = change.account
        change.fields = sorted(name.removesuffix("_id") for name in values)
        for row in change.drop_domains:
            del self.owners[row.domain]
        self.owners |= dict.fromkeys(change.add_domains, change.account)
        if change.account.pk:
            self.linked[change.account.pk] = record.record_id
        change.link.account = change.account
        self.links[record.record_id] = change.link
        given = _get_given(record, change, self.products)
        change.has_new_link = change.link.pk is None or change.link.given != given
        change.link.given = given
        self.changes.append(change)

    def write(self) -> None:
        """Write what was decided. Raises IntegrityError if the same was written concurrently."""
        Account.objects.bulk_create([c.account for c in self.changes if c.what == "created"])
        changed = [c for c in self.changes if c.what != "created" and c.fields]
        if changed:
            fields = sorted({name for c in changed for name in c.fields})
            Account.objects.bulk_update({c.account.pk: c.account for c in changed}.values(), fields)
        _delete(AccountDomain, (row for c in self.changes for row in c.drop_domains))
        _delete(AccountProduct, (row for c in self.changes for row in c.drop_products))
        AccountDomain.objects.bulk_create(
            AccountDomain(desk_id=self.desk_id, account=c.account, domain=name)
            for c in self.changes
            for name in c.add_domains
        )
        AccountProduct.objects.bulk_create(
            AccountProduct(desk_id=self.desk_id, account=c.account, product=product)
            for c in self.changes
            for product in c.add_products
        )
        write_links({id(c.link): c.link for c in self.changes if c.has_new_link}.values())


def _get_given(
    record: CrmAccount, change: _Change, products: dict[str, Product]
) -> dict[str, list]:
    """Return what the CRM can remove again: what it added now, or added before and still names."""
    before = change.link.given
    domains = {*before.get("domains", []), *change.add_domains} & set(record.domains)
    added = {product.pk for product in change.add_products}
    wanted = {products[name].pk for name in record.products if name in products}
    return {
        "domains": sorted(domains) if "domains" in record.named else before.get("domains", []),
        "products": sorted({*before.get("products", []), *added} & wanted)
        if "products" in record.named
        else before.get("products", []),
    }


def _delete(model: type[Model], rows: Iterable[Model]) -> None:
    if ids := [row.pk for row in rows]:
        model._default_manager.filter(pk__in=ids).delete()


def apply_accounts(connection: CrmConnection, records: Sequence[CrmAccount]) -> list[Outcome]:
    """Create and change the accounts of these records, in order. Return one outcome each (M38).

    Runs inside the desk and the transaction of the page; about fifteen queries in total.
    """
    page = AccountPage(connection, records)
    outcomes = [page.take(record) for record in records]
    page.write()
    return outcomes
