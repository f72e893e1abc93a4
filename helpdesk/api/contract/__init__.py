"""What every operation of the API keeps, so that a client learns it once.

Owns problems (RFC 9457), parameters, pages, versions (ETag), repeated requests and the documents
about them. base.DeskView applies all of it, so a view does nothing but declare its operation with
extend_schema. May import what is below helpdesk/api, and helpdesk/shared. Start with problems.py.
"""
