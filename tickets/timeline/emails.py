"""What happened to the emails of a ticket, and to replies by other channels, in sentences."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Desk
from tickets.sentences.refusals import describe_refusal
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
    "side": gettext_lazy("The message of the side conversation was emailed to %(to)s."),
}


CHANNEL_STATES: dict[str, str | Promise] = {
    "sent": gettext_lazy("The reply was sent to %(to)s."),
    "delivered": gettext_lazy("The reply to %(to)s was delivered."),
    "read": gettext_lazy("%(to)s has read the reply."),
}
NOTICES: dict[str, str | Promise] = {
    "receipt": gettext_lazy("The confirmation was sent to %(to)s."),
    "reminder": gettext_lazy("The reminder was sent to %(to)s."),
    "defect": gettext_lazy("The update about the defect was sent to %(to)s."),
    "promise": gettext_lazy("The new response time was sent to %(to)s."),
    "closed": gettext_lazy("The closing notice was sent to %(to)s."),
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
    linked = _("Its files were too large for the mail server, so it links to them.")
    return join(str(sentence) % facts, linked if facts.get("without_files") else "")


def describe_mail_failed(actor: str, facts: Facts, desk: Desk) -> str:
    """Say why an email couldn't be delivered."""
    failed = _("The email to %(to)s couldn't be delivered.")
    return join(failed % facts, _describe_refusal(facts), _describe_reporter(facts))


def _describe_refusal(facts: Facts) -> str:
    """Return what the server's words mean, or the words alone if they mean nothing known."""
    why = str(facts.get("why") or "").strip()
    explained = describe_refusal(why)
    return describe_why(facts) if explained == why else explained


def describe_mail_delayed(actor: str, facts: Facts, desk: Desk) -> str:
    """Say why an email is delayed."""
    delayed = _("The email to %(to)s is delayed. The mail server is still trying.")
    return join(delayed % facts, describe_why(facts), _describe_reporter(facts))


def describe_channel_sent(actor: str, facts: Facts, desk: Desk) -> str:
    """Say how far a reply or an automatic message has come."""
    notice, state = facts.get("notice", ""), facts.get("state", "sent")
    if notice:
        sentence = NOTICES.get(notice) or _("A message was sent to %(to)s.")
    else:
        sentence = CHANNEL_STATES.get(state) or CHANNEL_STATES["sent"]
    return str(sentence) % facts


def describe_channel_failed(actor: str, facts: Facts, desk: Desk) -> str:
    """Say why a reply or an automatic message couldn't be sent."""
    if facts.get("notice"):
        failed = _("The message to %(to)s couldn't be sent.")
    else:
        failed = _("The reply to %(to)s couldn't be sent.")
    return join(failed % facts, describe_why(facts))


def _describe_reporter(facts: Facts) -> str:
    if not facts.get("reporter"):
        return ""
    return _("Automatic report from %(sender)s.") % {"sender": facts["reporter"]}
