"""Deletion of accounts and plans that nothing depends on.

A ticket that loses its account loses its customer, its SLA target and its department, and a contact
loses their rights. An account that has either can't be deleted.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import SET_NULL
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit import Actor, record_audit
from accounts.models import Account, AuditAction, Contact, ContactRole, Plan


class AccountInUseError(Exception):
    """The account can't be deleted. The message explains why and what to do instead."""


def get_deletion_error(account: Account) -> str | None:
    """Return why this account cannot be deleted and what to do about it, or None if it can."""
    problems = []
    if kept := _describe_rows(account):
        problems.append(
            _(
                "It has %(rows)s, which would be left without a customer. Set its status to "
                "Community and remove its plan instead."
            )
            % {"rows": kept}
        )
    named = Contact.objects.filter(account=account).exclude(role=ContactRole.CONTACT).count()
    if named:
        problems.append(
            ngettext(
                "%(count)s of its contacts is a point of contact or manager. Make them a regular "
                "contact or move them to another account first.",
                "%(count)s of its contacts are points of contact or managers. Make them regular "
                "contacts or move them to another account first.",
                named,
            )
            % {"count": named}
        )
    if not problems:
        return None
    return " ".join([_("%(account)s can't be deleted.") % {"account": account}, *problems])


def get_plan_deletion_error(plan: Plan) -> str | None:
    """Return why this plan cannot be deleted and what to do instead, or None if it can."""
    count = Account.objects.filter(plan=plan).count()
    if not count:
        return None
    return ngettext(
        "%(plan)s can't be deleted because %(count)s account has it. Mark it as a legacy plan "
        "instead: the account keeps it, and no other can get it.",
        "%(plan)s can't be deleted because %(count)s accounts have it. Mark it as a legacy plan "
        "instead: these accounts keep it, and no others can get it.",
        count,
    ) % {"plan": plan, "count": count}


def _describe_rows(account: Account) -> str:
    """Return what refers to the account and outlives it, such as "3 tickets", contacts aside."""
    found = []
    for relation in account._meta.related_objects:
        model = relation.related_model
        if getattr(relation, "on_delete", None) is not SET_NULL or model is Contact:
            continue
        count = model._base_manager.filter(**{relation.field.name: account}).count()
        name = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
        found += [f"{count} {name}"] * bool(count)
    return ", ".join(found)


def delete_account(*, account: Account, by: Actor) -> None:
    """Delete an account with its domains, products and CRM links; its regular contacts stay.

    Raises AccountInUseError while tickets or people with rights depend on it. Its row is locked, so
    that none are added in the meantime.
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
