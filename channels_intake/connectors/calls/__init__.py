"""Calls of any telephone system that can post JSON: a documented webhook, signed like GitHub's.

docs/hotline.md documents the JSON; payloads.py reads it.
"""
