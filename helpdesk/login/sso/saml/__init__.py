"""SAML 2.0 single sign-on: requests, responses, signatures, endpoints. Start with service_provider.py."""
