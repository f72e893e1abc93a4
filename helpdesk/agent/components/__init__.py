"""Typed contexts of the partials in templates/agent: frozen dataclasses of finished texts.

A template reads attributes only, so a name that is missing fails in a test instead of showing
nothing (tests/interface/test_partials.py). Imports no query and no view. What the portal's
templates share is in helpdesk.shared.components.
"""
