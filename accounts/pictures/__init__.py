"""Untrusted images, made safe to show, and the logos of desks.

May import accounts.models and storage only. Start with images.py.
"""
