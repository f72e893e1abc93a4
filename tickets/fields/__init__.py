"""A desk's own fields of tickets: definitions, values and filters.

Customers fill in some of them in the request form, agents all of them on the ticket. It imports
what tickets/services does. Start with values.py, then setting.py.
"""
