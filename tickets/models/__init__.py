"""Models of this package, one module per subject. Import them from here.

May import accounts.models. Start with tickets.py, the state machine, then events.py.
"""

from tickets.models.attention import (
    MAX_CADENCE_HOURS,
    AccountEscalation,
    AttentionRequest,
    AttentionState,
    EscalationUpdate,
    Urgency,
)
from tickets.models.bulk import BulkItem, BulkJob, ItemState
from tickets.models.choices import (
    ACTIVE_STATES,
    NO_DEADLINE,
    OPEN_STATES,
    Channel,
    CloseReason,
    EmergencyState,
    EscalationCause,
    HoldEnd,
    Impact,
    State,
)
from tickets.models.defect_log import (
    DefectEvent,
    DefectEventKind,
    DefectFollower,
    FollowerRole,
)
from tickets.models.defect_stages import DefectRelease, DefectUpdate, StageSetting
from tickets.models.defects import (
    IN_QUEUE,
    OPEN_STAGES,
    Defect,
    DefectCounter,
    DefectLink,
    DefectMark,
    DefectWork,
    Severity,
    Stage,
)
from tickets.models.drafts import Draft
from tickets.models.emergencies import UNDECIDED, Emergency
from tickets.models.events import (
    ActorKind,
    DeliveryState,
    DoneDelivery,
    EventDelivery,
    Notification,
    TicketEvent,
)
from tickets.models.forms import FieldKind, FieldValue, FormField, SubmittedForm
from tickets.models.help_requests import (
    EngineeringGroup,
    GroupMember,
    HelpRequest,
    HelpState,
)
from tickets.models.imports import (
    UNFINISHED,
    ImportedRow,
    ImportProblem,
    ImportRecord,
    ImportRun,
    ImportState,
)
from tickets.models.improvements import (
    Improvement,
    ImprovementKind,
    ImprovementLink,
    ImprovementStatus,
)
from tickets.models.macros import Macro
from tickets.models.messages import Attachment, Message, Note
from tickets.models.notes import NoteMention, NoteReaction, PinnedNote, ReactionKind, Watcher
from tickets.models.notify import (
    NotificationChat,
    NotificationChoice,
    NotificationEmail,
    NotificationPush,
    NotificationSettings,
    PushSubscription,
    Topic,
)
from tickets.models.participants import Participant
from tickets.models.priorities import Priority
from tickets.models.queue import NOBODY, QueueRow
from tickets.models.relations import ClosingReason, LinkKind, TicketLink
from tickets.models.replies import HeldReason, PendingReply, UnsentFile
from tickets.models.search import DefectDocument, SearchDocument, SearchRefresh
from tickets.models.side_conversations import (
    SideConversation,
    SideMessage,
    SideParticipant,
    SideState,
)
from tickets.models.summaries import SUMMARY_FIELDS, TicketSummary
from tickets.models.sweeps import SweepFailure, SweepKind
from tickets.models.tags import Tag, TicketTag
from tickets.models.terms import NewTerms
from tickets.models.tickets import Ticket, TicketCounter, get_word_key
from tickets.models.troubleshooting import RECORD_FIELDS, TroubleshootingRecord
from tickets.models.views import Column, Grouping, SavedView
from tickets.models.webhooks import (
    OutboxState,
    PayloadFormat,
    PayloadSize,
    StopReason,
    SubscriptionState,
    WebhookDelivery,
    WebhookSubscription,
)
from tickets.models.work import Snooze, TimeEntry

__all__ = [
    "ACTIVE_STATES",
    "IN_QUEUE",
    "MAX_CADENCE_HOURS",
    "NOBODY",
    "NO_DEADLINE",
    "OPEN_STAGES",
    "OPEN_STATES",
    "RECORD_FIELDS",
    "SUMMARY_FIELDS",
    "UNDECIDED",
    "UNFINISHED",
    "AccountEscalation",
    "ActorKind",
    "Attachment",
    "AttentionRequest",
    "AttentionState",
    "BulkItem",
    "BulkJob",
    "Channel",
    "CloseReason",
    "ClosingReason",
    "Column",
    "Defect",
    "DefectCounter",
    "DefectDocument",
    "DefectEvent",
    "DefectEventKind",
    "DefectFollower",
    "DefectLink",
    "DefectMark",
    "DefectRelease",
    "DefectUpdate",
    "DefectWork",
    "DeliveryState",
    "DoneDelivery",
    "Draft",
    "Emergency",
    "EmergencyState",
    "EngineeringGroup",
    "EscalationCause",
    "EscalationUpdate",
    "EventDelivery",
    "FieldKind",
    "FieldValue",
    "FollowerRole",
    "FormField",
    "GroupMember",
    "Grouping",
    "HeldReason",
    "HelpRequest",
    "HelpState",
    "HoldEnd",
    "Impact",
    "ImportProblem",
    "ImportRecord",
    "ImportRun",
    "ImportState",
    "ImportedRow",
    "Improvement",
    "ImprovementKind",
    "ImprovementLink",
    "ImprovementStatus",
    "ItemState",
    "LinkKind",
    "Macro",
    "Message",
    "NewTerms",
    "Note",
    "NoteMention",
    "NoteReaction",
    "Notification",
    "NotificationChat",
    "NotificationChoice",
    "NotificationEmail",
    "NotificationPush",
    "NotificationSettings",
    "OutboxState",
    "Participant",
    "PayloadFormat",
    "PayloadSize",
    "PendingReply",
    "PinnedNote",
    "Priority",
    "PushSubscription",
    "QueueRow",
    "ReactionKind",
    "SavedView",
    "SearchDocument",
    "SearchRefresh",
    "Severity",
    "SideConversation",
    "SideMessage",
    "SideParticipant",
    "SideState",
    "Snooze",
    "Stage",
    "StageSetting",
    "State",
    "StopReason",
    "SubmittedForm",
    "SubscriptionState",
    "SweepFailure",
    "SweepKind",
    "Tag",
    "Ticket",
    "TicketCounter",
    "TicketEvent",
    "TicketLink",
    "TicketSummary",
    "TicketTag",
    "TimeEntry",
    "Topic",
    "TroubleshootingRecord",
    "UnsentFile",
    "Urgency",
    "Watcher",
    "WebhookDelivery",
    "WebhookSubscription",
    "get_word_key",
]
