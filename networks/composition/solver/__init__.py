"""What needs OR-Tools. Only the worker may import it."""

from networks.composition.solver.oracle import cheapest, is_possible
from networks.composition.solver.scored import exact

__all__ = ["cheapest", "exact", "is_possible"]
