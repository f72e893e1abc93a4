"""Why an account cannot have a plan or a success manager: codes and their sentences. Pure."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class TermsProblem(StrEnum):
    """Codes of the errors of `validate_account_terms`. CRM pulls store them."""

    LEGACY_PLAN = "legacy_plan"
    NO_SUCCESS_MANAGER = "no_success_manager"


TERMS_SENTENCES: dict[str, Promise] = {
    TermsProblem.LEGACY_PLAN: _("%(plan)s is a legacy plan. Choose another one."),
    TermsProblem.NO_SUCCESS_MANAGER: _("This plan doesn't include a Customer Success Manager."),
}
