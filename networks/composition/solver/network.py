"""Arcs gathered one by one and solved at once as a min-cost flow."""

import numpy as np
from ortools.graph.python import min_cost_flow


class Network:
    """Nodes, what they supply (negative: need), and arcs with room and cost per unit."""

    def __init__(self) -> None:
        self.supply: list[int] = []
        self.arcs: list[tuple[int, int, int, int]] = []
        self.cost = 0

    def node(self, supply: int = 0) -> int:
        """A new node."""
        self.supply.append(supply)
        return len(self.supply) - 1

    def arc(self, tail: int, head: int, room: int, cost: int = 0) -> int:
        """A new arc; its number is where `solve` tells its flow."""
        self.arcs.append((tail, head, room, cost))
        return len(self.arcs) - 1

    def solve(self) -> list[int] | None:
        """The flow on every arc when all supply is brought home most cheaply; None if it cannot be.

        `cost` then holds what it costs.
        """
        if sum(self.supply):
            return None
        flow = min_cost_flow.SimpleMinCostFlow()
        tails, heads, rooms, costs = np.array(self.arcs, dtype=np.int64).reshape(-1, 4).T
        flow.add_arcs_with_capacity_and_unit_cost(
            tails.astype(np.int32), heads.astype(np.int32), rooms, costs
        )
        flow.set_nodes_supplies(np.arange(len(self.supply), dtype=np.int32), np.array(self.supply))
        if flow.solve() != flow.OPTIMAL:
            return None
        self.cost = flow.optimal_cost()
        return flow.flows(np.arange(len(self.arcs), dtype=np.int32)).tolist()
