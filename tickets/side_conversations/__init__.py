"""Side conversations: agents' email with third parties about a ticket. Its customers never see it.

writing.py has what agents do, receiving.py what comes from outside. channels_intake sends the email
(outgoing/side_mail.py) and finds the conversation of a reply (incoming/side_threads.py). None of it
is a reply to the customer: it moves no state and no clock.
"""
