"""URLs of the issues and pull requests of a defect, below agent/."""

from django.urls import path

from helpdesk.agent.views import code_links

OF_DEFECT = "defects/<int:defect_number>/code/"

code_link_urls = [
    path(OF_DEFECT, code_links.link, name="defect_code_link"),
    path(f"{OF_DEFECT}issue/", code_links.create, name="defect_issue"),
    path(f"{OF_DEFECT}<int:code_link_id>/removal/", code_links.remove, name="defect_code_unlink"),
]
