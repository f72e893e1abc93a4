"""The order of the R&D queue: what a defect hits, and the rank that follows."""
