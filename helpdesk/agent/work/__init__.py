"""An agent's own work on a ticket, on its pages: snoozes and time spent. Start with cards.py."""
