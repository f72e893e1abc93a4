"""The order of the R&D queue: the impact of a defect, and the rank that follows."""
