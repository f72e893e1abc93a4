"""Lists of what closed tickets ask of the product: documentation, and features (M64).

A desk's agents see all entries, as they see all defects; of the tickets and accounts behind one
they see those of their departments.
"""
