"""URLs about tickets, below /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from helpdesk.api.staff.handovers import AcceptanceView, AssigneeView
from helpdesk.api.tickets.briefs import ImpactView, SummaryView
from helpdesk.api.tickets.bulk import BulkListView, BulkUndoView, BulkView
from helpdesk.api.tickets.clocks import ClockListView, ClockView
from helpdesk.api.tickets.context import ReadView, SimilarView, TicketCardListView, TicketCardView
from helpdesk.api.tickets.conversation import DeliveryView, MessageListView, MessageView
from helpdesk.api.tickets.deadlines import DeadlineView
from helpdesk.api.tickets.emergencies import EmergencyDecisionView, EmergencyView
from helpdesk.api.tickets.events import TicketEventListView
from helpdesk.api.tickets.fields import TicketFieldsView
from helpdesk.api.tickets.files import (
    AttachmentContentView,
    AttachmentLinkView,
    AttachmentView,
    UploadListView,
    UploadView,
)
from helpdesk.api.tickets.handles import HandleJoinView, TicketHandlesView
from helpdesk.api.tickets.ladders import LadderView
from helpdesk.api.tickets.levels import EscalationView, ReturnView, TroubleshootingView
from helpdesk.api.tickets.macros import TicketMacroListView, TicketMacroView
from helpdesk.api.tickets.moves import MoveListView
from helpdesk.api.tickets.notes import NoteListView, NoteView, PinView, ReactionView
from helpdesk.api.tickets.owed_replies import HoldView, NoReplyView, PromiseView
from helpdesk.api.tickets.pending import (
    ApprovalView,
    PendingListView,
    PendingSendView,
    PendingView,
    ReturnedReplyView,
)
from helpdesk.api.tickets.people import (
    FollowerListView,
    FollowerView,
    RequesterView,
    VerificationView,
)
from helpdesk.api.tickets.redactions import RedactionView, RemovalView
from helpdesk.api.tickets.relations import (
    FollowUpView,
    LinkListView,
    LinkView,
    SpamView,
    SplitView,
    TicketMergeView,
)
from helpdesk.api.tickets.routing import TicketRoutingView
from helpdesk.api.tickets.sides import (
    OneSideView,
    SideDoneView,
    SideListView,
    SideMessageView,
    SidePeopleView,
    SidePersonView,
)
from helpdesk.api.tickets.tags import TicketTagsView
from helpdesk.api.tickets.tickets import TicketListView, TicketView
from helpdesk.api.tickets.viewers import ViewerListView, ViewingView
from helpdesk.api.tickets.views import (
    SavedViewListView,
    SavedViewView,
    ViewCountsView,
    ViewPlaceView,
)
from helpdesk.api.tickets.watching import WatcherListView, WatchingView
from helpdesk.api.tickets.work import SnoozeView, TimeEntryView, TimeListView

OF_TICKET = "tickets/<int:number>/"
OF_SIDE = f"{OF_TICKET}side-conversations/<int:side_id>/"

side_urls: list[URLPattern] = [
    path(f"{OF_TICKET}side-conversations/", SideListView.as_view(), name="sides"),
    path(OF_SIDE, OneSideView.as_view(), name="side"),
    path(f"{OF_SIDE}messages/", SideMessageView.as_view(), name="side_messages"),
    path(f"{OF_SIDE}done/", SideDoneView.as_view(), name="side_done"),
    path(f"{OF_SIDE}people/", SidePeopleView.as_view(), name="side_people"),
    path(f"{OF_SIDE}people/<int:side_person_id>/", SidePersonView.as_view(), name="side_person"),
]

OF_MESSAGE = f"{OF_TICKET}messages/<int:message_id>/"
OF_NOTE = f"{OF_TICKET}notes/<int:note_id>/"
OF_FILE = "attachments/<int:attachment_id>/"

conversation_urls: list[URLPattern] = [
    path(f"{OF_TICKET}messages/", MessageListView.as_view(), name="messages"),
    path(OF_MESSAGE, MessageView.as_view(), name="message"),
    path(f"{OF_MESSAGE}deliveries/", DeliveryView.as_view(), name="message_deliveries"),
    path(f"{OF_TICKET}notes/", NoteListView.as_view(), name="notes"),
    path(OF_NOTE, NoteView.as_view(), name="note"),
    path(f"{OF_NOTE}pin/", PinView.as_view(), name="note_pin"),
    path(f"{OF_NOTE}reactions/<slug:reaction>/", ReactionView.as_view(), name="note_reaction"),
    path("uploads/", UploadListView.as_view(), name="uploads"),
    path("uploads/<int:upload_id>/", UploadView.as_view(), name="upload"),
    path(OF_FILE, AttachmentView.as_view(), name="attachment"),
    path(f"{OF_FILE}link/", AttachmentLinkView.as_view(), name="attachment_link"),
    path(f"{OF_FILE}content/", AttachmentContentView.as_view(), name="attachment_content"),
]

OF_PENDING = f"{OF_TICKET}scheduled-replies/<int:reply_id>/"

pending_urls: list[URLPattern] = [
    path(f"{OF_TICKET}scheduled-replies/", PendingListView.as_view(), name="scheduled_replies"),
    path(OF_PENDING, PendingView.as_view(), name="scheduled_reply"),
    path(f"{OF_PENDING}send/", PendingSendView.as_view(), name="scheduled_reply_send"),
    path(f"{OF_PENDING}approval/", ApprovalView.as_view(), name="reply_approval"),
    path(f"{OF_PENDING}return/", ReturnedReplyView.as_view(), name="reply_return"),
]
relation_urls: list[URLPattern] = [
    path(f"{OF_TICKET}links/", LinkListView.as_view(), name="ticket_links"),
    path(f"{OF_TICKET}links/<int:link_id>/", LinkView.as_view(), name="ticket_link"),
    path(f"{OF_TICKET}merge/", TicketMergeView.as_view(), name="ticket_merge"),
    path(f"{OF_TICKET}split/", SplitView.as_view(), name="split"),
    path(f"{OF_TICKET}follow-ups/", FollowUpView.as_view(), name="follow_ups"),
    path(f"{OF_TICKET}spam/", SpamView.as_view(), name="spam"),
]
work_urls: list[URLPattern] = [
    path(f"{OF_TICKET}events/", TicketEventListView.as_view(), name="ticket_events"),
    path(f"{OF_TICKET}snooze/", SnoozeView.as_view(), name="snooze"),
    path(f"{OF_TICKET}watchers/", WatcherListView.as_view(), name="watchers"),
    path(f"{OF_TICKET}watchers/me/", WatchingView.as_view(), name="watching"),
    path(f"{OF_TICKET}viewers/", ViewerListView.as_view(), name="viewers"),
    path(f"{OF_TICKET}viewers/me/", ViewingView.as_view(), name="viewing"),
    path(f"{OF_TICKET}time-entries/", TimeListView.as_view(), name="time_entries"),
    path(f"{OF_TICKET}time-entries/<int:entry_id>/", TimeEntryView.as_view(), name="time_entry"),
    path(
        f"{OF_TICKET}clocks/<slug:clock_kind>/deadline/",
        DeadlineView.as_view(),
        name="clock_deadline",
    ),
]

context_urls: list[URLPattern] = [
    path(f"{OF_TICKET}similar/", SimilarView.as_view(), name="similar"),
    path(f"{OF_TICKET}cards/", TicketCardListView.as_view(), name="ticket_cards"),
    path(f"{OF_TICKET}cards/<int:card_id>/", TicketCardView.as_view(), name="ticket_card"),
    path(f"{OF_TICKET}read/", ReadView.as_view(), name="mark_read"),
    path(f"{OF_TICKET}redactions/", RedactionView.as_view(), name="redactions"),
    path(f"{OF_FILE}removal/", RemovalView.as_view(), name="attachment_removal"),
]

OF_MACRO = f"{OF_TICKET}macros/"

list_urls: list[URLPattern] = [
    path(OF_MACRO, TicketMacroListView.as_view(), name="ticket_macros"),
    path(f"{OF_MACRO}<int:macro_id>/", TicketMacroView.as_view(), name="ticket_macro"),
    path("views/", SavedViewListView.as_view(), name="saved_views"),
    path("views/counts/", ViewCountsView.as_view(), name="view_counts"),
    path("views/<int:view_id>/", SavedViewView.as_view(), name="saved_view"),
    path("views/<int:view_id>/place/", ViewPlaceView.as_view(), name="view_place"),
    path("bulk-changes/", BulkListView.as_view(), name="bulk_changes"),
    path("bulk-changes/<int:job_id>/", BulkView.as_view(), name="bulk_change"),
    path("bulk-changes/<int:job_id>/undo/", BulkUndoView.as_view(), name="bulk_undo"),
]

TICKETS = [
    *side_urls,
    *list_urls,
    *pending_urls,
    *relation_urls,
    *work_urls,
    *conversation_urls,
    *context_urls,
    path("tickets/", TicketListView.as_view(), name="tickets"),
    path(OF_TICKET, TicketView.as_view(), name="ticket"),
    path(f"{OF_TICKET}moves/", MoveListView.as_view(), name="moves"),
    path(f"{OF_TICKET}requester/", RequesterView.as_view(), name="requester"),
    path(f"{OF_TICKET}verification/", VerificationView.as_view(), name="verification"),
    path(f"{OF_TICKET}followers/", FollowerListView.as_view(), name="followers"),
    path(f"{OF_TICKET}followers/<int:follower_id>/", FollowerView.as_view(), name="follower"),
    path(f"{OF_TICKET}clocks/", ClockListView.as_view(), name="clocks"),
    path(f"{OF_TICKET}clocks/<slug:clock_kind>/", ClockView.as_view(), name="clock"),
    path(f"{OF_TICKET}ladder/", LadderView.as_view(), name="ladder"),
    path(f"{OF_TICKET}assignee/", AssigneeView.as_view(), name="assignee"),
    path(f"{OF_TICKET}acceptance/", AcceptanceView.as_view(), name="acceptance"),
    path(f"{OF_TICKET}routing/", TicketRoutingView.as_view(), name="ticket_routing"),
    path(f"{OF_TICKET}handles/", TicketHandlesView.as_view(), name="ticket_handles"),
    path("handles/<int:handle_id>/join/", HandleJoinView.as_view(), name="handle_join"),
    path(f"{OF_TICKET}fields/", TicketFieldsView.as_view(), name="ticket_fields"),
    path(f"{OF_TICKET}tags/", TicketTagsView.as_view(), name="ticket_tags"),
    path(f"{OF_TICKET}no-reply-needed/", NoReplyView.as_view(), name="no_reply"),
    path(f"{OF_TICKET}promised-update/", PromiseView.as_view(), name="promise"),
    path(f"{OF_TICKET}hold/", HoldView.as_view(), name="hold"),
    path(f"{OF_TICKET}escalation/", EscalationView.as_view(), name="escalation"),
    path(f"{OF_TICKET}return/", ReturnView.as_view(), name="give_back"),
    path(
        f"{OF_TICKET}troubleshooting/",
        TroubleshootingView.as_view(),
        name="troubleshooting",
    ),
    path(f"{OF_TICKET}emergency/", EmergencyView.as_view(), name="emergency"),
    path(
        f"{OF_TICKET}emergency/decision/",
        EmergencyDecisionView.as_view(),
        name="emergency_decision",
    ),
    path(f"{OF_TICKET}summary/", SummaryView.as_view(), name="summary"),
    path(f"{OF_TICKET}impact/", ImpactView.as_view(), name="impact"),
]
