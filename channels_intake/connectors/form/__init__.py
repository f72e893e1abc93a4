"""Website forms for everybody, hosted here or shown in a page of another site (M24).

A form's message opens a ticket right away (channels_intake/incoming/requests.py); its answers leave
by email. Here are its settings and its defense against spam. The pages are in helpdesk/forms.
"""
