"""`manage.py serve_vendors`: run the fakes of vendors that the demo's channels talk to."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from accounts.models import Desk
from helpdesk.demo.playground.address import HOST, write_address
from helpdesk.demo.playground.channels import connect_desk
from helpdesk.demo.playground.fakes import FAKES, make_prefix
from helpdesk.demo.source import SLUGS
from helpdesk.demo.vendors.serving import make_server


class Command(BaseCommand):
    help = "Connect the demo desks' channels to fakes of their vendors, and run these fakes."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE != "demo":
            raise CommandError("The fakes of vendors run in the demo only.")
        desks = list(Desk.objects.filter(slug__in=SLUGS))
        fakes = {make_prefix(desk.slug, fake): fake() for desk in desks for fake in FAKES}
        for fake in fakes.values():
            fake.begin_at(int(timezone.now().timestamp()))
        with make_server(fakes) as server:
            for desk in desks:
                connect_desk(desk, fakes, at=timezone.now())
            connections.close_all()
            write_address(f"http://{HOST}:{server.server_port}")
            server.serve_forever()
