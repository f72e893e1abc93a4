"""Search of defects, and suggestions of a defect for a ticket."""
