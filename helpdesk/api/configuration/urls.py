"""Addresses of the desk's settings."""

from __future__ import annotations

from django.urls import path

from helpdesk.api.audit import AuditListView
from helpdesk.api.configuration.assignment import AgentView, AssignmentView
from helpdesk.api.configuration.blocked_senders import BlockedSenderListView, BlockedSenderView
from helpdesk.api.configuration.calendars import CalendarListView, CalendarView, HolidayView
from helpdesk.api.configuration.catalog import CATALOG
from helpdesk.api.configuration.channels import CHANNELS
from helpdesk.api.configuration.chat_channels import CHAT_CHANNELS
from helpdesk.api.configuration.chat_preview import CHAT_PREVIEW
from helpdesk.api.configuration.chat_users import CHAT_USERS
from helpdesk.api.configuration.code_hosts import CODE_HOSTS
from helpdesk.api.configuration.connection_tests import CONNECTION_TESTS
from helpdesk.api.configuration.crm_connections import CRM_CONNECTIONS
from helpdesk.api.configuration.crm_records import CRM_RECORDS
from helpdesk.api.configuration.customer_cards import CUSTOMER_CARDS
from helpdesk.api.configuration.desk import DeskSettingsView
from helpdesk.api.configuration.desk_file import ApplicationView, ConfigurationView, PlanView
from helpdesk.api.configuration.dry_runs import DryRunApplicationView, DryRunListView, DryRunView
from helpdesk.api.configuration.identity_providers import IDENTITY_PROVIDERS
from helpdesk.api.configuration.ladders import LADDERS
from helpdesk.api.configuration.level_targets import LevelTargetListView, LevelTargetView
from helpdesk.api.configuration.logo import LogoView
from helpdesk.api.configuration.macros import MacroListView, MacroView
from helpdesk.api.configuration.mailboxes import (
    MailboxCodeView,
    MailboxListView,
    MailboxVerificationView,
    MailboxView,
)
from helpdesk.api.configuration.paging_services import PAGING_SERVICES
from helpdesk.api.configuration.priorities import PriorityListView, PriorityView
from helpdesk.api.configuration.rules import RuleListView, RuleProblemsView, RuleView
from helpdesk.api.configuration.sla_settings import PolicyListView, PolicyView, TargetListView
from helpdesk.api.configuration.tag_merging import TagMergeView
from helpdesk.api.configuration.ticket_settings import TICKET_SETTINGS

CONFIGURATION = [
    *CATALOG,
    *TICKET_SETTINGS,
    path("tags/<int:tag_id>/merge/", TagMergeView.as_view(), name="tag_merge"),
    *LADDERS,
    *CHANNELS,
    *CHAT_CHANNELS,
    *CHAT_PREVIEW,
    *CHAT_USERS,
    *CODE_HOSTS,
    *CONNECTION_TESTS,
    *CRM_CONNECTIONS,
    *CRM_RECORDS,
    *CUSTOMER_CARDS,
    *IDENTITY_PROVIDERS,
    *PAGING_SERVICES,
    path("mailboxes/", MailboxListView.as_view(), name="mailboxes"),
    path("mailboxes/<int:mailbox_id>/", MailboxView.as_view(), name="mailbox"),
    path("mailboxes/<int:mailbox_id>/code/", MailboxCodeView.as_view(), name="mailbox_code"),
    path(
        "mailboxes/<int:mailbox_id>/verification/",
        MailboxVerificationView.as_view(),
        name="mailbox_verification",
    ),
    path("blocked-senders/", BlockedSenderListView.as_view(), name="blocked_senders"),
    path(
        "blocked-senders/<int:blocked_sender_id>/",
        BlockedSenderView.as_view(),
        name="blocked_sender",
    ),
    path("priorities/", PriorityListView.as_view(), name="priorities"),
    path("priorities/<int:priority_id>/", PriorityView.as_view(), name="priority"),
    path("configuration/", ConfigurationView.as_view(), name="configuration"),
    path("configuration/plan/", PlanView.as_view(), name="configuration_plan"),
    path("configuration/application/", ApplicationView.as_view(), name="configuration_application"),
    path("desk/", DeskSettingsView.as_view(), name="desk"),
    path("desk/logo/", LogoView.as_view(), name="desk_logo"),
    path("audit/", AuditListView.as_view(), name="audit"),
    path("macros/", MacroListView.as_view(), name="macros"),
    path("macros/<int:macro_id>/", MacroView.as_view(), name="macro"),
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
    path("staff/<int:agent_id>/", AgentView.as_view(), name="agent"),
    path("assignment/", AssignmentView.as_view(), name="assignment"),
]
