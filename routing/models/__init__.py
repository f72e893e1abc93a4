"""Models of this package, one module per subject. Import them from here.

May import accounts.models and tickets.models. Start with shifts.py.
"""

from routing.models.rotation import Rotation
from routing.models.shifts import Shift

__all__ = ["Rotation", "Shift"]
