"""Addresses of defects, help requests and feedback."""

from __future__ import annotations

from django.urls import path

from helpdesk.api.defects.actions import (
    DefectEventListView,
    DefectNoteView,
    LinkListView,
    LinkView,
    MergeView,
    ReleaseListView,
    StageView,
)
from helpdesk.api.defects.attention import (
    AttentionDecisionView,
    AttentionListView,
    EscalationEndView,
    EscalationUpdateListView,
)
from helpdesk.api.defects.attention import EscalationView as AccountEscalationView
from helpdesk.api.defects.defects import DefectListView, OneDefectView
from helpdesk.api.defects.feedback import FeedbackListView
from helpdesk.api.defects.followers import FollowerListView, FollowerView
from helpdesk.api.defects.help_requests import (
    AnswerView,
    GroupListView,
    GroupView,
    HelpRequestListView,
    HelpWithdrawalView,
    OneHelpRequestView,
    QuestionView,
)
from helpdesk.api.defects.settings import LineListView, LineView, StageListView, StageSettingView

DEFECTS = [
    path("defects/", DefectListView.as_view(), name="defects"),
    path("defects/<int:defect_number>/", OneDefectView.as_view(), name="defect"),
    path("defects/<int:defect_number>/stage/", StageView.as_view(), name="defect_stage"),
    path("defects/<int:defect_number>/releases/", ReleaseListView.as_view(), name="releases"),
    path("defects/<int:defect_number>/merge/", MergeView.as_view(), name="defect_merge"),
    path("defects/<int:defect_number>/tickets/", LinkListView.as_view(), name="defect_tickets"),
    path(
        "defects/<int:defect_number>/tickets/<int:number>/",
        LinkView.as_view(),
        name="defect_ticket",
    ),
    path(
        "defects/<int:defect_number>/followers/",
        FollowerListView.as_view(),
        name="defect_followers",
    ),
    path(
        "defects/<int:defect_number>/followers/<int:agent_id>/",
        FollowerView.as_view(),
        name="defect_follower",
    ),
    path(
        "defects/<int:defect_number>/events/", DefectEventListView.as_view(), name="defect_events"
    ),
    path("defects/<int:defect_number>/notes/", DefectNoteView.as_view(), name="defect_notes"),
    path("feedback/", FeedbackListView.as_view(), name="feedback"),
    path("stages/", StageListView.as_view(), name="stages"),
    path("stages/<slug:stage>/", StageSettingView.as_view(), name="stage"),
    path("product-lines/", LineListView.as_view(), name="product_lines"),
    path("product-lines/<int:line_id>/", LineView.as_view(), name="product_line"),
    path("tickets/<int:number>/help-requests/", QuestionView.as_view(), name="questions"),
    path("help-requests/", HelpRequestListView.as_view(), name="help_requests"),
    path("help-requests/<int:help_id>/", OneHelpRequestView.as_view(), name="help_request"),
    path("help-requests/<int:help_id>/answer/", AnswerView.as_view(), name="help_answer"),
    path(
        "help-requests/<int:help_id>/withdrawal/",
        HelpWithdrawalView.as_view(),
        name="help_withdrawal",
    ),
    path("engineering-groups/", GroupListView.as_view(), name="engineering_groups"),
    path("engineering-groups/<int:group_id>/", GroupView.as_view(), name="engineering_group"),
    path("attention/", AttentionListView.as_view(), name="attention"),
    path(
        "attention/<int:attention_id>/decision/",
        AttentionDecisionView.as_view(),
        name="attention_decision",
    ),
    path(
        "accounts/<int:account_id>/escalation/",
        AccountEscalationView.as_view(),
        name="account_escalation",
    ),
    path(
        "accounts/<int:account_id>/escalation/end/",
        EscalationEndView.as_view(),
        name="escalation_end",
    ),
    path(
        "accounts/<int:account_id>/escalation/updates/",
        EscalationUpdateListView.as_view(),
        name="escalation_updates",
    ),
]
