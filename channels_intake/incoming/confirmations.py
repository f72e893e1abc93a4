"""Links that prove an address: emailed to whoever entered it in a form or in the messenger.

Opening one changes nothing, because mail scanners open links, too; its page has a button. A link
proves the address for the one request or visitor that it names, whoever else used that address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing

from accounts.match_reasons import MatchCode
from accounts.models import Desk
from tickets.models import Ticket
from tickets.sentences.reasons import Proof
from tickets.services import verify_sender

VALID = timedelta(days=14)
PATH = "email-address"


@dataclass(frozen=True, slots=True)
class EmailClaim:
    """An address that someone entered. of: what it is for, a key of the code that reads it.

    row_id: of the ticket or the connection; visitor: the messenger's, or "".
    """

    of: str
    row_id: int
    email: str
    visitor: str = ""


TICKET, VISITOR = "ticket", "visitor"


def make_claim_token(claim: EmailClaim, *, desk_id: int) -> str:
    """Return the token of a link."""
    row = [claim.of, claim.row_id, claim.email, claim.visitor]
    return signing.dumps(row, salt=_get_salt(desk_id), compress=True)


def read_claim_token(token: str, *, desk_id: int) -> EmailClaim | None:
    """Return what a link proves; None if it is forged, expired or of another desk."""
    try:
        return EmailClaim(*signing.loads(token, salt=_get_salt(desk_id), max_age=VALID))
    except signing.BadSignature:
        return None


def build_claim_url(claim: EmailClaim, desk: Desk) -> str:
    """Return a link at the installation's own host, which no desk's domain can collect."""
    token = make_claim_token(claim, desk_id=desk.pk)
    return f"{settings.SITE_URL}/{desk.slug}/{PATH}/{token}/"


def build_ticket_claim_url(ticket: Ticket) -> str:
    """Return the link that proves the address of an unverified ticket's requester."""
    claim = EmailClaim(TICKET, ticket.pk, ticket.contact.email)
    return build_claim_url(claim, ticket.desk)


def is_from_form(ticket: Ticket) -> bool:
    """Return True for a request of a website form whose address isn't proven."""
    codes = {reason.get("code") for reason in ticket.match_reasons}
    return ticket.is_unverified and MatchCode.WEBSITE_FORM in codes


def find_claimed_ticket(claim: EmailClaim, *, desk_id: int) -> Ticket | None:
    """Return the ticket of a claim; None if its requester is another one by now, or erased."""
    if claim.of != TICKET:
        return None
    mine = Ticket.objects.filter(desk_id=desk_id, pk=claim.row_id, contact__email=claim.email)
    return mine.select_related("desk", "contact").first()


def prove_ticket(ticket: Ticket, *, at: datetime) -> bool:
    """Verify the requester of the one ticket that a link named. Return False if it was before."""
    return verify_sender(
        ticket_id=ticket.pk, contact=ticket.contact, proof=Proof.MAILED_LINK, at=at
    )


def _get_salt(desk_id: int) -> str:
    return f"{__name__}:{desk_id}"
