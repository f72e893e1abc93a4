"""SAML 2.0, Web Browser SSO profile, with Plumbline as the service provider.

Start with service_provider.py (requests, metadata), then response.py and signature.py (what a
response must be), attributes.py (the person it describes) and views.py (ACS URL and metadata).
"""
