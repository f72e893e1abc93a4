"""Updates to customers about a defect: one for each ticket and stage."""
