"""The product's URLs and the bare view."""

from django.urls import path

from bench.bare_view import show_bare
from helpdesk.urls import urlpatterns as product

urlpatterns = [path("bare/", show_bare), *product]
