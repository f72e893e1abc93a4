"""Addresses of staff: schedules, teams and on-call duty."""

from __future__ import annotations

from django.urls import path

from helpdesk.api.staff.absences import AbsenceListView, AbsenceView
from helpdesk.api.staff.extra_shifts import ExtraShiftListView, ExtraShiftView
from helpdesk.api.staff.handovers import HandoverListView, LoadListView
from helpdesk.api.staff.on_call import SwapListView, SwapView, TurnListView
from helpdesk.api.staff.rotas import RotaListView, RotaView
from helpdesk.api.staff.staff import PresenceView, SkillsView, StaffListView, WeekPlanView
from helpdesk.api.staff.teams import (
    RegionListView,
    RegionView,
    SkillListView,
    SkillView,
    TeamListView,
    TeamShiftsView,
    TeamView,
)

STAFF = [
    path("handovers/", HandoverListView.as_view(), name="handovers"),
    path("staff/", StaffListView.as_view(), name="staff"),
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
    path("presence/", PresenceView.as_view(), name="presence"),
    path("absences/", AbsenceListView.as_view(), name="absences"),
    path("absences/<int:absence_id>/", AbsenceView.as_view(), name="absence"),
    path("on-call/", TurnListView.as_view(), name="on_call"),
    path("on-call/rotas/", RotaListView.as_view(), name="rotas"),
    path("on-call/rotas/<int:rota_id>/", RotaView.as_view(), name="rota"),
    path("on-call/swaps/", SwapListView.as_view(), name="swaps"),
    path("on-call/swaps/<int:swap_id>/", SwapView.as_view(), name="swap"),
    path("loads/", LoadListView.as_view(), name="loads"),
]
