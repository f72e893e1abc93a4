"""The benchmark's loader fills every table that grows, with rows that pages and searches read."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from accounts.models import Agent, Desk
from accounts.tenancy import desk_scope, system_scope
from bench import world
from bench.bulk import load_bulk
from bench.bulk_texts import COMMON_WORD, OLD_WORD, OWN_WORD
from helpdesk.supervisor.embedded import SUPERUSER
from tests.wall.filling import list_walled_models
from tickets.models import Message, SearchDocument, Ticket
from tickets.search.documents import rebuild
from tickets.search.find import search_for_agent

AMOUNT = 200
# Settings, imports from a CRM, single sign-on, and what waits for a short time only. The desks of
# the benchmark have no rules, teams, rotas, tags, defects or ladders, so their tickets have no rows
# about those.
EMPTY = """
accounts.AccountNote accounts.AccountProduct accounts.ApiToken accounts.ContactHandle
accounts.CrmConnection
accounts.CrmLink accounts.CrmMark accounts.CrmPull accounts.CrmSetAside accounts.CustomerCard
accounts.GroupRole accounts.Identity accounts.IdentityProvider accounts.Invitation
accounts.MergedContact
accounts.OAuthAccessToken accounts.OAuthApplication accounts.OAuthGrant accounts.OAuthRefreshToken
accounts.PlanProduct accounts.Product accounts.ProductLine accounts.Region
channels_intake.BlockedSender channels_intake.ChannelEvent channels_intake.ChannelMessage
channels_intake.ChatConnection channels_intake.ChatPerson channels_intake.ChatRule
channels_intake.ChatStandup channels_intake.ChatThread channels_intake.CodeEvent
channels_intake.CodeHost channels_intake.CodeLink channels_intake.CodeRelease
channels_intake.Connection channels_intake.Conversation channels_intake.MailOutage
channels_intake.OutgoingCall
channels_intake.PageEvent channels_intake.PagingService channels_intake.SideReplyToken
channels_intake.StageRule
channels_intake.UnsentMail routing.Absence routing.AgentLanguage routing.AgentSkill routing.DryRun
routing.DryRunRow routing.ExtraShift routing.Handover routing.Offer routing.OnCallMember
routing.OnCallRota routing.OnCallSwap routing.OnCallTurn routing.Presence routing.Rule
routing.RuleAction routing.RuleCondition routing.RuleTrace routing.RuleVersion routing.Skill
routing.Team routing.TeamMember sla.CalendarBreak sla.CalendarException sla.CalendarWindow
sla.Holiday sla.HolidaySource sla.Ladder sla.LadderRun sla.LadderStep sla.LevelTarget sla.Policy
sla.PolicyCondition sla.PolicyVersion sla.Replan tickets.AccountEscalation tickets.AttentionRequest
tickets.BulkItem tickets.BulkJob tickets.ClosingReason tickets.Defect tickets.DefectCounter
tickets.DefectDocument tickets.DefectEvent tickets.DefectFollower tickets.DefectLink
tickets.DefectMark tickets.DefectRelease tickets.DefectUpdate tickets.Draft tickets.Emergency
tickets.EngineeringGroup tickets.EscalationUpdate tickets.EventDelivery tickets.FieldValue
tickets.FormField tickets.GroupMember tickets.HelpRequest tickets.ImportProblem
tickets.ImportRecord tickets.ImportRun tickets.ImportedRow tickets.Improvement
tickets.ImprovementLink tickets.Macro tickets.NewTerms
tickets.NoteMention tickets.NoteReaction tickets.NotificationChat
tickets.NotificationChoice tickets.NotificationEmail tickets.NotificationPush
tickets.NotificationSettings tickets.PendingReply tickets.PinnedNote tickets.PushSubscription
tickets.SavedView
tickets.SearchRefresh tickets.SideConversation tickets.SideMessage
tickets.SideParticipant tickets.Snooze tickets.StageSetting tickets.SweepFailure tickets.Tag
tickets.TicketLink tickets.TicketSummary tickets.TicketTag tickets.TimeEntry
tickets.TroubleshootingRecord tickets.UnsentFile tickets.Watcher
tickets.WebhookDelivery tickets.WebhookSubscription
"""


@pytest.fixture
def loaded(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(world, "DESKS", 3)
    monkeypatch.setattr(world, "LARGE", (3, 4, 12))
    world.make_world()
    given = connection.get_connection_params() | {"user": SUPERUSER}
    server = {name: given[name] for name in ("host", "port", "user", "dbname") if given.get(name)}
    with psycopg.connect(**server, autocommit=True) as db:
        load_bulk(db, AMOUNT)
    return Desk.objects.get(slug="bench1")


def test_every_table_that_grows_is_filled(loaded: Desk) -> None:
    with system_scope("test"):
        empty = {model._meta.label for model in list_walled_models() if not model.objects.exists()}
    assert sorted(empty) == EMPTY.split()


def test_loaded_tickets_are_found_and_documents_are_those_of_the_product(loaded: Desk) -> None:
    with desk_scope(loaded):
        agent = Agent.objects.order_by("pk").first()
        assert Ticket.objects.count() == AMOUNT // 2
        for words, hits in ((COMMON_WORD, AMOUNT // 2), (OWN_WORD, AMOUNT // 2), (OLD_WORD, 39)):
            assert (words, len(search_for_agent(agent, words).ids)) == (words, hits)
        ticket = Ticket.objects.order_by("number")[3]
        before = read_words(ticket)
        rebuild([ticket.pk])
        # Only forms of names as one word are left out.
        after = read_words(ticket)
        assert before - after == set()
        assert all("@~" in word for word in after - before)
        assert Message.objects.filter(ticket=ticket).count() == 4


def read_words(ticket: Ticket) -> set[str]:
    [document] = SearchDocument.objects.filter(ticket=ticket)
    return {part.partition("':")[0].strip("'") for part in document.document.split()}
