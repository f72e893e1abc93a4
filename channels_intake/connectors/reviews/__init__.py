"""Reviews in the App Store and Google Play, through AppFollow's API v2 (M56-M59).

connector.py is the connector; payloads.py (pure) says what a review is, signals.py (pure) when
reviews need the mobile team. Source: https://docs.api.appfollow.io/reference/overview
"""
