"""Views for relations between tickets, one module per relation."""
