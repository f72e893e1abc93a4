"""The desk under test with something of everything, and the people who ask for it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import set_script_prefix
from django.utils import timezone
from PIL import Image

from accounts.audit import record_audit
from accounts.invitations.sending import invite
from accounts.logos import encode_logo, replace_logo
from accounts.models import (
    AccountProduct,
    AgentDepartment,
    AuditAction,
    Contact,
    CrmConnection,
    CrmPull,
    CrmSetAside,
    Department,
    Desk,
    IdentityProvider,
    Invitation,
    Product,
    PullState,
    User,
    Visibility,
)
from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, InboundState, MailState, OutgoingEmail
from routing.models import Rotation
from sla.models import Holiday
from tests.access.policy import PEOPLE
from tests.access.routes import Route
from tests.cast import NOON, PASSWORD, Cast, make_cast
from tickets.files import NewFile
from tickets.models import FormField, Message, Notification, Ticket, TicketEvent
from tickets.services import add_note, reply

ADMIN_MODELS = {
    f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry
}


class PlainClient(Client):
    """A client that only asks: it keeps no templates and contexts of what was rendered, which is half of its time,
    and no cookies of answers, so that each request is made in the same state.
    """

    def request(self, **request: Any) -> Any:
        return self.handler(self._base_environ(**request))


@dataclass
class World:
    """Two desks; ``values`` fill the parameters of a route with what stands at the first one."""

    rocket: Cast
    matter: Cast
    values: dict[str, Any]
    foreign: dict[str, Any]
    installation_admin: User

    def address(self, route: Route) -> str:
        """The route at the first desk, about its own things."""
        return _place(route, self.values | own_values(self.rocket, self.values, route))

    def foreign_address(self, route: Route) -> str:
        """The route at the first desk, about the second one's things."""
        return _place(route, self.foreign | own_values(self.matter, self.foreign, route))

    def absent_address(self, route: Route) -> str:
        """The route at the first desk, about what never was."""
        kept = {
            "content_type_id": ContentType.objects.get_for_model(Ticket).pk,
            "token": "never-was",
        }
        return _place(route, dict.fromkeys(route.parameters, NEVER) | kept)

    def sign_in(self, person: str) -> Client:
        """A client of one of the PEOPLE."""
        client = PlainClient()
        if user := self.user_of(person):
            client.force_login(user)
        return client

    def user_of(self, person: str) -> User | None:
        who = PEOPLE[person]
        if who == "nobody":
            return None
        if who == "installation_admin":
            return self.installation_admin
        return self.matter.admin.user if who == "foreign_admin" else getattr(self.rocket, who).user


NEVER = 999_999_999


def _place(route: Route, values: dict[str, Any]) -> str:
    set_script_prefix("/")  # the last request has left its desk's
    return route.address(values, "rocket")


def make_world(*, visibility: str = Visibility.MEMBERS) -> World:
    """Both desks filled; inside the caller's transaction. visibility: of the department that the tickets are in."""
    rocket = make_cast("rocket", prefix="RC", domain="acme.example", **THREE)
    matter = make_cast("matter", prefix="MM", domain="globex.example", **THREE)
    with desk_scope(rocket.desk):
        Contact.objects.filter(pk=rocket.customer_colleague.pk).update(role="contact")
        AgentDepartment.objects.filter(agent=rocket.colleague).delete()
        Department.objects.filter(pk=rocket.departments["paid"].pk).update(visibility=visibility)
    # The second desk's last ticket is of a number that the first has not.
    foreign = fill(matter, tickets=3, words="zaunkoenigmatter")
    chief = User.objects.create_superuser("chief@plumbline.example", PASSWORD)
    return World(rocket, matter, fill(rocket, tickets=1, words="zaunkoenigrocket"), foreign, chief)


THREE: dict[str, Any] = {"priorities": ["High", "Medium", "Low"], "mail_default": "Medium"}


def fill(cast: Cast, *, tickets: int, words: str) -> dict[str, Any]:
    """At least one row for every page of a desk; gives values for the parameters of routes.

    ``words`` stand in every public text, and with "secret" before them in every internal one.
    """
    with desk_scope(cast.desk):
        ticket = [
            cast.open_ticket(files=(_file(words),), text=f"Help {words}") for _ in range(tickets)
        ][-1]
        message = reply(ticket_id=ticket.pk, agent=cast.analyst, text=f"Try this {words}", at=NOON)
        note = add_note(
            ticket_id=ticket.pk, agent=cast.analyst, text=f"Hush secret{words}", at=NOON,
            files=(_file(f"secret{words}"),),
        )  # fmt: skip
        _fill_settings(cast.desk, cast)
        event = TicketEvent.objects.filter(ticket=ticket).first()
        line = Notification.objects.create(
            desk=cast.desk,
            agent=cast.analyst,
            event=event,
            ticket=ticket,
            text="Yours now",
            created_at=NOON,
        )
        return {
            "number": ticket.number,
            "account_id": cast.account.pk,
            "attachment_id": Message.objects.filter(ticket=ticket).first().attachments.get().pk,
            "note_file_id": note.attachments.get().pk,
            "notification_id": line.pk,
            "held_id": _receive(cast.desk, InboundState.QUARANTINED, None).pk,
            "received_id": _receive(cast.desk, InboundState.PROCESSED, ticket).pk,
            "mail_id": _send(cast, ticket, message, event).pk,
            "desk_id": cast.desk.pk,
            "contact_id": cast.elsewhere.pk,
            "agent_id": cast.colleague.pk,
            "user_id": cast.colleague.user_id,
            "colleague_id": cast.customer_colleague.pk,
            "provider_id": _fill_provider(cast.desk).pk,
            "saml_id": _fill_saml_provider(cast.desk).pk,
            "mailbox_id": cast.mailbox.pk,
            "connection_id": _fill_crm(cast.desk).pk,
            "name": _fill_logo(cast.desk),
            "token": _invite(cast),
            "invitation_id": Invitation.objects.latest("pk").pk,
            "key": "unknown",
            "uidb36": "1",
            "app_label": "accounts",
            "pk": 0,  # of a passkey that nobody has
            "url": "nothing-here/",
            "ticket": ticket,
        }


def _fill_settings(desk: Desk, cast: Cast) -> None:
    product = Product.objects.create(desk=desk, name="Server")
    AccountProduct.objects.create(desk=desk, account=cast.account, product=product)
    FormField.objects.create(desk=desk, key="os", label="System", kind="select", choices=["A", "B"])
    Holiday.objects.create(desk=desk, calendar=cast.calendar, date="2026-12-25", name="Christmas")
    Rotation.objects.get_or_create(desk=desk, agent=cast.analyst)
    record_audit(desk=desk, by=cast.admin.user, action=AuditAction.CHANGED, target="Standard")


def _fill_crm(desk: Desk) -> CrmConnection:
    connection = CrmConnection.objects.create(desk=desk, client_id="client")
    pull = CrmPull.objects.create(
        desk=desk, connection=connection, started_at=NOON, state=PullState.DONE
    )
    CrmSetAside.objects.create(
        desk=desk, connection=connection, pull=pull, module="Contacts", record_id="1", name="Somebody",
        reason="The address is taken.", first_at=NOON,
    )  # fmt: skip
    return connection


def _fill_provider(desk: Desk) -> IdentityProvider:
    """A company's log-in whose server does not answer: it is asked at an address that is refused unasked."""
    return IdentityProvider.objects.create(
        desk=desk, name="Company", server_url="https://127.0.0.1", client_id="c"
    )


def _fill_logo(desk: Desk) -> str:
    image = io.BytesIO()
    Image.new("RGB", (4, 4)).save(image, "PNG")
    replace_logo(desk, encode_logo(image.getvalue()))
    desk.save(update_fields=["logo"])
    return desk.logo_name


def _fill_saml_provider(desk: Desk) -> IdentityProvider:
    return IdentityProvider.objects.create(
        desk=desk, kind="saml", name="SAML", sso_url="https://a.example"
    )


def _file(words: str) -> NewFile:
    return NewFile(f"log-{words}.txt", "text/plain", f"lines {words}".encode())


def _receive(desk: Desk, state: str, ticket: Ticket | None) -> InboundMessage:
    return InboundMessage.objects.create(
        desk=desk, provider="raw", content_type="message/rfc822", raw=b"From: a@b.example\r\n\r\nText",
        sha256="0", received_at=NOON, next_try_at=NOON, subject="Raw", state=state, ticket=ticket,
    )  # fmt: skip


def _send(cast: Cast, ticket: Ticket, message: Message, event: TicketEvent) -> OutgoingEmail:
    return OutgoingEmail.objects.create(
        desk=cast.desk, ticket=ticket, event=event, message=message, contact=cast.customer, kind="reply",
        from_address="a@b.example", reply_to="a@b.example", to_address=cast.customer.email, subject="Re",
        body_text="Text", rfc_message_id=f"x{ticket.pk}@b.example", state=MailState.SENT,
        next_try_at=NOON + timedelta(days=1), created_at=NOON,
    )  # fmt: skip


def _invite(cast: Cast) -> str:
    email = f"invited@{cast.desk.slug}.example"
    return invite(desk=cast.desk, email=email, kind="agent", role="analyst", at=timezone.now())[1]


def own_values(cast: Cast, values: dict[str, Any], route: Route) -> dict[str, Any]:
    """Parameters whose name alone does not say what they stand for."""
    if route.name == "admin:view_on_site":
        return {
            "content_type_id": ContentType.objects.get_for_model(Ticket).pk,
            "object_id": values["ticket"].pk,
        }
    if "object_id" in route.parameters:
        return {"object_id": find_row(cast, route)}
    return {
        "inbound_id": values["received_id" if route.name == "agent:received_mail" else "held_id"]
    }


def find_row(cast: Cast, route: Route) -> int:
    """The id of a row of the desk for a page of the admin site about one row."""
    model = next(
        model
        for key, model in ADMIN_MODELS.items()
        if f"/{key.replace('_', '/')}/" in _slashed(route)
    )
    if model is Desk:
        return int(cast.desk.pk)
    if model is User:
        return int(cast.analyst.user_id)
    with desk_scope(cast.desk):
        row = model._default_manager.filter(desk=cast.desk).first()
    assert row is not None, f"{model} has no row here"
    return int(row.pk)


def _slashed(route: Route) -> str:
    return "/" + route.pattern.replace("channels_intake", "channels/intake")
