"""URLs of the pages about defects, below agent/."""

from django.urls import path

from helpdesk.agent.views.defects import changes, defect, links, merges, moves, people, queue

ONE = "defects/<int:defect_number>/"
OF_TICKET = "tickets/<int:number>/defects/"

defect_urls = [
    path("defects/", queue.show_defects, name="defects"),
    path("defects/new/", changes.new_defect, name="new_defect"),
    path(ONE, defect.show_defect, name="defect"),
    path(f"{ONE}news/", defect.show_news, name="defect_news"),
    path(f"{ONE}edit/", changes.edit_defect, name="defect_edit"),
    path(f"{ONE}stage/", moves.move, name="defect_stage"),
    path(f"{ONE}release/", moves.release, name="defect_release"),
    path(f"{ONE}merge/", merges.merge, name="defect_merge"),
    path(f"{ONE}publication/", moves.publish, name="defect_publication"),
    path(f"{ONE}tickets/", links.link_by_number, name="defect_tickets"),
    path(f"{ONE}notes/", people.note, name="defect_note"),
    path(f"{ONE}followers/", people.follow, name="defect_followers"),
    path(f"{ONE}followers/removal/", people.unfollow, name="defect_follower_removal"),
    path(OF_TICKET, links.choose_defect, name="ticket_defects"),
    path(f"{OF_TICKET}new/", changes.report_defect, name="report_defect"),
    path(f"{OF_TICKET}<int:defect_number>/removal/", links.unlink, name="defect_unlink"),
]
