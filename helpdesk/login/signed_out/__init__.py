"""What happens to a request of someone who is no longer signed in: nothing typed is lost.

Start with refusing.py, which every interface calls. form_owners.py finds out whose form was posted;
what they typed is kept as a draft (tickets/services/drafts.py, helpdesk/shared/drafts.py), so that
nobody else who signs in at the same browser sees it. views.py: the CSRF failure page, and the
status that open pages ask for.
"""
