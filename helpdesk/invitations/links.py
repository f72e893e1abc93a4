"""Addresses of a desk's pages for mails that no request stands behind."""

from __future__ import annotations

from django.urls import get_script_prefix, reverse

from accounts.models import Desk
from channels_intake.composing import site_of


def link_to(desk: Desk, name: str, *args: object) -> str:
    """The whole address of a page of a desk."""
    return f"{site_of(desk)}/{reverse(name, args=args).removeprefix(get_script_prefix())}"
