"""Requests for help and attention, and escalated accounts: the services."""
