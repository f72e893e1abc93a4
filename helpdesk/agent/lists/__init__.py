"""Ticket lists of the agent pages: filters, queries, rows, and which changes reload a list.

May import helpdesk.agent.sql and statements. Start with queue_queries.py.
"""
