"""Sign-ins: single sign-on identities, changes of users, SAML metadata, encrypted secrets.

May import accounts only. The sign-in pages are in helpdesk/login/. Start with identities.py.
"""
