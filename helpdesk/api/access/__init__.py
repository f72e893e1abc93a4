"""How programs sign in to the API: bearer tokens, scopes and rate limits.

middleware.py runs before the views and sets the request's agent; authentication.py tells REST
framework. Start there.
"""
