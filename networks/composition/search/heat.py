"""Heat bath: many groupings at once, each group meets another and may exchange one seat.

In every step the groups of each grouping are paired by chance. For each pair all exchanges of one
seat for one (an empty seat is nobody, so that a person can also just move) are weighed, and one, or
none, is drawn with Boltzmann's odds. Pairs of groups do not touch each other, so all of them are
done at once in numpy: with 20 groups and 16 groupings, 160 exchanges a step.
"""

import numpy as np

from networks.composition.search.form import Form, cost_of

NEVER = 1e18


class Herd:
    """`count` groupings of one form, k groups with s seats each.

    seats (s + 1, count * k) rows of `cost`, the last the group's own row; own (s, count * k) what
    each seat costs where it is; energy (count,) the cost of each grouping. The pairs of groups are
    the last axis everywhere: numpy is quickest along it.
    """

    def __init__(self, form: Form, where: np.ndarray, count: int = 1) -> None:
        self.form, self.count, self.number = form, count, form.number
        self.is_small = form.people <= 1500
        matrix = form.cost.astype(self.number) if self.is_small else form.cost
        self.flat, self.width = matrix.ravel(), len(form.cost)
        self.never = np.zeros(self.width, self.number)
        self.never[: form.people][form.fixed] = NEVER
        self.has_slack = bool((form.least < form.most).any())
        self.load(np.broadcast_to(where, (count, len(where))))

    def load(self, where: np.ndarray) -> None:
        """Seat the people as in these groupings, (count, n)."""
        form, k = self.form, self.form.groups
        fullest = max(int(np.bincount(one, minlength=k).max()) for one in where)
        s = self.s = max(int(form.most.max()), fullest)
        self.seats = np.full((s + 1, self.count * k), form.nobody)
        self.seats[s] = form.people + np.tile(np.arange(k), self.count)
        for r, one in enumerate(where):
            order = np.argsort(one, kind="stable")
            begins = np.searchsorted(one[order], np.arange(k))
            self.seats[np.arange(len(one)) - begins[one[order]], r * k + one[order]] = order
        is_closed = np.arange(s)[:, None] >= form.most
        self.closed = is_closed * self.number(NEVER) if is_closed.any() else None
        self.size = (self.seats[:s] < form.people).sum(0)
        self.least = np.tile(form.least, self.count)
        self.own = np.empty((s, self.count * k), self.number)
        for begin in range(0, self.count * k, 512):
            part = self.seats[:, begin : begin + 512]
            block = self.flat.take(part[:s, None] * self.width + part[None])
            self.own[:, begin : begin + 512] = block.sum(1, dtype=self.number)
        self.energy = np.array([float(cost_of(form, one)) for one in where])

    def where(self, r: int) -> np.ndarray:
        """The groups (n,) of one of the groupings."""
        k = self.form.groups
        found = np.zeros(self.width, np.int64)
        found[self.seats[: self.s, r * k : (r + 1) * k]] = np.arange(k)
        return found[: self.form.people]

    def keep(self, chosen: np.ndarray) -> None:
        """Go on with copies of these groupings, (count,) numbers."""
        k = self.form.groups
        columns = (chosen[:, None] * k + np.arange(k)).ravel()
        self.seats, self.own = self.seats[:, columns], self.own[:, columns]
        self.size, self.energy = self.size[columns], self.energy[chosen]

    def step(self, one: np.ndarray, two: np.ndarray, heat: float, luck: np.ndarray) -> None:
        """Let groups `one` meet groups `two` (p,), each in one pair only, grouping by grouping.

        `heat` is the temperature in points, `luck` (s * s + 1, p) Gumbel draws.
        """
        s, p = self.s, len(one)
        a, b = self.seats[:, one], self.seats[:, two]
        block = self.flat.take((a * self.width)[:, None] + b[None])
        if not self.is_small:
            block = block.astype(self.number)
        to_two, to_one = block[:s].sum(1), block[:, :s].sum(0)
        leave, come = to_two - self.own[:, one], to_one - self.own[:, two]
        self._bounds(leave, come, (one, two), (a[:s], b[:s]))
        change = block[:s, :s] * self.number(-2)
        change += leave[:, None]
        change += come[None]
        if self.form.has_crowds:
            self._crowds(change, a[:s], b[:s])
        odds = change.reshape(s * s, p) - luck[:-1] * self.number(heat)
        best = odds.argmin(0)
        at = np.arange(p)
        willing = np.flatnonzero(odds[best, at] < -heat * luck[-1])
        if len(willing):
            x, y = np.divmod(best[willing], s)
            gain = np.zeros(p)
            gain[willing] = change[x, y, willing]
            self.energy += gain.reshape(self.count, -1).sum(1)
            sums = to_two[x, willing], to_one[y, willing]
            pair = one[willing], two[willing], a[:s, willing], b[:s, willing]
            self._exchange(x, y, pair, block[:s, :s, willing], sums)

    def _bounds(self, leave, come, pairs, seated) -> None:
        """Who may not leave her group at all, and which groups may not lose a member."""
        (one, two), (a, b), number = pairs, seated, self.number
        if self.form.fixed.any():
            leave += self.never[a]
            come += self.never[b]
        if self.closed is not None:
            leave += self.closed[:, one % self.form.groups]
            come += self.closed[:, two % self.form.groups]
        if self.has_slack:
            nobody = self.form.nobody
            leave += (a == nobody) * ((self.size[two] <= self.least[two]) * number(NEVER))
            come += (b == nobody) * ((self.size[one] <= self.least[one]) * number(NEVER))

    def _crowds(self, change, a, b) -> None:
        """Add what an exchange breaks or mends of a barnehage's share in a group."""
        crowd, share = self.form.crowd, self.form.share
        ca, cb = crowd[a], crowd[b]
        same = ca[:, None] == cb[None]
        over_a = (ca[:, None] == ca[None]).sum(1) > share[a]
        over_b = (cb[:, None] == cb[None]).sum(1) > share[b]
        out = (same.sum(1) >= share[a]).astype(self.number) - over_a
        back = (same.sum(0) >= share[b]).astype(self.number) - over_b
        change += self.form.hard * ~same * (out[:, None] + back[None])

    def _exchange(self, x, y, pair, block, sums) -> None:
        """Seat x of each first group for seat y of the second; all arrays are of these pairs."""
        one, two, a, b = pair
        p = np.arange(len(one))
        who, other, both = a[x, p], b[y, p], block[x, y, p]
        mine, theirs = self.own[:, one], self.own[:, two]
        mine += block[:, y, p] - self.flat.take(a * self.width + who)
        theirs += block[x, :, p].T - self.flat.take(b * self.width + other)
        mine[x, p], theirs[y, p] = sums[1] - both, sums[0] - both
        self.own[:, one], self.own[:, two] = mine, theirs
        self.seats[x, one], self.seats[y, two] = other, who
        if self.has_slack:
            came = (other < self.form.people).astype(np.int64) - (who < self.form.people)
            self.size[one] += came
            self.size[two] -= came
