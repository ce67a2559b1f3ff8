"""Which events came already: the ids of the last ones, in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence


class Seen:
    """
    Ids by source. At least the last *most* ids are known, at most twice as many; then the older half is forgotten.

    What is sent again later than that is kept twice in the log and joined by the run, which knows all ids.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._young: dict[str, set[str]] = {}
        self._old: dict[str, set[str]] = {}
        self._count = 0

    def new(self, source: str, ids: Sequence[str]) -> list[bool]:
        """For each of *ids* whether it is new; from now on they are known."""
        young = self._young.setdefault(source, set())
        old = self._old.get(source)
        before = len(young)
        once = set(ids)
        if len(once) == len(ids) and young.isdisjoint(once) and (old is None or old.isdisjoint(once)):  # nearly always
            young |= once
            found = [True] * len(ids)
        else:
            found = []
            for one in ids:
                known = one in young or (old is not None and one in old)
                found.append(not known)
                if not known:
                    young.add(one)
        self._count += len(young) - before
        if self._count > self.most:
            self._old, self._young, self._count = self._young, {}, 0
        return found

    def forget(self, source: str, ids: Sequence[str]) -> None:
        """What was marked but could not be kept."""
        for generation in (self._young, self._old):
            if source in generation:
                generation[source].difference_update(ids)
