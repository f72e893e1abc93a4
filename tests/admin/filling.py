"""At least one row at a desk for every registered admin page."""

from __future__ import annotations

from datetime import timedelta

from accounts.invitations.sending import invite
from accounts.models import (
    CrmConnection,
    CrmPull,
    CrmSetAside,
    CustomerCard,
    IdentityProvider,
)
from accounts.tenancy import desk_scope
from channels_intake.models import (
    InboundMessage,
    OutgoingEmail,
    PageEvent,
    PagingService,
)
from tests.access.people import create_settings
from tests.cast import NOON, Cast
from tickets.models import (
    Attachment,
    EngineeringGroup,
    Message,
    Note,
    TicketEvent,
)


def fill_desk(cast: Cast) -> None:
    """Create at least one row for every registered page of the admin site."""
    with desk_scope(cast.desk):
        _fill_tickets(cast)
        create_settings(cast)
        _fill_crm(cast)
        name = cast.desk.slug
        IdentityProvider.objects.create(
            desk=cast.desk,
            name=f"{cast.desk} SSO",
            server_url=f"https://{name}.example",
            client_id="plumbline",
        )
        CustomerCard.objects.create(desk=cast.desk, name="Billing", url="http://127.0.0.1:9/")
        service = PagingService.objects.create(
            desk=cast.desk, name="On call", kind="pagerduty", url="http://127.0.0.1:9"
        )
        PageEvent.objects.create(
            desk=cast.desk, service=service, raw=b"{}", sha256="0", state="set_aside",
            reason="unreadable", received_at=NOON, next_try_at=NOON,
        )  # fmt: skip
        EngineeringGroup.objects.create(desk=cast.desk, name="Server team")
        invite(desk=cast.desk, email=f"new@{name}.example", kind="agent", role="analyst", at=NOON)


def _fill_tickets(cast: Cast) -> None:
    desk = cast.desk
    ticket = cast.open_ticket(participants=[cast.customer_colleague])
    message = Message.objects.get(ticket=ticket)
    Attachment.objects.create(
        desk=desk,
        message=message,
        name="log.txt",
        content_type="text/plain",
        size=3,
        sha256="0" * 64,
        created_at=NOON,
    )
    Note.objects.create(
        desk=desk, ticket=ticket, agent=cast.analyst, body_text="A note", created_at=NOON
    )
    InboundMessage.objects.create(
        desk=desk,
        provider="raw",
        content_type="message/rfc822",
        raw=b"From: a\r\n\r\n\x00\xff",
        sha256="0",
        received_at=NOON,
        next_try_at=NOON,
        subject="Raw",
    )
    OutgoingEmail.objects.create(
        desk=desk,
        ticket=ticket,
        event=TicketEvent.objects.filter(ticket=ticket).first(),
        message=message,
        contact=cast.customer,
        kind="reply",
        from_address="a@b.example",
        reply_to="a@b.example",
        to_address=cast.customer.email,
        subject="Re",
        body_text="Text",
        rfc_message_id=f"{desk.slug}@b.example",
        next_try_at=NOON + timedelta(days=1),
        created_at=NOON,
    )


def _fill_crm(cast: Cast) -> None:
    """Create a connection, a pull with one reported change, and a skipped record."""
    connection = CrmConnection.objects.create(desk=cast.desk, client_id="1000.C")
    line = {
        "module": "Accounts",
        "record": "1",
        "name": "Firm",
        "what": "changed",
        "fields": "plan",
    }
    pull = CrmPull.objects.create(
        desk=cast.desk, connection=connection, started_at=NOON, report=[line]
    )
    CrmSetAside.objects.create(
        desk=cast.desk,
        connection=connection,
        pull=pull,
        module="Accounts",
        record_id="1",
        name="Firm",
        reason="unknown_plan",
        reason_data={"plan": "Gold"},
        first_at=NOON,
    )
