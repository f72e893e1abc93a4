"""An agent's own work on a ticket on its pages: snoozes, and the time spent. Start in cards.py."""
