"""Macros and bulk changes in the agent pages: forms, cards and drafts.

The pages are in helpdesk/agent/views/macros.
"""
