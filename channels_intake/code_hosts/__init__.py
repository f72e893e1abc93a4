"""GitHub and GitLab: issues of defects, signed webhooks, and rules that move stages.

Pure: changes.py (one form for what both hosts report), github.py and gitlab.py (translate payloads,
URLs and paths), signatures.py, mentions.py, reasons.py, responses.py. client.py speaks HTTP, with a
token or one from app_tokens.py; checking.py tests a connection. storing.py takes webhooks,
processing.py applies them, members.py knows outsiders, releases.py finds what a release contains,
issues.py creates and links issues, connector.py sends their calls, pausing.py resumes them. May
import channels_intake.models and channels_intake.calls, tickets and accounts. Start with
processing.py.
"""
