"""Webhook URLs of the mail providers. Mailgun posts raw email to a URL that ends in "mime"."""

from django.urls import URLPattern, path

from channels_intake.webhooks import INBOUND, TRACKING, MailgunInbound

app_name = "channels_intake"
urlpatterns: list[URLPattern] = [
    *(path(f"{name}/", view.as_view(), name=f"inbound_{name}") for name, view in INBOUND.items()),
    *(
        path(f"{name}/tracking/", view.as_view(), name=f"tracking_{name}")
        for name, view in TRACKING.items()
    ),
    path("mailgun/mime/", MailgunInbound.as_view(), name="inbound_mailgun_mime"),
    path("mailgun/mime", MailgunInbound.as_view()),
]
