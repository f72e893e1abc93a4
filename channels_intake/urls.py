from django.urls import URLPattern

app_name = "channels_intake"
urlpatterns: list[URLPattern] = []
