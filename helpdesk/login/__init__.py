"""Sign-in: password, emailed code, passkey, single sign-on, two-factor authentication.

Built on django-allauth. May import every package below helpdesk/. Start with adapter.py, which
tells django-allauth about desks. Single sign-on is in sso/, two-factor authentication in
two_factor/.
"""
