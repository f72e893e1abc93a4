"""URLs of an agent's API tokens, below agent/."""

from django.urls import path

from helpdesk.agent.tokens import views

token_urls = [
    path("tokens/", views.show_tokens, name="tokens"),
    path(
        "tokens/applications/<int:application_id>/withdrawal/",
        views.withdraw,
        name="application_withdrawal",
    ),
    path("tokens/new/", views.new_token, name="new_token"),
    path("tokens/<int:token_id>/rotation/", views.rotate, name="token_rotation"),
    path("tokens/<int:token_id>/revocation/", views.revoke, name="token_revocation"),
]
