"""SLA policies: what they say, who changed them, and which are never used.

Start with contents.py: conditions and targets in words, and the version of each change. checks.py
(pure) and review.py find policies that never decide; saving.py is for scripts. Which policy decides
about a ticket is in sla/targets.py. May import tickets and accounts.
"""
