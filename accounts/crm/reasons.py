"""Reasons why a pull failed or waits, or a record was skipped: codes and their sentences.

A row stores the code and the parameters of the sentence; the sentence is made in the reader's
language when a page shows it. A parameter can be a reason itself, or a list of them (see
`nest_problem`). What the CRM says itself is a parameter, as it came. Pure: no database, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.customers.terms import TERMS_SENTENCES
from accounts.logins.sealing import SEALING_SENTENCES
from accounts.matching import DOMAIN_SENTENCES
from accounts.network.errors import REQUEST_SENTENCES, URL_SENTENCES
from accounts.sentences import CodedError, Problem, fill_sentence


class CrmReason(StrEnum):
    """Codes of the CRM sync's own reasons. Rows store them, so a code is never renamed."""

    # A record that cannot be read
    NO_NAME = "no_name"
    LONG_NAME = "long_name"  # limit
    NO_ID = "no_id"
    NO_EMAIL = "no_email"
    BAD_EMAIL = "bad_email"  # text
    # A record that conflicts with the data here
    NAME_TAKEN = "name_taken"  # name
    ACCOUNT_LINKED = "account_linked"  # name, record
    UNKNOWN_PLAN = "unknown_plan"  # plan
    UNKNOWN_PRODUCT = "unknown_product"  # product
    UNKNOWN_STATUS = "unknown_status"  # status
    UNKNOWN_COUNTRY = "unknown_country"  # country
    UNKNOWN_REGION = "unknown_region"  # region
    UNKNOWN_PRODUCT_LINE = "unknown_line"  # line
    DOMAIN_TAKEN = "domain_taken"  # domain, account
    UNKNOWN_ACCOUNT = "unknown_account"  # record
    EMAIL_LINKED = "email_linked"  # email, record
    ON_SAME_PAGE = "on_same_page"
    OTHER_ACCOUNT = "other_account"  # email, account
    EMAIL_TAKEN = "email_taken"  # email
    SIGNS_IN = "signs_in"  # email, new
    # A record that is only kept here
    ERASED = "erased"
    GONE = "gone"
    # A pull
    CONNECTION_CHANGED = "connection_changed"
    PAGE_LOST = "page_lost"  # error
    CHANNEL_FAILED = "channel_failed"  # error
    SIGN_IN_LIMIT = "sign_in_limit"
    SIGN_IN_FAILED = "sign_in_failed"  # error
    CREDENTIALS_REJECTED = "credentials_rejected"  # error
    OTHER_API_URL = "other_api_url"  # url
    BAD_STATUS = "bad_status"  # status
    NO_RECORDS = "no_records"
    NO_NEXT_PAGE = "no_next_page"
    # What is shown as it was stored
    CRM_ERROR = "crm_error"  # error: the CRM's own words
    SEVERAL = "several"  # reasons


OWN_SENTENCES: dict[str, Promise | str] = {
    CrmReason.NO_NAME: _("The record has no name."),
    CrmReason.LONG_NAME: _("The name is longer than %(limit)s characters."),
    CrmReason.NO_ID: _("The record has no ID."),
    CrmReason.NO_EMAIL: _("The record has no email address."),
    CrmReason.BAD_EMAIL: _("“%(text)s” is not an email address."),
    CrmReason.NAME_TAKEN: _("Another account here is named %(name)s."),
    CrmReason.ACCOUNT_LINKED: _("The account %(name)s is linked to another record (%(record)s)."),
    CrmReason.UNKNOWN_PLAN: _("There is no plan “%(plan)s” here."),
    CrmReason.UNKNOWN_PRODUCT: _("There is no product “%(product)s” here."),
    CrmReason.UNKNOWN_STATUS: _("There is no account status “%(status)s” here."),
    CrmReason.UNKNOWN_COUNTRY: _("There is no country “%(country)s”."),
    CrmReason.UNKNOWN_REGION: _("There is no region “%(region)s” here."),
    CrmReason.UNKNOWN_PRODUCT_LINE: _("There is no product line “%(line)s” here."),
    CrmReason.DOMAIN_TAKEN: _("The domain %(domain)s already belongs to %(account)s."),
    CrmReason.UNKNOWN_ACCOUNT: _("Their account (record %(record)s) does not exist here."),
    CrmReason.EMAIL_LINKED: _("%(email)s is also in another record (%(record)s)."),
    CrmReason.ON_SAME_PAGE: _("on the same page"),
    CrmReason.OTHER_ACCOUNT: _("%(email)s is already a contact of %(account)s."),
    CrmReason.EMAIL_TAKEN: _("%(email)s is the address of another contact here."),
    CrmReason.SIGNS_IN: _("%(email)s signs in here, so the address can't be changed to %(new)s."),
    CrmReason.ERASED: _("This person was erased here. Erase the record in the CRM too."),
    CrmReason.GONE: _("The record no longer exists in the CRM. Its data is kept here."),
    CrmReason.CONNECTION_CHANGED: _("The connection was changed."),
    CrmReason.PAGE_LOST: _("The CRM rejected the page token, so this step starts over: %(error)s"),
    CrmReason.CHANNEL_FAILED: _(
        "Change notifications from the CRM couldn't be turned on: %(error)s"
    ),
    CrmReason.SIGN_IN_LIMIT: _("Zoho's limit for access tokens was reached."),
    CrmReason.SIGN_IN_FAILED: _("Zoho's sign-in failed: %(error)s."),
    CrmReason.CREDENTIALS_REJECTED: _("Zoho rejected the credentials: %(error)s."),
    CrmReason.OTHER_API_URL: _(
        "Zoho stores this organization's records at %(url)s. Enter that API URL."
    ),
    CrmReason.BAD_STATUS: _("Zoho responded with status %(status)s."),
    CrmReason.NO_RECORDS: _("Zoho's response has no records."),
    CrmReason.NO_NEXT_PAGE: _("Zoho reported more records but sent no page token."),
    CrmReason.CRM_ERROR: "%(error)s",
    CrmReason.SEVERAL: "%(reasons)s",
}
# Errors of other modules that end a pull or skip a record. No code is in two of them.
SENTENCES: dict[str, Promise | str] = {
    **OWN_SENTENCES,
    **DOMAIN_SENTENCES,
    **TERMS_SENTENCES,
    **SEALING_SENTENCES,
    **URL_SENTENCES,
    **REQUEST_SENTENCES,
}


class ReasonError(CodedError):
    """An error of the CRM sync, with a code of `SENTENCES`."""

    def __str__(self) -> str:
        return describe_reason(*self.problem)


def nest_problem(problem: Problem) -> dict[str, Any]:
    """Return a problem as a parameter of another one, or as an item of a list of them."""
    return {"code": str(problem.code), "data": problem.data}


def combine_problems(problems: Sequence[Problem]) -> Problem:
    """Return one problem whose sentence is those of all, one after another."""
    if len(problems) == 1:
        return problems[0]
    return Problem(CrmReason.SEVERAL, {"reasons": [nest_problem(each) for each in problems]})


ON_SAME_PAGE = nest_problem(Problem(CrmReason.ON_SAME_PAGE, {}))  # instead of a record's ID


def describe_reason(code: str, data: Mapping[str, Any]) -> str:
    """Return the sentence for a stored reason in the active language, or "" without one.

    A code that this version does not know is returned unchanged: during an upgrade a newer worker
    may have stored it.
    """
    sentence = SENTENCES.get(code)
    if sentence is None:
        return code
    return fill_sentence(
        sentence, {name: _describe_value(value) for name, value in data.items()}, code=code
    )


def _describe_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return describe_reason(str(value.get("code", "")), value.get("data") or {})
    if isinstance(value, list):
        return " ".join(str(_describe_value(item)) for item in value)
    return value
