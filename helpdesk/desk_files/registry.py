"""The sections of a configuration file, in the order in which they refer to each other.

LEFT_OUT says why the other settings of a desk aren't in the file; a test fails for a table that is
in neither.
"""

from __future__ import annotations

from helpdesk.api.configuration.blocked_senders import BlockedSendersView
from helpdesk.api.configuration.catalog import DepartmentsView, PlansView, ProductsView
from helpdesk.api.configuration.customer_cards import CustomerCardsView
from helpdesk.api.configuration.ladders import LaddersView
from helpdesk.api.configuration.level_targets import LevelTargetsView
from helpdesk.api.configuration.mailboxes import MailboxListView
from helpdesk.api.configuration.priorities import PrioritiesView
from helpdesk.api.configuration.ticket_settings import (
    ClosingReasonsView,
    TagsView,
    TicketFieldsView,
)
from helpdesk.api.defects.help_requests import GroupsView
from helpdesk.api.defects.settings import LinesView
from helpdesk.api.staff.rotas import RotasView
from helpdesk.api.staff.teams import RegionsView, SkillRowsView, TeamsView
from helpdesk.desk_files.sections import Section
from helpdesk.desk_files.special import (
    CalendarSection,
    DeskSection,
    MacroSection,
    PolicySection,
    RuleSection,
    StageSection,
    TargetSection,
)

SECTIONS: tuple[Section, ...] = (
    DeskSection(),
    Section("priorities", PrioritiesView, place="rank"),
    Section("products", ProductsView),
    Section("product_lines", LinesView, keys=("product", "name"), place="position"),
    Section("plans", PlansView, place="position"),
    Section("regions", RegionsView, place="position"),
    Section("departments", DepartmentsView, place="position"),
    Section("ticket_fields", TicketFieldsView, keys=("key",), place="position"),
    Section("tags", TagsView),
    Section("closing_reasons", ClosingReasonsView),
    CalendarSection(),
    TargetSection(),
    PolicySection(),
    Section("level_targets", LevelTargetsView, keys=("level", "clock")),
    Section("skills", SkillRowsView),
    Section("teams", TeamsView, new={"member_ids": []}),
    Section("on_call_rotas", RotasView, new={"member_ids": []}),
    Section("engineering_groups", GroupsView, new={"member_ids": []}),
    RuleSection(),
    Section("ladders", LaddersView, place="position"),
    StageSection(),
    MacroSection(),
    Section("mailboxes", MailboxListView, keys=("address",)),
    Section("blocked_senders", BlockedSendersView, keys=("value",), max_rows=10_000),
    # A new one is off until its secret is entered by hand.
    Section(
        "customer_cards",
        CustomerCardsView,
        place="position",
        unshown=("secret", "is_active"),
        new={"is_active": False},
    ),
)

_PEOPLE = "people, not settings"
_SECRETS = "needs a secret or a sign-in that a file can't hold"
LEFT_OUT = {
    "accounts_account": _PEOPLE,
    "accounts_agent": _PEOPLE,
    "accounts_contact": _PEOPLE,
    "accounts_crmconnection": _SECRETS,
    "accounts_identityprovider": _SECRETS,
    "channels_intake_chatconnection": _SECRETS,
    "channels_intake_chatperson": _PEOPLE,
    "channels_intake_codehost": _SECRETS,
    "channels_intake_connection": _SECRETS,
    "channels_intake_pagingservice": _SECRETS,
    "tickets_webhooksubscription": _SECRETS,
}
