"""Saved views of ticket lists: their pages, and what they change in a list.

May import helpdesk.agent.lists. Start with pages.py.
"""
