"""Defects: shared problems behind tickets, their stages, their rank, and what customers are told.

creating.py, linking.py, moving.py and merging.py are the services; each records a DefectEvent.
updates/ tells customers and ranks/ computes the order of the queue; both are worked off by sweeps.
followers/ notifies agents, search/ finds defects. stages.py, ranks/ranking.py and updates/texts.py
are pure. May import from tickets and accounts. Start with moving.py.

Lock order: a ticket comes before its defect. A move locks only the defect; customers are told
later, one ticket at a time.
"""
