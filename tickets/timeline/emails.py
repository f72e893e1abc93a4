"""What happened to the emails of a ticket, in sentences."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Desk
from tickets.timeline.parts import Facts, describe_why, join

MAILS_SENT: dict[str, str | Promise] = {
    "reply": gettext_lazy("The reply was emailed to %(to)s."),
    "copy": gettext_lazy("The customer's message was emailed to %(to)s."),
    "phone": gettext_lazy("The follow-up to the call was emailed to %(to)s."),
    "receipt": gettext_lazy("The confirmation was emailed to %(to)s."),
    "reminder": gettext_lazy("The reminder was emailed to %(to)s."),
    "defect": gettext_lazy("The update about the defect was emailed to %(to)s."),
    "promise": gettext_lazy("The new response time was emailed to %(to)s."),
    "closed": gettext_lazy("The closing notice was emailed to %(to)s."),
}


def describe_mail_released(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that the message came out of quarantine."""
    if facts.get("verified"):
        sentence = _("%(actor)s released the message from quarantine and verified its sender.")
    else:
        sentence = _("%(actor)s released the message from quarantine. Its sender stays unverified.")
    return sentence % {"actor": actor}


def describe_mail_sent(actor: str, facts: Facts, desk: Desk) -> str:
    """Return what was emailed, and to whom."""
    sentence = MAILS_SENT.get(facts.get("mail_kind", "")) or _("An email was sent to %(to)s.")
    return str(sentence) % facts


def describe_mail_failed(actor: str, facts: Facts, desk: Desk) -> str:
    """Say why an email couldn't be delivered."""
    failed = _("The email to %(to)s couldn't be delivered.")
    return join(failed % facts, describe_why(facts), _describe_reporter(facts))


def describe_mail_delayed(actor: str, facts: Facts, desk: Desk) -> str:
    """Say why an email is delayed."""
    delayed = _("The email to %(to)s is delayed. The mail server is still trying.")
    return join(delayed % facts, describe_why(facts), _describe_reporter(facts))


def _describe_reporter(facts: Facts) -> str:
    if not facts.get("reporter"):
        return ""
    return _("Automatic report from %(sender)s.") % {"sender": facts["reporter"]}
