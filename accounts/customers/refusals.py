"""Why a plan does not cover a request: codes in the database, sentences on the page. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.sentences import fill_sentence

Reason = dict[str, str]


class RefusalCode(StrEnum):
    """Codes of reasons; the comment names their parameters. Tickets store them."""

    PRODUCT_NOT_IN_PLAN = "product_not_in_plan"  # plan, product
    PORTAL_NOT_IN_PLAN = "portal_not_in_plan"  # plan
    EMAIL_NOT_IN_PLAN = "email_not_in_plan"  # plan
    HOTLINE_NOT_IN_PLAN = "hotline_not_in_plan"  # plan
    NOT_AN_EMERGENCY = "not_an_emergency"  # plan
    EMAIL_WITHOUT_PLAN = "email_without_plan"
    HOTLINE_WITHOUT_PLAN = "hotline_without_plan"
    EMERGENCIES_NOT_IN_PLAN = "emergencies_not_in_plan"  # plan
    EMERGENCIES_WITHOUT_PLAN = "emergencies_without_plan"
    TOO_LOW_FOR_EMERGENCY = "too_low_for_emergency"  # priority


FOR_AGENTS: dict[str, Promise] = {
    RefusalCode.PRODUCT_NOT_IN_PLAN: _("%(plan)s doesn't cover %(product)s; no SLA target."),
    RefusalCode.PORTAL_NOT_IN_PLAN: _("The portal isn't included in %(plan)s; no SLA target."),
    RefusalCode.EMAIL_NOT_IN_PLAN: _("Email isn't included in %(plan)s; no SLA target."),
    RefusalCode.HOTLINE_NOT_IN_PLAN: _("The hotline isn't included in %(plan)s; no SLA target."),
    RefusalCode.NOT_AN_EMERGENCY: _(
        "The hotline of %(plan)s is only for the highest priority; no SLA target."
    ),
    RefusalCode.EMAIL_WITHOUT_PLAN: _("Email requires a support plan; no SLA target."),
    RefusalCode.HOTLINE_WITHOUT_PLAN: _("The hotline requires a support plan; no SLA target."),
    RefusalCode.EMERGENCIES_NOT_IN_PLAN: _("Emergencies aren't included in %(plan)s."),
    RefusalCode.EMERGENCIES_WITHOUT_PLAN: _("Emergencies require a support plan."),
    RefusalCode.TOO_LOW_FOR_EMERGENCY: _("The priority %(priority)s isn't for emergencies."),
}

FOR_CUSTOMERS: dict[str, Promise] = {
    RefusalCode.PRODUCT_NOT_IN_PLAN: _(
        "Your support plan %(plan)s doesn't cover %(product)s, so we can't promise a response "
        "time for this request."
    ),
    RefusalCode.PORTAL_NOT_IN_PLAN: _(
        "Your support plan %(plan)s doesn't include portal requests, so we can't promise a "
        "response time for this request."
    ),
    RefusalCode.EMAIL_NOT_IN_PLAN: _(
        "Your support plan %(plan)s doesn't include email, so we can't promise a response time "
        "for this request."
    ),
    RefusalCode.HOTLINE_NOT_IN_PLAN: _(
        "Your support plan %(plan)s doesn't include the hotline, so we can't promise a response "
        "time for this request."
    ),
    RefusalCode.NOT_AN_EMERGENCY: _(
        "The hotline is only for emergencies with the highest priority, so we can't promise a "
        "response time for this request."
    ),
    RefusalCode.EMAIL_WITHOUT_PLAN: _(
        "Email is part of our support plans, so we can't promise a response time for this request."
    ),
    RefusalCode.HOTLINE_WITHOUT_PLAN: _(
        "The hotline is part of our support plans, so we can't promise a response time for this "
        "request."
    ),
    RefusalCode.EMERGENCIES_NOT_IN_PLAN: _(
        "Your support plan %(plan)s doesn't include emergency requests."
    ),
    RefusalCode.EMERGENCIES_WITHOUT_PLAN: _("Emergency requests are part of our support plans."),
    RefusalCode.TOO_LOW_FOR_EMERGENCY: _(
        "Requests with the priority %(priority)s can't be reported as an emergency."
    ),
}


def make_refusal(code: RefusalCode, **params: str) -> Reason:
    """Return a reason as tickets store it, with the values that its sentences name."""
    return {"code": code.value, **params}


def describe_refusal(reason: Mapping[str, str]) -> str:
    """Return a stored reason as a sentence for agents in the active language; "" for none."""
    return _describe(FOR_AGENTS, reason)


def describe_refusal_for_customer(reason: Mapping[str, str]) -> str:
    """Return a stored reason as a sentence for the customer; "" for none."""
    return _describe(FOR_CUSTOMERS, reason)


def _describe(sentences: Mapping[str, Promise], reason: Mapping[str, str]) -> str:
    """Return an unknown code unchanged, as tickets/sentences/reasons.py does."""
    code = reason.get("code", "")
    sentence = sentences.get(code)
    return code if sentence is None else fill_sentence(sentence, reason, code=code)
