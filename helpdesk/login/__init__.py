"""Sign-in: password, emailed code, single sign-on (OpenID Connect, SAML), two-factor authentication.

Built on django-allauth. Start with adapter.py; SAML is in saml/.
"""
