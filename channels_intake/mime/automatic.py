"""Detection of automatic email. It never gets an automatic reply, which prevents loops (RFC 3834).

Two facts are kept apart (envelope.AutomaticKind): written by a machine, told by headers alone, and
not to be answered by one. incoming/mail.py adds the vacation replies that only a subject tells,
because it knows the ticket's own.
"""

import re
from collections.abc import Sequence

from channels_intake.mime.automatic_subjects import has_automatic_phrase
from channels_intake.mime.envelope import Address, AutomaticKind
from channels_intake.mime.text import decode_header, parse_parameters

OWN_HEADER = "X-Plumbline-Desk"

Headers = Sequence[tuple[str, str]]
Values = dict[str, list[str]]

_BOUNCE_LOCALS = re.compile(
    r"(?:mailer-?daemon|postmaster|mail-?delivery(?:-?sub)?-?system|bounces?"
    r"|microsoftexchange[0-9a-f]{32})(?:[+=-].*)?"
)
_NO_REPLY_LOCALS = re.compile(
    r"(?:.*[._+-])?(?:do-?not-?reply|do_not_reply|no-?reply|no_reply|noreply|donotreply"
    r"|notifications?|nao-?respond[ae]r?|no-?respond[ae]r?|ne-?pas-?repondre|keine-?antwort)(?:[._+-].*)?"
)
_AUTO_REPLY_SUBJECT = re.compile(
    r"(?:(?:re|aw|antw|sv|vs|ynt|odp|rif)\s*:\s*)*\[?(?:"
    r"(?:i am |i'm )?out of (?:the )?office|auto(?:matic|mated)?[ -]?(?:reply|response|answer)"
    r"|on (?:vacation|leave|holiday)|vacation (?:reply|response|message)"
    r"|away from (?:my|the) (?:office|mail|desk)"
    r"|automatische (?:antwort|r[ée]ponse)|automatisch antwoord|abwesen(?:d|heit)|abwesenheitsnotiz"
    r"|nicht im (?:b[üu]ro|haus)|r[ée]ponse automatique|absen(?:ce|t)\b.{0,30}bureau"
    r"|absence du bureau"
    r"|respuesta autom[áa]tica|fuera de (?:la )?oficina|resposta autom[áa]tica"
    r"|fora d[eo] escrit[óo]rio"
    r"|aus[êe]ncia tempor[áa]ria|risposta automatica|fuori (?:sede|ufficio)|afwezig|niet aanwezig"
    r"|automatiskt? svar|autosvar|automaattinen vastaus|poissa|fravær|autoreply"
    r"|odpowied[źz] automatyczna"
    r"|automatick[áa] odpov[ěe][ďd]|automatikus v[áa]lasz|автоматический ответ|автоответ"
    r"|otomatik yan[ıi]t"
    r"|自動応答|自动答复|自動回覆|자동 회신)\s*"
    r"(?:$|[]:(!.,;–—-]|until|till|from|bis|jusqu|hasta|at[ée]|fino|tot)",
    re.IGNORECASE,
)
BOUNCE_SUBJECT = re.compile(
    r"(?:undeliver(?:able|ed mail)|undelivered mail returned"
    r"|mail delivery (?:failed|failure|system)"
    r"|delivery (?:status notification|has failed|failed|failure|delayed)|returned mail"
    r"|failure notice|warning: (?:could not send|message)|unzustellbar|non remis"
    r"|no se puede entregar"
    r"|n[ãa]o foi poss[íi]vel entregar)",
    re.IGNORECASE,
)
_SUPPRESS = re.compile(r"\b(?:all|oof|autoreply)\b", re.IGNORECASE)
_AUTO_RESPONSE_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-autoreply-from",
    "x-auto-response",
    "x-mail-autoreply",
    "auto-reply",
)
_SUBMITTED = "auto-submitted"
_READ_RECEIPT = "disposition-notification"  # RFC 8098, from the recipient's own address
_OTHER_REPORTS = {"feedback-report", _READ_RECEIPT}
_LIST_HEADERS = (
    "list-id",
    "list-post",
    "list-unsubscribe",
    "mailing-list",
    "x-mailing-list",
    "x-mailman-version",
)


def is_mail_system(sender: Address) -> bool:
    """Return True if an address, or a name without one, says that a mail system wrote the email."""
    bare = sender.name.rpartition("<")[2].strip("> ").lower()[:100]
    local = _get_local_part(sender.email) or bare.partition("@")[0]
    return _BOUNCE_LOCALS.fullmatch(local) is not None


def detect_automatic(headers: Headers, envelope_sender: str, sender: str) -> AutomaticKind:
    """Return why an email gets no automatic reply, or NONE.

    headers: topmost first. envelope_sender: SMTP MAIL FROM, "<>" for the empty one, "" if unknown.
    sender: the normalized From address, or "". Of several signs, the one that says most counts:
    own, bounce, auto-reply, then the others. An auto-reply has an empty envelope sender too, so
    that one only tells a bounce if nothing tells an auto-reply.
    """
    values = _group_by_name(headers)
    for kind, is_so in (
        (AutomaticKind.OWN, _is_own(values)),
        (AutomaticKind.BOUNCE, _reports_delivery(values)),
        (AutomaticKind.AUTO_REPLY, _is_auto_reply(values) or _is_exchange_auto_reply(values)),
        (AutomaticKind.BOUNCE, _has_empty_sender(values, envelope_sender)),
        (AutomaticKind.GENERATED, _is_generated(values)),
        (AutomaticKind.LIST, _is_list(values)),
        (AutomaticKind.BULK, _get_precedence(values) in {"bulk", "junk"}),
        (AutomaticKind.NO_REPLY, _is_unread(envelope_sender, sender)),
        (AutomaticKind.DESK, OWN_HEADER.lower() in values),
        (AutomaticKind.DOUBTFUL, _has_doubtful_subject(values)),
    ):
        if is_so:
            return kind
    return AutomaticKind.NONE


def _group_by_name(headers: Headers) -> Values:
    values: Values = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value)
    return values


def _get_first(values: Values, name: str) -> str:
    return values.get(name, [""])[0]


def _get_first_word(value: str) -> str:
    """Return a header's first word in lower case, without parameters and comments."""
    found = re.match(r"[^\s;(,]*", value.strip())
    return found[0].lower() if found else ""


def _get_local_part(email: str) -> str:
    return email.strip().strip("<>").rpartition("@")[0].lower()[:100]


def _is_own(values: Values) -> bool:
    """Return True for automatic mail of Plumbline. What its agents write is a person's email."""
    return OWN_HEADER.lower() in values and _is_submitted_automatically(values)


def _is_submitted_automatically(values: Values) -> bool:
    return any(_get_first_word(value) not in {"no", ""} for value in values.get(_SUBMITTED, []))


def _reports_delivery(values: Values) -> bool:
    content_type, parameters = parse_parameters(_get_first(values, "content-type"))
    report_type = parameters.get("report-type", "").strip().lower()
    return (
        (content_type == "multipart/report" and report_type not in _OTHER_REPORTS)
        or content_type == "message/delivery-status"
        or "x-failed-recipients" in values
    )


def _has_empty_sender(values: Values, envelope_sender: str) -> bool:
    return_paths = [value.replace(" ", "") for value in values.get("return-path", [])]
    return envelope_sender.strip() == "<>" or "<>" in return_paths


def _is_unread(envelope_sender: str, sender: str) -> bool:
    """Return True if an address says that nobody reads it, or that a mail system does."""
    locals_ = (_get_local_part(sender), _get_local_part(envelope_sender))
    return bool(_NO_REPLY_LOCALS.fullmatch(locals_[0])) or any(
        _BOUNCE_LOCALS.fullmatch(local) for local in locals_
    )


def _has_doubtful_subject(values: Values) -> bool:
    """Return True if the subject could be a machine's. People write such subjects too."""
    subject = decode_header(_get_first(values, "subject"), 200)
    if _AUTO_REPLY_SUBJECT.match(subject):
        return True
    return bool(BOUNCE_SUBJECT.match(subject)) and not values.get("in-reply-to")


def _is_auto_reply(values: Values) -> bool:
    content_type, parameters = parse_parameters(_get_first(values, "content-type"))
    report_type = parameters.get("report-type", "").strip().lower()
    return (
        (content_type == "multipart/report" and report_type == _READ_RECEIPT)
        or any(
            _get_first_word(value) in {"auto-replied", "auto-notified"}
            for value in values.get(_SUBMITTED, [])
        )
        or any(name in values for name in _AUTO_RESPONSE_HEADERS)
        or _get_precedence(values) in {"auto_reply", "auto-reply"}
        or any(_get_first_word(value) == "autoreply" for value in values.get("x-precedence", []))
    )


def _is_exchange_auto_reply(values: Values) -> bool:
    """Return True for Exchange's out-of-office note, which calls itself only auto-generated."""
    is_generated = any(
        _get_first_word(value) == "auto-generated" for value in values.get(_SUBMITTED, [])
    )
    subject = decode_header(_get_first(values, "subject"), 200)
    return is_generated and has_automatic_phrase(subject)


def _is_generated(values: Values) -> bool:
    return (
        _is_submitted_automatically(values)
        or any(_SUPPRESS.search(value) for value in values.get("x-auto-response-suppress", []))
        or "x-loop" in values
        or "x-ms-exchange-inbox-rules-loop" in values  # a rule forwards people's email too
        or parse_parameters(_get_first(values, "content-type"))[0] == "multipart/report"
    )


def _get_precedence(values: Values) -> str:
    return _get_first_word(_get_first(values, "precedence") or _get_first(values, "x-precedence"))


def _is_list(values: Values) -> bool:
    return _get_precedence(values) == "list" or any(name in values for name in _LIST_HEADERS)
