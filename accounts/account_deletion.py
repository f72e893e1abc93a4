"""Taking an account away: only one on which nothing hangs any more.

A ticket that loses its account loses its customer, its promise and its department, and a person their rights; so
none of them is let go by the way.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import SET_NULL

from accounts.audit import record_audit
from accounts.models import Account, AuditAction, Contact, ContactRole, User


class AccountInUseError(Exception):
    """The account cannot be deleted; the message says why and what to do instead."""


def get_deletion_error(account: Account) -> str | None:
    """Why this account cannot be deleted, with what to do about it, in sentences; None when it can."""
    problems = []
    if kept := _count_rows(account):
        problems.append(
            f"It has {kept}, which would lose their customer: give it the status Community and no plan instead."
        )
    named = Contact.objects.filter(account=account).exclude(role=ContactRole.CONTACT).count()
    if named:
        people = f"{named} people have" if named > 1 else "1 person has"
        problems.append(
            f"{people} rights over it: make them plain contacts first, or give them another account."
        )
    return f"{account} cannot be deleted. {' '.join(problems)}" if problems else None


def _count_rows(account: Account) -> str:
    """What refers to the account and outlives it, besides its people, such as "3 tickets"; "" for nothing."""
    found = []
    for relation in Account._meta.related_objects:
        model = relation.related_model
        if getattr(relation, "on_delete", None) is not SET_NULL or model is Contact:
            continue
        count = model._base_manager.filter(**{relation.field.name: account}).count()
        name = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
        found += [f"{count} {name}"] * bool(count)
    return " and ".join(found)


def delete_account(*, account: Account, by: User) -> None:
    """Delete an account with its domains, products and links to the CRM; its plain contacts stay, without one.

    Raises AccountInUseError while tickets or people with rights hang on it: its row is locked, so none is added meanwhile.
    """
    with transaction.atomic():
        locked = (
            Account.objects.select_for_update(of=("self",))
            .select_related("desk", "plan")
            .get(pk=account.pk)
        )
        if problem := get_deletion_error(locked):
            raise AccountInUseError(problem)
        detail = {
            "status": locked.status,
            "plan": locked.plan.name if locked.plan else "",
            "domains": list(locked.domains.values_list("domain", flat=True)),
            "contacts": locked.contacts.count(),
        }
        record_audit(
            desk=locked.desk, by=by, action=AuditAction.DELETED, about=locked, detail=detail
        )
        locked.delete()
