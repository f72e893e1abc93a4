"""What customers are told about a defect: one update for each ticket and stage."""
