"""Defects: shared problems behind tickets, their stages, their rank, and what customers are told.

stages.py, ranking.py and texts.py are pure. creating.py, linking.py, moving.py and merging.py are
the services; each records a DefectEvent. updates.py tells customers, impact.py computes the rank;
both are worked off by sweeps. May import from tickets and accounts. Start with moving.py.

Lock order: a ticket comes before its defect. A move locks only the defect; customers are told
later, one ticket at a time.
"""
