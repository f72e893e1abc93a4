"""Acts around internal notes: mention colleagues, watch tickets, react, and pin.

tickets/services adds the notes themselves; this package is the only writer of the rest. May import
what tickets/services may. Start with mentions.py.
"""
