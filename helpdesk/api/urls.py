"""The API of a desk for its agents, below /api/v1/."""

from django.urls import path

from helpdesk.api.configuration.assignment import (
    AgentView,
    AssignmentView,
)
from helpdesk.api.configuration.calendars import CalendarListView, CalendarView, HolidayView
from helpdesk.api.configuration.dry_runs import DryRunApplicationView, DryRunListView, DryRunView
from helpdesk.api.configuration.level_targets import LevelTargetListView, LevelTargetView
from helpdesk.api.configuration.rules import RuleListView, RuleProblemsView, RuleView
from helpdesk.api.configuration.sla_settings import PolicyListView, PolicyView, TargetListView
from helpdesk.api.configuration.urls import CONFIGURATION
from helpdesk.api.contract.urls import urlpatterns as contract_urls
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
from helpdesk.api.exports.urls import export_urls
from helpdesk.api.people.urls import PEOPLE
from helpdesk.api.schema.views import SchemaView
from helpdesk.api.staff.absences import AbsenceListView, AbsenceView
from helpdesk.api.staff.extra_shifts import ExtraShiftListView, ExtraShiftView
from helpdesk.api.staff.handovers import (
    HandoverListView,
    LoadListView,
)
from helpdesk.api.staff.on_call import SwapListView, SwapView, TurnListView
from helpdesk.api.staff.rotas import RotaListView, RotaView
from helpdesk.api.staff.staff import (
    PresenceView,
    SkillsView,
    StaffListView,
    WeekPlanView,
)
from helpdesk.api.staff.teams import (
    RegionListView,
    RegionView,
    SkillListView,
    SkillView,
    TeamListView,
    TeamShiftsView,
    TeamView,
)
from helpdesk.api.tickets.urls import ticket_urls
from helpdesk.api.webhooks.urls import WEBHOOKS

app_name = "api"
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
]
urlpatterns = [
    *ticket_urls,
    path("schema/", SchemaView.as_view(), name="schema"),
    path("calendars/", CalendarListView.as_view(), name="calendars"),
    path("calendars/<int:calendar_id>/", CalendarView.as_view(), name="calendar"),
    path(
        "calendars/<int:calendar_id>/holidays/<int:holiday_id>/",
        HolidayView.as_view(),
        name="holiday",
    ),
    path("sla/policies/", PolicyListView.as_view(), name="sla_policies"),
    path("sla/policies/<int:policy_id>/", PolicyView.as_view(), name="sla_policy"),
    path("sla/targets/", TargetListView.as_view(), name="sla_targets"),
    path("sla/level-targets/", LevelTargetListView.as_view(), name="level_targets"),
    path("sla/level-targets/<int:target_id>/", LevelTargetView.as_view(), name="level_target"),
    path("rules/", RuleListView.as_view(), name="rules"),
    path("rules/problems/", RuleProblemsView.as_view(), name="rule_problems"),
    path("rules/<int:rule_id>/", RuleView.as_view(), name="rule"),
    path("dry-runs/", DryRunListView.as_view(), name="dry_runs"),
    path("dry-runs/<int:run_id>/", DryRunView.as_view(), name="dry_run"),
    path(
        "dry-runs/<int:run_id>/application/",
        DryRunApplicationView.as_view(),
        name="dry_run_application",
    ),
    path("handovers/", HandoverListView.as_view(), name="handovers"),
    path("staff/", StaffListView.as_view(), name="staff"),
    path("staff/<int:agent_id>/", AgentView.as_view(), name="agent"),
    path("staff/<int:agent_id>/shifts/", WeekPlanView.as_view(), name="shifts"),
    path("staff/<int:agent_id>/skills/", SkillsView.as_view(), name="skills"),
    path("extra-shifts/", ExtraShiftListView.as_view(), name="extra_shifts"),
    path("extra-shifts/<int:shift_id>/", ExtraShiftView.as_view(), name="extra_shift"),
    path("regions/", RegionListView.as_view(), name="regions"),
    path("regions/<int:region_id>/", RegionView.as_view(), name="region"),
    path("teams/", TeamListView.as_view(), name="teams"),
    path("teams/<int:team_id>/", TeamView.as_view(), name="team"),
    path("teams/<int:team_id>/shifts/", TeamShiftsView.as_view(), name="team_shifts"),
    path("skills/", SkillListView.as_view(), name="skill_list"),
    path("skills/<int:skill_id>/", SkillView.as_view(), name="skill"),
    path("assignment/", AssignmentView.as_view(), name="assignment"),
    path("presence/", PresenceView.as_view(), name="presence"),
    path("absences/", AbsenceListView.as_view(), name="absences"),
    path("absences/<int:absence_id>/", AbsenceView.as_view(), name="absence"),
    path("on-call/", TurnListView.as_view(), name="on_call"),
    path("on-call/rotas/", RotaListView.as_view(), name="rotas"),
    path("on-call/rotas/<int:rota_id>/", RotaView.as_view(), name="rota"),
    path("on-call/swaps/", SwapListView.as_view(), name="swaps"),
    path("on-call/swaps/<int:swap_id>/", SwapView.as_view(), name="swap"),
    path("loads/", LoadListView.as_view(), name="loads"),
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
    *contract_urls,
    *export_urls,
    *DEFECTS,
    *PEOPLE,
    *CONFIGURATION,
    *WEBHOOKS,
]
