"""GitHub and GitLab: issues of defects, signed webhooks, and rules that move stages.

Pure: changes.py (one form for what both hosts report), github.py and gitlab.py (translate payloads,
URLs and paths), signatures.py, mentions.py, reasons.py. client.py speaks HTTP. storing.py takes
webhooks, processing.py applies them, releases.py finds what a release contains, issues.py creates
and links issues. May import channels_intake.models and channels_intake.calls, tickets and accounts.
Start with processing.py.
"""
