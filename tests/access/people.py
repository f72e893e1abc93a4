"""The desk under test, with a row of everything, and the people who request its pages."""

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
from accounts.models import (
    AccountDomain,
    AccountProduct,
    Agent,
    AgentDepartment,
    ApiToken,
    AuditAction,
    Contact,
    CrmConnection,
    CrmPull,
    CrmSetAside,
    CustomerCard,
    Department,
    Desk,
    IdentityProvider,
    Invitation,
    OAuthApplication,
    Product,
    ProductLine,
    PullState,
    Region,
    User,
    Visibility,
)
from accounts.pictures.logos import encode_logo, replace_logo
from accounts.tenancy import desk_scope
from accounts.tokens.admitting import ApplicationValues, admit_application
from accounts.tokens.service_accounts import create_service_account
from accounts.tokens.services import create_token
from channels_intake.calls.queueing import queue_call
from channels_intake.code_hosts.rules import add_default_rules
from channels_intake.incoming.confirmations import EmailClaim, make_claim_token
from channels_intake.models import (
    BlockedSender,
    ChannelEvent,
    ChatConnection,
    ChatPerson,
    ChatRule,
    ChatStandup,
    ChatTopic,
    CodeEvent,
    CodeHost,
    CodeLink,
    Connection,
    InboundMessage,
    InboundState,
    MailState,
    OutgoingCall,
    OutgoingEmail,
    PageEvent,
    PagingService,
)
from routing.models import (
    Absence,
    DryRun,
    DryRunRow,
    ExtraShift,
    OnCallRota,
    OnCallSwap,
    OnCallTurn,
    Rotation,
    Rule,
    RuleAction,
    RuleCondition,
    RuleTrace,
    Skill,
    Team,
)
from routing.rules.versions import save_version
from sla.models import (
    Calendar,
    Holiday,
    HolidaySource,
    Ladder,
    LadderStep,
    LevelTarget,
    Policy,
    Replan,
    SourceKind,
)
from tests.access.calls import create_call
from tests.access.canaries import NOTE_WORD
from tests.access.defects import create_defects
from tests.access.help import create_help
from tests.access.macros import create_macros
from tests.access.policy import PEOPLE
from tests.access.routes import Route
from tests.access.sides import create_side
from tests.cast import NOON, PASSWORD, Cast, make_cast
from tests.pdfs import make_pdf
from tests.people.handles import make_handle
from tests.staff import fill_staff
from tickets.attachments.files import NewFile
from tickets.defects.creating import create_defect
from tickets.improvements.linking import request_improvement
from tickets.models import (
    ClosingReason,
    Defect,
    FormField,
    ImportRun,
    ImprovementKind,
    LinkKind,
    Message,
    Notification,
    Participant,
    PushSubscription,
    SavedView,
    SweepFailure,
    SweepKind,
    Tag,
    Ticket,
    TicketEvent,
    TicketLink,
    TicketTag,
    TimeEntry,
    WebhookDelivery,
    WebhookSubscription,
)
from tickets.replies.draft_files import add_draft_file
from tickets.replies.holding_back import NewReply, hold_back_reply
from tickets.replies.uploads import add_upload
from tickets.services import add_note, reply
from tickets.services.summaries import save_summary
from tickets.services.troubleshooting import save_record

ADMIN_MODELS = {
    f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry
}


class PlainClient(Client):
    """A client that skips recording templates and contexts, and ignores cookies of responses.

    It needs half the time, and every request starts from the same state.
    """

    def request(self, **request: Any) -> Any:
        return self.handler(self._base_environ(**request))


@dataclass
class World:
    """Two desks. values and foreign: route parameters for rows of the first and second desk."""

    rocket: Cast
    matter: Cast
    values: dict[str, Any]
    foreign: dict[str, Any]
    installation_admin: User

    def get_url(self, route: Route) -> str:
        """Return the route at the first desk for its own rows."""
        return _build_address(
            route, self.values | get_special_values(self.rocket, self.values, route)
        )

    def get_foreign_url(self, route: Route) -> str:
        """Return the route at the first desk for rows of the second desk."""
        return _build_address(
            route, self.foreign | get_special_values(self.matter, self.foreign, route)
        )

    def get_absent_url(self, route: Route) -> str:
        """Return the route at the first desk for rows that never existed."""
        kept = {
            "content_type_id": ContentType.objects.get_for_model(Ticket).pk,
            "token": "never-existed",
        }
        return _build_address(route, dict.fromkeys(route.parameters, UNUSED_ID) | kept)

    def sign_in(self, person: str) -> Client:
        """Return a client signed in as one of the PEOPLE."""
        client = PlainClient()
        if user := self.get_user(person):
            client.force_login(user)
        return client

    def get_user(self, person: str) -> User | None:
        who = PEOPLE[person]
        if who == "nobody":
            return None
        if who == "installation_admin":
            return self.installation_admin
        return self.matter.admin.user if who == "foreign_admin" else getattr(self.rocket, who).user


UNUSED_ID = 999_999_999


def _build_address(route: Route, values: dict[str, Any]) -> str:
    set_script_prefix("/")  # the last request left its desk's prefix
    return route.get_url(values, "rocket")


def create_world(*, visibility: str = Visibility.MEMBERS) -> World:
    """Fill both desks inside the caller's transaction. visibility: of the tickets' department."""
    rocket = make_cast("rocket", prefix="RC", domain="acme.example", **THREE)
    matter = make_cast("matter", prefix="MM", domain="globex.example", **THREE)
    with desk_scope(rocket.desk):
        Contact.objects.filter(pk=rocket.customer_colleague.pk).update(role="contact")
        AgentDepartment.objects.filter(agent=rocket.colleague).delete()
        Department.objects.filter(pk=rocket.departments["paid"].pk).update(visibility=visibility)
    # The second desk's last ticket has a number that the first desk has not used.
    foreign = fill_desk(matter, tickets=3, words="zaunkoenigmatter")
    chief = User.objects.create_superuser("chief@plumbline.example", PASSWORD)
    return World(
        rocket, matter, fill_desk(rocket, tickets=1, words="zaunkoenigrocket"), foreign, chief
    )


THREE: dict[str, Any] = {"priorities": ["High", "Medium", "Low"], "mail_default": "Medium"}


def fill_desk(cast: Cast, *, tickets: int, words: str) -> dict[str, Any]:
    """Create a row for every page of a desk. Return values for the parameters of routes.

    words: part of every public text, and with the prefix "secret" of every internal one.
    """
    with desk_scope(cast.desk):
        ticket = [
            cast.open_ticket(files=(_build_file(words), _build_pdf(words)), text=f"Help {words}")
            for _ in range(tickets)
        ][-1]
        follower = _add_follower(cast, ticket)
        message = reply(ticket_id=ticket.pk, agent=cast.analyst, text=f"Try this {words}", at=NOON)
        note = add_note(
            ticket_id=ticket.pk, agent=cast.analyst, text=f"Hush secret{words}", at=NOON,
            files=(_build_file(f"secret{words}"),),
        )  # fmt: skip
        pending = hold_back_reply(NewReply(
            ticket_id=ticket.pk, agent=cast.analyst, text=f"Later secret{words}",
            send_at=NOON + timedelta(hours=1), is_scheduled=True, then="",
            files=(_build_file(f"secret{words}"),),
        ), at=NOON)  # fmt: skip
        unsent = add_draft_file(
            desk=cast.desk, user=cast.analyst.user, place="/agent/tickets/1/answers/",
            fields={"body": [f"Hush secret{words}"]}, file=_build_file(f"secret{words}"), at=NOON,
        )  # fmt: skip
        record = {"problem": f"Hush secret{words} {NOTE_WORD}"}
        save_record(ticket_id=ticket.pk, agent=cast.analyst, fields=record, at=NOON)
        save_summary(ticket_id=ticket.pk, agent=cast.analyst, fields=record, at=NOON)
        create_settings(cast)
        help_rows = create_help(cast, ticket, words=words)
        create_defects(cast, ticket, words)
        macro_rows = create_macros(cast, ticket, words=words)
        side_rows = create_side(cast, ticket, words=f"secret{words}")
        event = TicketEvent.objects.filter(ticket=ticket).first()
        notification = Notification.objects.create(
            desk=cast.desk,
            agent=cast.analyst,
            event=event,
            ticket=ticket,
            created_at=NOON,
        )
        return {
            "number": ticket.number,
            "defect_number": [
                _publish_issue(cast, f"Known {words}", ticket) for _ in range(tickets)
            ][-1],
            "area": "tickets",  # of the API
            "clock_kind": "first_response",
            "problem_kind": "conflict",
            "message_id": message.pk,
            "reply_id": pending.pk,
            "upload_id": add_upload(
                desk=cast.desk,
                user=cast.analyst.user,
                file=_build_file(f"secret{words}"),
                at=NOON,
            ).pk,
            "reaction": "thanks",
            "pending_file_id": pending.files.get().pk,
            "file_id": unsent.pk,
            "account_id": cast.account.pk,
            "domain_id": AccountDomain.objects.get(account=cast.account).pk,
            **help_rows,
            **macro_rows,
            **side_rows,
            "phone_call_id": create_call(cast, ticket, name=f"Hush secret{words}").pk,
            "line_id": ProductLine.objects.get(desk=cast.desk).pk,
            "entry_id": TimeEntry.objects.create(
                desk=cast.desk,
                ticket=ticket,
                agent=cast.analyst,
                minutes=5,
                note=words,
                created_at=timezone.now(),
            ).pk,
            "feedback_id": request_improvement(
                ticket_id=ticket.pk,
                kind=ImprovementKind.FEATURE,
                title=f"Feature {words} {ticket.pk}",
                agent=cast.analyst,
                at=NOON,
            ).pk,
            "field_id": FormField.objects.get(desk=cast.desk, key="os").pk,
            "rule_id": Rule.objects.latest("pk").pk,
            "run_id": DryRun.objects.latest("pk").pk,
            "dry_run_id": DryRun.objects.latest("pk").pk,
            "import_id": ImportRun.objects.create(
                desk=cast.desk,
                reader="neutral",
                source=f"Old {words}",
                state="previewed",
                file_name=f"{words}.zip",
                preview={"counts": {}},
                created_at=NOON,
            ).pk,
            "plan_id": cast.plan.pk,
            "ladder_id": Ladder.objects.filter(desk=cast.desk).latest("pk").pk,
            "product_id": Product.objects.get(desk=cast.desk, name="Server").pk,
            "department_id": cast.departments["trials"].pk,
            "tag_id": Tag.objects.get(desk=cast.desk, name="vip").pk,
            "closing_reason_id": ClosingReason.objects.get(desk=cast.desk).pk,
            "attachment_id": Message.objects.filter(ticket=ticket).first().attachments.first().pk,
            "pdf_id": Message.objects.filter(ticket=ticket).first().attachments.last().pk,
            "page": 1,
            "note_id": note.pk,
            "note_file_id": note.attachments.get().pk,
            "notification_id": notification.pk,
            "device_id": create_device(cast, f"https://push.example/own/{notification.pk}"),
            "held_id": _create_inbound(cast.desk, InboundState.QUARANTINED, None).pk,
            "received_id": _create_inbound(cast.desk, InboundState.PROCESSED, ticket).pk,
            "mail_id": _create_outgoing(cast, ticket, message, event).pk,
            "desk_id": cast.desk.pk,
            "contact_id": cast.elsewhere.pk,
            "follower_id": follower.pk,
            "handle_id": make_handle(cast, name=f"Handle {words}").pk,
            "agent_id": cast.colleague.pk,
            "view_id": SavedView.objects.create(
                desk=cast.desk, name=f"Shared {words}", updated_at=NOON
            ).pk,
            "absence_id": Absence.objects.filter(desk=cast.desk).first().pk,
            "region_id": Region.objects.filter(desk=cast.desk).first().pk,
            "rota_id": OnCallRota.objects.filter(desk=cast.desk).first().pk,
            "skill_id": Skill.objects.filter(desk=cast.desk, name="Unused").get().pk,
            "priority_id": cast.priorities["High"].pk,
            "target_id": LevelTarget.objects.filter(desk=cast.desk).first().pk,
            "shift_id": ExtraShift.objects.filter(desk=cast.desk).first().pk,
            "team_id": Team.objects.filter(desk=cast.desk).first().pk,
            "turn_id": OnCallTurn.objects.filter(desk=cast.desk).first().pk,
            "swap_id": OnCallSwap.objects.filter(desk=cast.desk).first().pk,
            "user_id": cast.colleague.user_id,
            "colleague_id": cast.customer_colleague.pk,
            "service_id": _create_paging_service(cast.desk).pk,
            **create_service(cast),
            "application_id": create_application(cast).pk,
            "token_id": create_api_token(cast).pk,
            "card_id": _create_card(cast.desk).pk,
            "webhook_id": WebhookSubscription.objects.get().pk,
            "delivery_id": WebhookDelivery.objects.get().pk,
            "provider_id": _create_oidc_provider(cast.desk).pk,
            "saml_id": _create_saml_provider(cast.desk).pk,
            "mailbox_id": cast.mailbox.pk,
            "blocked_sender_id": BlockedSender.objects.get().pk,
            "connection_id": _create_crm(cast.desk).pk,
            "pull_id": CrmPull.objects.get().pk,
            "chat_id": ChatConnection.objects.get().pk,
            "chat_user_id": ChatPerson.objects.get().pk,
            "code_host_id": CodeHost.objects.get().pk,
            "paging_token": PagingService.objects.get().hook_token,
            "hook_token": CodeHost.objects.get().hook_token,
            "messenger_token": _connect_website(cast.desk, "messenger").hook_token,
            "form_token": _connect_website(cast.desk, "form").hook_token,
            "claim_token": make_claim_token(
                EmailClaim("ticket", ticket.pk, ticket.contact.email), desk_id=cast.desk.pk
            ),
            "code_link_id": _link_code(cast.desk).pk,
            "link_id": _link_tickets(cast, ticket).pk,
            "channel_token": Connection.objects.get(kind="telegram").hook_token,
            "channel_id": Connection.objects.get(kind="telegram").pk,
            "channel_event_id": ChannelEvent.objects.get().pk,
            "code_event_id": CodeEvent.objects.get().pk,
            "call_id": OutgoingCall.objects.latest("pk").pk,
            "calendar_id": cast.calendar.pk,
            "holiday_id": Holiday.objects.get(source__isnull=False).pk,
            "name": _create_logo(cast.desk),
            "policy_id": Policy.objects.get().pk,
            "token": _create_invitation(cast),
            "invitation_id": Invitation.objects.latest("pk").pk,
            "key": "unknown",
            "uidb36": "1",
            "app_label": "accounts",
            "pk": 0,  # a passkey that does not exist
            "url": "nothing-here/",
            "ticket": ticket,
        }


def _publish_issue(cast: Cast, title: str, ticket: Ticket) -> int:
    """Create a published defect of a ticket. Return its number."""
    fields = {"title": f"secret{title}", "public_title": title, "is_published": True}
    given = {"desk": cast.desk, "agent": cast.level_two, "ticket_id": ticket.pk}
    return create_defect(**given, fields=fields, at=NOON).number


def _link_tickets(cast: Cast, ticket: Ticket) -> TicketLink:
    """Link a ticket to another one of the desk."""
    other = Ticket.objects.filter(desk=cast.desk).exclude(pk=ticket.pk).first()
    return TicketLink.objects.create(
        desk=cast.desk,
        source=ticket,
        target=other or cast.open_ticket(),
        kind=LinkKind.RELATED,
        linked_at=NOON,
    )


def _link_code(desk: Desk) -> CodeLink:
    """Link an issue to the newest defect."""
    defect, host = Defect.objects.latest("pk"), CodeHost.objects.get()
    return CodeLink.objects.create(
        desk=desk, defect=defect, host=host, kind="issue", number=1, state="open", created_at=NOON
    )  # fmt: skip


def _add_follower(cast: Cast, ticket: Ticket) -> Contact:
    """Let someone who never signs in follow a ticket."""
    follower = Contact.objects.create(desk=cast.desk, email=f"follows-{ticket.pk}@copy.example")
    Participant.objects.create(desk=cast.desk, ticket=ticket, contact=follower, added_at=NOON)
    return follower


def create_device(cast: Cast, endpoint: str) -> int:
    """Create a browser of the analyst that shows notifications. Return its ID."""
    device = PushSubscription.objects.create(
        desk=cast.desk,
        agent=cast.analyst,
        endpoint=endpoint,
        name="Firefox",
        created_at=NOON,
    )
    return device.pk


def create_settings(cast: Cast) -> None:
    """Create rows for the admin site's pages of settings and logs."""
    desk = cast.desk
    product = Product.objects.create(desk=desk, name="Server")
    ProductLine.objects.create(desk=desk, product=product, name="ESR")
    AccountProduct.objects.create(desk=desk, account=cast.account, product=product)
    FormField.objects.create(desk=desk, key="os", label="System", kind="select", choices=["A", "B"])
    tag = Tag.objects.create(desk=desk, name="vip")
    TicketTag.objects.create(desk=desk, ticket=Ticket.objects.earliest("pk"), tag=tag)
    ClosingReason.objects.create(desk=desk, name="Handed to sales")
    BlockedSender.objects.create(desk=desk, value=f"spam@{desk.slug}.example")
    create_rules(cast, tag)
    create_webhook(cast)
    create_holidays(cast)
    Rotation.objects.get_or_create(desk=desk, agent=cast.analyst)
    Policy.objects.create(desk=desk, name="Urgent calls", position=1)
    ladder = Ladder.objects.create(desk=desk, name="Nights", is_active=False)
    LadderStep.objects.create(desk=desk, ladder=ladder, minutes=10, action="page")
    calendar = Calendar.objects.first()
    LevelTarget.objects.create(
        desk=desk, level="rnd", clock="level_returned", minutes=480, calendar=calendar
    )
    Replan.objects.create(desk=desk, cause="targets", scope="open", by_name="Admin", at=NOON)
    fill_staff(cast)
    SweepFailure.objects.create(
        desk=desk,
        sweep=SweepKind.CLOSE_SILENT,
        row_id=1,
        attempts=1,
        failed_at=NOON,
        next_try_at=NOON,
        last_error="RuntimeError: test",
    )
    queue_call(
        desk_id=desk.pk, kind="code_host", connection_id=1, key="test", at=NOON, body={"title": "T"}
    )  # fmt: skip
    create_chat(cast)
    create_code_host(desk)
    create_channel(desk)
    record_audit(desk=desk, by=cast.admin.user, action=AuditAction.CHANGED, about=cast.plan)


def create_chat(cast: Cast) -> ChatConnection:
    """Create a chat channel with all that belongs to it. Nothing listens at its address."""
    desk, standup = cast.desk, {"time_zone": "UTC", "weekdays": [0]}
    chat = ChatConnection(desk=desk, name="Support", kind="mattermost")
    chat.enter_secrets(webhook_url="http://127.0.0.1:1/hooks/1", command_secret="secret")
    chat.save()
    ChatRule.objects.create(desk=desk, connection=chat, topic=ChatTopic.HOTLINE)
    ChatStandup.objects.create(desk=desk, connection=chat, **standup)
    ChatPerson.objects.create(
        desk=desk, kind=chat.kind, server=chat.server, agent=cast.analyst, user_id="u1"
    )
    return chat


def create_code_host(desk: Desk) -> CodeHost:
    """Create a repository at an address to which nothing connects, with an event set aside."""
    host = CodeHost(desk=desk, kind="github", api_url="https://127.0.0.1", repository="octo/server")
    host.enter_secrets(token="token", webhook_secret="secret")
    host.save()
    add_default_rules(host)
    CodeEvent.objects.create(
        desk=desk, host=host, delivery_id="1", name="ping", raw=b"{}", sha256="0",
        state="set_aside", reason="unknown_event", received_at=NOON, next_try_at=NOON,
    )  # fmt: skip
    return host


def create_channel(desk: Desk) -> Connection:
    """Create a channel at an address to which nothing connects, with an event set aside."""
    connection = Connection(
        desk=desk, kind="telegram", name="Telegram", external_id="42", api_url="https://127.0.0.1"
    )
    connection.enter_secrets(bot_token="token")
    connection.save()
    ChannelEvent.objects.create(
        desk=desk, connection=connection, event_id="1", raw=b"{}", sha256="0",
        state="set_aside", reason="unknown_event", received_at=NOON, next_try_at=NOON,
    )  # fmt: skip
    return connection


def _connect_website(desk: Desk, kind: str) -> Connection:
    """Create a messenger or a form of a website."""
    settings = {"hosts": "www.acme.example"}
    return Connection.objects.create(desk=desk, kind=kind, name=kind, settings=settings)


def create_holidays(cast: Cast) -> None:
    """Create a holiday that was entered, and one of a source."""
    mine = {"desk": cast.desk, "calendar": cast.calendar}
    source = HolidaySource.objects.create(
        **mine, kind=SourceKind.YEARLY, name="New Year", month=1, day=1, checked_at=NOON
    )
    Holiday.objects.create(**mine, date="2026-12-25", name="Christmas")
    Holiday.objects.create(**mine, date="2027-01-01", name="New Year", source=source)


def create_rules(cast: Cast, tag: Tag) -> None:
    """Create a routing rule that applies to no request of the tests, its trace and a dry run."""
    mine, ticket = {"desk": cast.desk}, Ticket.objects.earliest("pk")
    rule = Rule.objects.create(**mine, name="Reviews", position=1)
    RuleCondition.objects.create(**mine, rule=rule, kind="channel", value="twitter")
    RuleAction.objects.create(**mine, rule=rule, kind="tag", tag=tag)
    version = save_version(desk_id=cast.desk.pk, by_name="Admin", at=NOON)
    facts = {"channel": "email", "mailboxes": [], "is_unverified": False}
    tried = [[rule.pk, False, [0]]]
    RuleTrace.objects.create(
        **mine, ticket=ticket, version=version, at=NOON, cause="opened", facts=facts, tried=tried,
        effects=[],
    )  # fmt: skip
    run = DryRun.objects.create(
        **mine, version=version, size=1, by_name="Admin", made_at=NOON, before_id=ticket.pk,
        tried=1, state="done",
    )  # fmt: skip
    before = {"department": None, "level": "l1", "priority": 0, "tags": [], "skills": {}}
    DryRunRow.objects.create(
        **mine, dry_run=run, ticket=ticket, before=before, after=before | {"tags": [tag.pk]},
        rules=["Reviews"],
    )  # fmt: skip


def _create_crm(desk: Desk) -> CrmConnection:
    connection = CrmConnection.objects.create(desk=desk, client_id="client")
    pull = CrmPull.objects.create(
        desk=desk, connection=connection, started_at=NOON, state=PullState.DONE
    )
    CrmSetAside.objects.create(
        desk=desk,
        connection=connection,
        pull=pull,
        module="Contacts",
        record_id="1",
        name="Somebody",
        reason="email_taken",
        reason_data={"email": "x@nowhere.example"},
        first_at=NOON,
    )
    return connection


def _create_oidc_provider(desk: Desk) -> IdentityProvider:
    """Create a provider at an address to which Plumbline never connects."""
    return IdentityProvider.objects.create(
        desk=desk, name="Company", server_url="https://127.0.0.1", client_id="c"
    )


def _create_logo(desk: Desk) -> str:
    image = io.BytesIO()
    Image.new("RGB", (4, 4)).save(image, "PNG")
    replace_logo(desk, encode_logo(image.getvalue()))
    desk.save(update_fields=["logo"])
    return desk.logo_name


def _create_saml_provider(desk: Desk) -> IdentityProvider:
    return IdentityProvider.objects.create(
        desk=desk, kind="saml", name="SAML", sso_url="https://a.example"
    )


def _build_file(words: str) -> NewFile:
    return NewFile(f"log-{words}.txt", "text/plain", f"lines {words}".encode())


def _build_pdf(words: str) -> NewFile:
    return NewFile(f"scan-{words}.pdf", "application/pdf", make_pdf())


def _create_inbound(desk: Desk, state: str, ticket: Ticket | None) -> InboundMessage:
    return InboundMessage.objects.create(
        desk=desk,
        provider="raw",
        content_type="message/rfc822",
        raw=b"From: a@b.example\r\n\r\nText",
        sha256="0",
        received_at=NOON,
        next_try_at=NOON,
        subject="Raw",
        state=state,
        ticket=ticket,
    )


def _create_outgoing(
    cast: Cast, ticket: Ticket, message: Message, event: TicketEvent
) -> OutgoingEmail:
    return OutgoingEmail.objects.create(
        desk=cast.desk,
        ticket=ticket,
        event=event,
        message=message,
        contact=cast.customer,
        kind="reply",
        from_address="a@b.example",
        reply_to="a@b.example",
        to_address=cast.customer.email,
        subject="Re",
        body_text="Text",
        rfc_message_id=f"x{ticket.pk}@b.example",
        state=MailState.SENT,
        next_try_at=NOON + timedelta(days=1),
        created_at=NOON,
    )


def _create_paging_service(desk: Desk) -> PagingService:
    """A service whose test alert fails at once: nothing listens there."""
    service = PagingService.objects.create(
        desk=desk, name="On call", kind="pagerduty", url="http://127.0.0.1:9"
    )
    PageEvent.objects.create(
        desk=desk, service=service, raw=b"{}", sha256="0", state="set_aside",
        reason="unreadable", received_at=NOON, next_try_at=NOON,
    )  # fmt: skip
    return service


def create_service(cast: Cast) -> dict[str, int]:
    """Create a service account with a token and return their ids."""
    account = create_service_account(
        desk=cast.desk, name="Billing sync", role="analyst", departments=(), by=cast.admin.user
    )
    return {
        "service_account_id": account.pk,
        "service_token_id": create_api_token(cast, account).pk,
    }


def create_application(cast: Cast) -> OAuthApplication:
    values = ApplicationValues(
        name="Report builder", scopes=["tickets:read"], redirect_uris="https://app.example/"
    )
    return admit_application(desk=cast.desk, values=values, by=cast.admin.user)[0]


def create_api_token(cast: Cast, agent: Agent | None = None) -> ApiToken:
    token, _secret = create_token(
        agent=agent or cast.analyst,
        name="Nightly report",
        scopes=["tickets:read"],
        expires_at=None,
        by=cast.analyst.user,
        passed_two_factor=False,
        at=timezone.now(),
    )
    return token


def create_webhook(cast: Cast) -> None:
    """A webhook with a delivery, whose receiver doesn't listen."""
    times = {"desk": cast.desk, "next_try_at": NOON, "created_at": NOON}
    hook = WebhookSubscription(name="Warehouse", url="http://127.0.0.1:9/", **times)
    hook.set_secret("whsec_c2VjcmV0")
    hook.save()
    event = TicketEvent.objects.earliest("pk")
    WebhookDelivery.objects.create(
        subscription=hook, event=event, ticket_id=event.ticket_id, kind=event.kind, **times
    )


def _create_card(desk: Desk) -> CustomerCard:
    """A customer card that fails at once: nothing listens there."""
    return CustomerCard.objects.create(
        desk=desk, name="Billing", subject="contact", url="http://127.0.0.1:9/"
    )


def _create_invitation(cast: Cast) -> str:
    email = f"invited@{cast.desk.slug}.example"
    return invite(desk=cast.desk, email=email, kind="agent", role="analyst", at=timezone.now())[1]


def get_special_values(cast: Cast, values: dict[str, Any], route: Route) -> dict[str, Any]:
    """Return parameters whose meaning depends on the route."""
    if route.name == "admin:view_on_site":
        return {
            "content_type_id": ContentType.objects.get_for_model(Ticket).pk,
            "object_id": values["ticket"].pk,
        }
    if "object_id" in route.parameters:
        return {"object_id": get_row_id(cast, route)}
    return {
        "inbound_id": values["received_id" if route.name == "agent:received_mail" else "held_id"]
    }


def get_row_id(cast: Cast, route: Route) -> int:
    """Return the id of a row of the desk for an admin page about one row."""
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
    assert row is not None, f"{model} has no row at this desk"
    return int(row.pk)


def _slashed(route: Route) -> str:
    return "/" + route.pattern.replace("channels_intake", "channels/intake")
