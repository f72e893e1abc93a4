"""URLs of OAuth, below oauth/. The namespace and the names are those that the toolkit asks for."""

from django.urls import path

from helpdesk.oauth import views

app_name = "oauth2_provider"
urlpatterns = [
    path("authorize/", views.AuthorizeView.as_view(), name="authorize"),
    path("token/", views.IssueTokenView.as_view(), name="token"),
    path("revoke/", views.EndTokenView.as_view(), name="revoke-token"),
    path(
        ".well-known/oauth-authorization-server",
        views.MetadataView.as_view(),
        name="oauth-server-metadata",
    ),
]
