"""What needs OR-Tools. Only the worker may import it."""

from networks.composition.solver.oracle import cheapest
from networks.composition.solver.scored import exact

__all__ = ["cheapest", "exact"]
