"""The demo: two desks with people and a month of tickets, played through the real services.

Start with filling.py. The texts are in data/, one folder of TOML files per desk. Of the
interfaces only the admin site imports from here: its page for the channel playground, which isn't
loaded in production.
"""
