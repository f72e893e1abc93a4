"""Pages for customers, below /portal/."""

from django.urls import path
from django.views.generic import RedirectView

from helpdesk.portal.views import (
    clocks,
    closures,
    drafts,
    emergencies,
    files,
    known_issues,
    memberships,
    people,
    plans,
    replies,
    requests,
    tickets,
    website,
)

app_name = "portal"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="home"), name="home"),  # emails link here
    path("requests/", tickets.list_tickets, name="tickets"),
    path("requests/new/", requests.submit_request, name="new_request"),
    path("requests/<int:number>/", tickets.show_ticket, name="ticket"),
    path("requests/<int:number>/answers/", replies.send_reply, name="answer"),
    path("requests/<int:number>/closure/", closures.close_ticket, name="close"),
    path("requests/<int:number>/times/", clocks.show_clocks, name="clocks"),
    path("requests/<int:number>/emergency/", emergencies.report_on_request, name="emergency"),
    path("emergency/", emergencies.report_new, name="new_emergency"),
    path("known-issues/", known_issues.list_issues, name="known_issues"),
    path("known-issues/<int:defect_number>/", known_issues.show_issue, name="known_issue"),
    path(
        "known-issues/<int:defect_number>/reports/",
        known_issues.report,
        name="known_issue_report",
    ),
    path(
        "known-issues/<int:defect_number>/withdrawal/",
        known_issues.withdraw,
        name="known_issue_withdrawal",
    ),
    path("files/<int:attachment_id>/", files.send_file, name="file"),
    path("files/<int:attachment_id>/text/", files.show_text, name="text_file"),
    path("files/<int:pdf_id>/pages/", files.show_pdf, name="pdf_file"),
    path("files/<int:pdf_id>/pages/<int:page>/", files.send_pdf_page, name="pdf_page"),
    path("drafts/", drafts.save_draft, name="drafts"),
    path("plans/", plans.list_plans, name="plans"),
    path("plans/legacy/", plans.list_legacy, name="legacy_plans"),
    path("plans/<int:plan_id>/choice/", plans.choose, name="plan_choice"),
    path("contact/", website.write_to_us, name="contact"),
    path("contact/sent/", website.show_sent, name="contact_sent"),
    path("people/", people.list_people, name="people"),
    path("people/region/", people.set_home_region, name="home_region"),
    path("people/<int:colleague_id>/role/", people.change_role, name="person_role"),
    path("people/<int:colleague_id>/removal/", people.remove, name="person_removal"),
    path("people/invitations/<int:invitation_id>/withdrawal/", people.withdraw, name="withdrawal"),
    path("membership/", memberships.join_desk, name="join"),
]
