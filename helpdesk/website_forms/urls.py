"""The URLs of website forms, below /form/."""

from django.urls import path

from helpdesk.website_forms import views

app_name = "website_form"
urlpatterns = [
    path("<str:form_token>.js", views.send_script, name="script"),
    path("<str:form_token>/", views.write, name="page"),
    path("<str:form_token>/sent/", views.show_sent, name="sent"),
]
