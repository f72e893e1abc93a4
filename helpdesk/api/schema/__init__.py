"""The published OpenAPI 3.1 description of the API, and the pages made of it.

Owns what is said about every operation alike: its area, how to sign in, the problems that it can
answer with, and examples. May import helpdesk/api/base and what is below. Start with inspector.py,
which describes one operation, and published.py, which builds and keeps the document.
"""
