"""Requests for help: questions to an engineering group about a ticket, which stays where it is.

deadlines.py is pure. asking.py and answering.py are the services; warning.py is their sweep;
notices.py tells the people concerned. access.py is the only way to get a request for a person. May
import from tickets and accounts. Start with asking.py.

Lock order: a request comes after its ticket, and a defect comes last.
"""
