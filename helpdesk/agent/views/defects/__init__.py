"""Views of defects: the R&D queue (queue.py), a defect's page (defect.py), its forms, and tickets.

changes.py creates and edits; moves.py moves stages, releases, merges and publishes; people.py is
about followers and notes; links.py links tickets. Each view calls one service.
"""
