"""Defects, requests for help and attention, and their settings in the API.

Start with defects.py. base.py finds a defect and adds its current revision to conflicts.
"""
