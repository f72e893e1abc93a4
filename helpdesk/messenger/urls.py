"""The messenger's URLs, below /messenger/."""

from django.urls import path

from helpdesk.messenger import page, visitors
from helpdesk.messenger.streams import stream_news

app_name = "messenger"
urlpatterns = [
    path("<str:messenger_token>.js", page.send_script, name="script"),
    path("<str:messenger_token>/", page.show_page, name="page"),
    path("<str:messenger_token>/session/", visitors.start_session, name="session"),
    path("<str:messenger_token>/messages/", visitors.take_message, name="messages"),
    path("<str:messenger_token>/news/", visitors.send_news, name="news"),
    path("<str:messenger_token>/files/<int:attachment_id>/", visitors.send_file, name="file"),
    path("<str:messenger_token>/stream/", stream_news, name="stream"),
]
