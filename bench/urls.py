"""The product's addresses and the bare view."""

from django.urls import path

from bench.bare import show_bare
from helpdesk.urls import urlpatterns as product

urlpatterns = [path("bare/", show_bare), *product]
