"""Sign-ins: linked single sign-on identities, changes to a user's email, SAML metadata, stored secrets.

May import accounts only. The sign-in pages are in helpdesk/login/. Start with identities.py.
"""
