"""Website forms of a desk: hosted pages that other sites may show, and links that prove an address.

For everybody, without a session (views.py). What a form opens is unverified until the link in its
receipt is opened (confirmations.py). Settings and the defense against spam are in
channels_intake/connectors/form/.
"""
