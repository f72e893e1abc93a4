"""The hook beside all other addresses."""

from django.urls import path

from helpdesk import urls
from helpdesk.crm_hook import take_zoho_notification

urlpatterns = [path("crm/zoho/", take_zoho_notification, name="crm_hook"), *urls.urlpatterns]
handler500 = urls.handler500
