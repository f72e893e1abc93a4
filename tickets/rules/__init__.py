"""Rules about tickets that the services and the interfaces share.

Who may see a ticket (visibility) or share macros and views (sharing), who may make which transition
(transitions), what a plan covers (coverage), the outcomes of emergencies, and what engineering
needs in a troubleshooting record. Services write; nothing here does.
"""
