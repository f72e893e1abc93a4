"""Sign-ins: single sign-on identities, changes of users, SAML metadata, encrypted secrets.

Owns whom a desk admits and what a changed user may keep. May import accounts only. The sign-in
pages are in helpdesk/login/. Start with identities.py.
"""
