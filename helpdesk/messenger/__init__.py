"""The messenger: a script for other websites, the page in its frame, and what that page asks.

The page has no session and no cookie: browsers keep both from frames of other sites. A token in a
header names the visitor (channels_intake/connectors/messenger/visitors.py). Start with page.py;
what is stored and shown is in channels_intake/connectors/messenger/.
"""
