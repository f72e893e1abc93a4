"""OAuth 2.1 for other people's applications: pages and endpoints on django-oauth-toolkit.

Authorization code with PKCE (S256), client credentials as a service account, and refresh tokens
that rotate. Applications, codes and tokens belong to a desk (accounts/models/oauth.py); an access
token is used like any token of the API (helpdesk/api/access). Start with views.py.
"""
