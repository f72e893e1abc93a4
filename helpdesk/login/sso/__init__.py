"""Single sign-on (SSO): OpenID Connect in openid.py, SAML 2.0 in saml/. Start with views.py.

Uses accounts.logins for the rules on whom a desk admits. Sessions opened by SSO: sessions.py.
"""
