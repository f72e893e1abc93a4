"""The demo: two desks with people and a month of tickets, played through the real services.

Start with filling.py. The texts are in data/, one folder of TOML files per desk. The interfaces
never import from here.
"""
