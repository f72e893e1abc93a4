"""Rows that a URL names."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from accounts.models import Account
from helpdesk.api.base import DeskView

M = TypeVar("M", bound=Model)


def get_row(rows: QuerySet[M], row_id: int | None) -> M:
    """Return the row with that id. Raises Http404 without naming the model."""
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise Http404
    return row


def get_account(view: DeskView, account_id: int) -> Account:
    """Return an account of the desk. Raises Http404."""
    mine = Account.objects.filter(desk=view.agent.desk_id)
    return get_row(mine.select_related("desk"), account_id)
