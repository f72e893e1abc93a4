"""The documentation of the API for agents of a desk, at api/v1/docs/, made of the schema.

Owns the pages and the ready commands on them. May import helpdesk/api/schema, helpdesk/agent and
helpdesk/shared. Start with views.py; reading.py turns the schema into what the templates show.
"""
