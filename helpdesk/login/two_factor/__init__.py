"""Two-factor authentication (2FA), built on allauth.mfa.

policy.py decides who must use it, middleware.py enforces it; start there. Setting it up is in
views.py.
"""
