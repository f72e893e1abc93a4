"""The one filter language of ticket lists: views, saved views, search operators and bulk acts.

Conditions are read from parameters such as ``status=waiting,open&tag=3`` and compiled to a filter
of the queue rows that an agent may see (tickets/access.py). May import tickets.models and
tickets.fields. Start with conditions.py; properties.py lists what a ticket can be filtered by.
"""
