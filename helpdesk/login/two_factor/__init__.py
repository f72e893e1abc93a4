"""Two-factor authentication (2FA), built on allauth.mfa. Start with policy.py."""
