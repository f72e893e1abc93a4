"""Single sign-on (SSO) for a desk's agents: OpenID Connect in openid.py, SAML 2.0 in saml/.

May import accounts; accounts.logins.identities decides whom a desk admits. Start with views.py.
What a session opened by SSO is good for is in sessions.py.
"""
