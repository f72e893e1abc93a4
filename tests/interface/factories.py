"""Filled contexts of the agents' partials, for tests that render templates alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.utils.safestring import mark_safe

from helpdesk.agent.brief.cards import BriefCard
from helpdesk.agent.components import (
    channels,
    customers,
    handovers,
    inbox,
    lists,
    relations,
    replies,
    shell,
    ticket,
)
from helpdesk.agent.components.cards import CardLine, CardPlace, CustomerCardView
from helpdesk.agent.components.side import SideItem
from helpdesk.agent.components.walk import Walk
from helpdesk.agent.defects.components import DefectLinkCard, StageBadge, TicketDefects
from helpdesk.agent.levels.cards import EmergencyCard, RecordCard
from helpdesk.agent.notes.cards import AccountNoteCard, WatchCard
from helpdesk.agent.saved_views.components import ViewLine
from helpdesk.agent.ticket_page.clocks.ladder import LadderPanel, LadderStepLine
from helpdesk.agent.ticket_page.forms.fields import FieldLine, FieldsCard
from helpdesk.agent.tokens.lines import TokenLine
from helpdesk.agent.work.cards import WorkCard
from helpdesk.shared.components import (
    Delivery,
    EmptyState,
    EventItem,
    EventRun,
    FileItem,
    Link,
    MessageItem,
    NoteTools,
    Option,
    PacketFact,
    PacketItem,
    Pagination,
    ReactionItem,
)
from helpdesk.shared.drafts import FormDraft
from tests.interface import help_factories

ISO = "2026-11-22T12:00:00+00:00"
TIMES = {"at_iso": ISO, "at_text": "Sun, Nov 22, 12:00 PM", "at_title": "Sunday, November 22, 2026"}
OPTIONS = (Option("1", "High", selected=True), Option("2", "Low"))


class ComposerForm(forms.Form):
    form_token = forms.CharField(widget=forms.HiddenInput)
    next_update = forms.DateTimeField(required=False)
    send_at = forms.DateTimeField(required=False)
    body = forms.CharField()


def make_brief(**changes: Any) -> BriefCard:
    given = {
        "label": "Next step",
        "line": "Call Ana",
        "lines": (("Problem", "It hangs"), ("Next step", "Call Ana")),
        "saved": "Version 1 by Ana, 2h ago",
        "url": "/summary",
        "action": "Edit summary",
        "impact_url": "/impact",
        "options": (Option("stopped", "Work is stopped"),),
    }
    return BriefCard(**(given | changes))


def make_row(number: int = 7, **changes: Any) -> lists.TicketRow:
    row = lists.TicketRow(
        url=f"/tickets/{number}",
        number=f"RC-{number}",
        subject=f"Subject {number}",
        channel="email",
        channel_label="Email",
        requester="Jonas Weber",
        account="Fabrikam",
        account_url="/accounts/1",
        status="open",
        status_word="Open",
        priority_rank=1,
        priority_name="High",
        priority_label="High priority",
        assignee_name="",
        assignee_initials="",
        assignee_tone="",
        assignee_label="Unassigned",
        due_iso=ISO,
        due_state="soon",
        due_text="due in 30m",
        due_live=True,
        due_label="First response",
        waiting_iso=ISO,
        waiting_text="3h",
        updated_iso=ISO,
        updated_text="3m",
        updated_title="Sun, Nov 22, 12:00 PM",
        unread=True,
    )
    return replace(row, **changes)


def make_shell() -> dict[str, Any]:
    item = shell.NavItem("/mine", "Mine", "user", count="3", current=True, keys="g m")
    return {
        "agent_nav": (shell.NavSection("Tickets", (item,)),),
        "person": shell.SignedInAgent(
            "Ana Souza",
            "AS",
            "3",
            "Analyst, Level 1",
            options=(shell.PresenceOption("away", "Set yourself as away", "pause-circle"),),
        ),
        "urls": shell.ShellUrls(
            tickets="/tickets",
            search="/search",
            logout="/logout",
            password="/password",
            security="/security",
            presence="/presence",
            schedule="/schedule",
            preferences="/preferences",
            notifications="/notifications/settings",
            shortcuts="/shortcuts",
            new_ticket="/new",
            admin="/admin",
            find="/find",
            search_values="/values",
            owner="rocket/1",
        ),
        "search_query": "",
        "search_hidden": (("channel", "email"),),
    }


def make_list(*rows: lists.TicketRow) -> dict[str, Any]:
    return {
        "rows": list(rows),
        "pagination": Pagination("/newer", "/older", "Previous", "Next", "3 tickets found"),
        "empty": EmptyState("Nothing is overdue", "They show up here.", "/all", "Clear filters"),
    }


def make_toolbar() -> lists.Toolbar:
    return lists.Toolbar(
        action="/tickets",
        hidden=(("view", "mine"),),
        fields=(
            lists.FilterField("priority", "Priority", OPTIONS),
            lists.FilterField(
                "account_name", "Account", (), "/names", "Fabri", "Any account", "No account."
            ),
            lists.FilterField("created_after", "Created", is_date=True, text="2026-11-01"),
            lists.FilterField("field_3", "Cause contains", is_text=True, text="disk"),
        ),
        acts=(Link("/views/new", "Save view"),),
        add=lists.AddField((("view", "mine"),), "/filters", "Statsu", "No filter matches."),
        active=(lists.ActiveFilter("Priority", "High", "/tickets"),),
        clear_url="/tickets",
        sort=lists.SortMenu((("view", "mine"),), OPTIONS),
    )


def make_walk(**changes: Any) -> Walk:
    walk = Walk("RC-7", "/walk", "/tickets", "Mine", True, "/tickets/6", "/tickets/8")
    return replace(walk, **changes)


def make_view_line(**changes: Any) -> ViewLine:
    line = ViewLine(
        "SSO",
        "/views/1",
        "Only me",
        "/views/1/edit",
        "/views/1/place",
        "/views/1/deletion",
        "Sure?",
    )
    return replace(line, **changes)


def make_queue(*rows: lists.TicketRow) -> dict[str, Any]:
    return {
        **make_shell(),
        **make_list(*(rows or (make_row(1), make_row(2), make_row(3)))),
        "queue": lists.QueueHeader("Mine", "", "/tickets"),
        "views": [Link("/tickets", "All open", current=True)],
        "filters": make_toolbar(),
    }


def make_channel(**changes: Any) -> channels.ChannelPanel:
    facts = (
        channels.ChannelFact("Rating", "2 of 5", stars="★★☆☆☆"),
        channels.ChannelFact("Version", "4.2"),
        channels.ChannelFact("Open the post", url="https://x.example/1"),
    )
    panel = channels.ChannelPanel("App review", True, "Ended today", facts)
    return replace(panel, **changes)


def make_choices(*, problem: str = "") -> tuple[channels.ReplyChoice, ...]:
    return (
        channels.ReplyChoice(
            key="channel",
            label="Facebook (Acme)",
            selected=True,
            notes=("Reply within 3h 20m. After that, only by email.",),
            is_public=True,
            max_chars=2000,
        ),
        channels.ReplyChoice(
            key="email", label="Email", selected=False, problem=problem, url="https://x.example/1"
        ),
    )


def make_tools(**changes: Any) -> NoteTools:
    agree = ReactionItem("agree", "hand-thumb-up", "Agree", "Agree: Ana Souza", 1, is_mine=True)
    thanks = ReactionItem("thanks", "heart", "Thanks", "Thanks: Bo", 2, is_mine=False)
    tools = NoteTools((agree, thanks), (thanks,), "/reactions", "/pin", is_pinned=False)
    return replace(tools, **changes)


def make_packet() -> PacketItem:
    """Return the facts of a support packet."""
    return PacketItem(
        title="Support packet of Mattermost",
        facts=(PacketFact("10.2.0", "Version"), PacketFact("postgres 14", "Database")),
        plugins=(PacketFact("Jira 4.1.0"), PacketFact("Calls 1.0")),
        plugins_title="2 active plugins",
        version="10.2.0",
        use_url="/tickets/1/fields/?version=10.2.0",
    )


def make_message(**changes: Any) -> MessageItem:
    message = MessageItem(
        id=5,
        kind="reply",
        author="Ana Souza",
        initials="AS",
        tone="3",
        text=mark_safe("Please restart it."),
        address="ana@rocket.example",
        channel="email",
        channel_label="Email",
        html="<p>Please restart it.</p>",
        quoted="> Nothing works",
        files=(
            FileItem("/files/1", "shot.png", "2.0 KB", image_url="/files/1?preview=1"),
            FileItem("/files/2", "log.txt", "1.0 KB", refused="1.0 KB, could not be stored"),
            FileItem(
                "/files/3",
                "packet.zip",
                "3.0 KB",
                view_url="/files/3/text/",
                remove_url="/files/3/removal/",
                packet=make_packet(),
            ),
            FileItem("/files/4", "x.zip", "1 KB", packet=PacketItem(problem="It is broken.")),
        ),
        notices=("One part could not be read.",),
        to="jonas@fabrikam.example",
        delivery=Delivery("failed", "Could not be delivered"),
        source_url="/mails/received/1",
        sent_urls=(Link("/sent/1", "jonas@fabrikam.example"), Link("/sent/2", "bo@x.example")),
        channel_delivery=Delivery("failed", "Couldn't be sent via Facebook: Blocked"),
        again_url="/again/5",
        email_url="/email/5",
        mail_again_url="/email-again/5",
        **TIMES,
    )
    return replace(message, **changes)


def make_run() -> EventRun:
    event = EventItem(text="Ana closed it.", **TIMES)
    text = "3 events. Latest: Ana closed it."
    return EventRun(id=3, text=text, events=(event, event, event), **TIMES)


def make_conversation() -> dict[str, Any]:
    event = EventItem(text="Ana closed it.", **TIMES)
    note = make_message(
        id="note-6", kind="note", html="", delivery=None, channel="", tools=make_tools()
    )
    return {
        "pinned": replace(note, tools=make_tools(is_pinned=True)),
        "entries": [make_message(kind="customer"), event, make_run(), note],
        "earlier_url": "/tickets/1?all=1",
        "earlier_text": "Show the entire conversation",
        "last_message": 5,
        "pending": (make_pending(),),
    }


def make_history() -> dict[str, Any]:
    event = ticket.HistoryEvent("user", "green", "Ana took it.", "Ana", "Email", **TIMES)
    return {
        "days": [ticket.HistoryDay("Sunday, November 22, 2026", (event,))],
        "earlier_url": "/history?before=3",
        "earlier_text": "Show earlier events",
    }


def make_panel() -> dict[str, Any]:
    clock = make_clock()
    priority = ticket.Property(
        label="Priority",
        kind="priority",
        value="High",
        rank=1,
        action="/priority",
        name="priority",
        options=OPTIONS,
        expected="1",
    )
    assignee = ticket.Property(
        label="Assignee",
        kind="person",
        value="Ana Souza",
        initials="AS",
        tone="3",
        action="/assignee",
        name="assignee",
        options=OPTIONS,
        expected="1",
    )
    return {
        "clocks": (clock,),
        "properties": (priority, assignee, make_level()),
        "requester": make_requester(),
        "related": relations.Related(
            (
                relations.RelatedGroup(
                    "Follow-ups",
                    (
                        relations.RelatedTicket("/2", "RC-2", "Subject", "open", "Open", "/x"),
                        relations.RelatedTicket("/3", "RC-3", "Subject", "open", "Open"),
                    ),
                ),
            ),
            "/link",
        ),
        "brief": make_brief(),
        "record": RecordCard("/record", "Add", "Version 1", (("Since when", "Monday"),)),
        "emergency": EmergencyCard(
            True, "Reported", "3m ago", "All down", "Jonas", "+49 1", "Not covered", "/decision"
        ),
        "ladder": make_ladder(),
        "defects": make_defects(),
        "help_requests": (help_factories.make_help_line(),),
        "similar_url": "/similar",
        "cards": (CardPlace("card-1-1-1", "Billing", "/cards/1"),),
        "watching": WatchCard("/watching", ("Ana Souza", "Bo"), True, "and 3 more"),
        "account_note": AccountNoteCard(mark_safe("Call first."), "Edited by Ana", "/note"),
        "fields": FieldsCard(
            (
                FieldLine(label="Area", value="Login", property=priority),
                FieldLine(label="Cause", value="Disk", edit_url="/fields#id_own_cause"),
                FieldLine(label="Logs", value="x.example", href="https://x.example"),
            ),
            "/fields",
        ),
        "work": WorkCard(
            snooze="Snoozed until Mon, 9:00 AM", spent="1h 30m", wake_url="/wake", time_url="/time"
        ),
        "others": (ticket.LinkedTicket("/tickets/2", "RC-2", "Other", "open", "Open"),),
    }


def make_token_line(*, is_ended: bool = False) -> TokenLine:
    return TokenLine(
        name="Nightly report",
        hint="plumb_pat_a1b2…",
        scopes="Tickets, messages and notes: read",
        state="Revoked" if is_ended else "Active",
        tone="" if is_ended else "green",
        expires_at=None if is_ended else datetime.fromisoformat(ISO),
        last_used_at=None if is_ended else datetime.fromisoformat(ISO),
        last_ip="" if is_ended else "192.0.2.7",
        previous_until=None if is_ended else datetime.fromisoformat(ISO),
        rotation_url="" if is_ended else "/rotation",
        revocation_url="" if is_ended else "/revocation",
    )


def make_card(problem: str = "") -> CustomerCardView:
    kinds = ("text", "number", "badge", "link", "table")
    lines = tuple(
        CardLine(kind, "Seats", "250", "red", "https://b.example/", ("Server",), (("chat-1",),))
        for kind in kinds
    )
    place = CardPlace("card-1-1-1", "Billing", "/cards/1")
    return CustomerCardView(place, () if problem else lines, problem, ISO, "2m ago")


def make_ladder() -> LadderPanel:
    at = "Thu, Nov 26, 2:10 AM"
    iso, title = "2026-11-26T02:10:00+00:00", "Thursday, November 26, 2026, 2:10 AM"
    return LadderPanel(
        name="Premier urgent and high",
        line="Until an agent acknowledges, or the clock is met: First response.",
        is_urgent=True,
        steps=(
            LadderStepLine(1, "Notify the assignee", "done", "Done", at, iso, title, "Ana Souza"),
            LadderStepLine(2, "Page the agents on call", "next", "Next", at, iso, title, ""),
            LadderStepLine(3, "Notify the leads", "later", "Later", "", "", "", ""),
        ),
        url="/acknowledgement",
    )


def make_defects() -> TicketDefects:
    stage = StageBadge("Confirmed", "blue")
    card = DefectLinkCard("/defects/1", "RC-D1", "Crash on upload", stage, "/removal")
    return TicketDefects((card,), "/defects/new", "/defects")


def make_level() -> ticket.Property:
    return ticket.Property(label="Level", value="Level 1", name="level")


def make_handle(**changes: Any) -> customers.HandleCard:
    handle = customers.HandleCard(
        channel="facebook",
        network="Facebook",
        name="Maria Jones",
        is_proven=True,
        proof="Confirmed by Lea",
        reason="She said so on the phone",
        join_url="/handles/1/",
    )
    return replace(handle, **changes)


def make_requester(**changes: Any) -> customers.RequesterPanel:
    requester = customers.RequesterPanel(
        contact=make_contact(),
        handles=(make_handle(), make_handle(is_proven=False, reason="", join_url="")),
        account=make_account(),
        managers=(customers.ManagerCard("Account Manager", "Lea", "lea@rocket.example"),),
        reasons=(ticket.Reason("The address is known."), ticket.Reason("A guess.", sure=False)),
        route_reasons=("The account pays.",),
        tags=("vip",),
        routing_url="/routing",
        answers=(("Version", "9.11.8"),),
        followers=(ticket.FollowerCard(7, "Bo", "bo@x.example"),),
        copied=("cy@x.example",),
        reply_to="dan@x.example",
        requester_url="/requester",
        participants_url="/participants",
        removal_url="/participants/removal",
    )
    return replace(requester, **changes)


def make_approval() -> replies.Approval:
    return replies.Approval(
        approve_url="/approve",
        edit_url="/edit",
        return_url="/return",
        label="Approve the reply by Ana Souza: Please restart it.",
        keys="y",
        seen=1,
        has_new_recipients=True,
        is_closed=True,
    )


def make_pending(**changes: Any) -> replies.PendingCard:
    card = replies.PendingCard(
        id=1,
        author="Ana Souza",
        text="Please restart it.",
        line="Sending in 8s",
        send_iso=ISO,
        send_title="Sunday",
        counts_down=True,
        problem="",
        undo_url="/undo",
        undo_label="Undo",
        send_url="/send",
        files=(replies.WaitingFile("log.txt", "5 bytes", "/file"),),
    )
    return replace(card, **changes)


def make_ticket(**composer: Any) -> dict[str, Any]:
    take = ticket.Action(
        label="Assign to me",
        icon="hand-raised",
        url="/assignee",
        primary=True,
        name="assignee",
        value="1",
        keys="t",
    )
    close = ticket.Action(label="Close ticket", icon="check-circle", href="/closure")
    box = ticket.Composer(
        action="/answers",
        form=ComposerForm(),
        kind="reply",
        recipients=(
            replies.Recipient("Jonas", "jonas@x.example", "Requester"),
            replies.Recipient("Bo", "bo@x.example", "Follower (CC)", "It bounced."),
        ),
        sendings=(
            ticket.Sending("waiting", "Send and wait", "Waiting", selected=True),
            ticket.Sending("closed", "Send and close", "Closed"),
        ),
        last_seen=5,
        draft=FormDraft(save_url="/drafts/"),
    )
    return {
        **make_shell(),
        **make_conversation(),
        **make_panel(),
        "tab": "conversation",
        "tabs": (Link("/tickets/1", "Conversation", current=True), Link("/history", "History")),
        "walk": make_walk(),
        "ticket": make_header(),
        "actions": (take, close),
        "more_actions": (replace(take, label="Wait for customer", name="move", value="wait"),),
        "composer": replace(box, **composer),
    }


def make_clock() -> ticket.ClockPanel:
    return ticket.ClockPanel(
        name="First response",
        state="soon",
        due_iso=ISO,
        due_text="due in 30m",
        due_live=True,
        due_title="Sunday",
        percent=50,
        target="Standard, High: 8h (12x5)",
        line="Due Sun, Nov 22, 12:00 PM",
    )


def make_header() -> ticket.TicketHeader:
    return ticket.TicketHeader(
        number="RC-1",
        raw_number=1,
        subject="Subject",
        channel="email",
        channel_label="Email",
        status="open",
        status_word="Open",
        priority_rank=1,
        priority_name="High",
        requester="Jonas Weber",
        opened_iso=ISO,
        opened_text="3m ago",
        opened_title="Sunday",
        closed_reason="Closed Sun, Nov 22, 12:00 PM: Solved",
        is_unverified=True,
        hold="On hold until Fri, Nov 27, 5:00 PM: Vacation",
        queue_url="/tickets",
        queue_title="Tickets",
        live_url="",
        typing_url="/typing",
        part_url="/tickets/1",
        panel_url="/tickets/1/panel",
        clock=make_clock(),
        tier="Mission Critical",
        merge=ticket.MergeNotice(Link("/tickets/2", "RC-2 Subject")),
    )


def make_side(**changes: Any) -> SideItem:
    item = SideItem(
        id=1,
        url="/tickets/1/side/1",
        title="Side conversation with ops@vendor.example (2 messages)",
        subject="Router",
        author="ops@vendor.example",
        excerpt="It is the router.",
        mark="Answered",
        tone="blue",
        at_iso=ISO,
        at_text="Nov 22",
        at_title="Sunday",
        reply_url="/tickets/1/side/1/reply",
    )
    return replace(item, **changes)


def make_merged(**changes: Any) -> relations.MergedItem:
    item = relations.MergedItem(
        text="Ana Souza merged RC-3 into this ticket.",
        at_iso=ISO,
        at_text="Nov 22",
        at_title="Sunday",
        url="/tickets/3",
        number="RC-3",
        subject="Subject",
        summary="1 message from Jonas Weber",
        messages=(make_message(),),
        has_earlier=True,
    )
    return replace(item, **changes)


def make_ticket_card() -> relations.TicketCard:
    return relations.TicketCard(
        1, "/tickets/1", "RC-1", "Subject", "open", "Open", "Jonas Weber · Fabrikam"
    )


def make_contact(**changes: Any) -> customers.ContactCard:
    contact = customers.ContactCard(
        "Jonas Weber", "JW", "4", "jonas@fabrikam.example", "/customers/1", "Manager", "Fabrikam"
    )
    return replace(contact, **changes)


def make_account() -> customers.AccountCard:
    return customers.AccountCard("Fabrikam", "/accounts/1", "Customer", "green", "Standard")


def make_terms() -> customers.AccountTerms:
    return customers.AccountTerms(
        account=make_account(),
        is_retired=True,
        ways="Portal, Email",
        managers=(customers.ManagerCard("Account Manager", "Lea", "lea@rocket.example"),),
        targets=(customers.TargetLine("High", 1, "8h (12x5)"),),
        points="2 of 3",
    )


def make_handover() -> handovers.HandoverCard:
    return handovers.HandoverCard(
        url="/tickets/7",
        number="RC-7",
        subject="Odd",
        priority_name="Urgent",
        people="Ana to Ben.",
        when_iso=ISO,
        when_text="2h ago",
        when_title="Sunday",
        state="Not accepted yet",
        tone="amber",
        facts=("Status: Open.",),
        accept_url="/tickets/7/acceptance/",
        accept_label="Accept",
    )


def make_source() -> inbox.EmailSource:
    return inbox.EmailSource(
        title="Email as received",
        subject="Odd",
        facts=(("From", "odd@x.example"),),
        text="Help",
        files=(inbox.EmailFile("log.txt", "1.0 KB"),),
        source="Subject: Odd",
        is_cut=True,
    )
