"""Addresses of what is said about all operations."""

from django.urls import path

from helpdesk.api.contract.pages import list_problems, show_problem

CONTRACT = [
    path("problems/", list_problems, name="problems"),
    path("problems/<slug:problem_kind>/", show_problem, name="problem"),
]
