"""Untrusted images, made safe to show, and the logos of desks.

Our own processes read only the size of an image; another one with limits decodes it. May import
accounts.models and storage only. Start with images.py.
"""
