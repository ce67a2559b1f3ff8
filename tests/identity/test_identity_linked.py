"""Groups along links come out the same in one piece and in many."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from kezhi.flow.warehouse import Warehouse
from kezhi.identity import linked as piecewise
from kezhi.identity.linked import linked
from kezhi.settings import IdentitySettings


def graph(seed: int) -> tuple[pa.Table, pa.Table]:
    """Some 300 records, a few of them one group already, with pairs for and against; now and then a valid id number."""
    rng = random.Random(seed)
    group = [n if rng.random() < 0.8 else max(0, n - 1) for n in range(300)]
    group = [group[g] if group[g] == g else g for g in group]
    first = {g: min(n for n in range(300) if group[n] == g) for g in group}
    cluster = [first[g] for g in group]
    ids = [f"N{n % 7}" if rng.random() < 0.1 else None for n in range(300)]
    found = {}
    for _turn in range(500):
        left = rng.randrange(299)
        right = min(299, left + rng.randint(1, 6))
        if cluster[left] != cluster[right]:
            found[left, right] = (round(rng.uniform(-15, 15), 3), rng.random() < 0.4)
    has_link = {cluster[end] for pair, (_bits, link) in found.items() if link for end in pair}
    rows = [
        {"left_row": a, "right_row": b, "weight_bits": bits, "is_link": link, "left_group": cluster[a], "right_group": cluster[b]}
        for (a, b), (bits, link) in found.items()
        if {cluster[a], cluster[b]} <= has_link
    ]
    nodes = pa.table(
        {"row": pa.array(range(300), pa.int64()), "cluster": pa.array(cluster, pa.int64()), "id_number": pa.array(ids, pa.string())}
    )
    return nodes, pa.Table.from_pylist(rows)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_many_pieces_give_what_one_gives(bench: Warehouse, monkeypatch: pytest.MonkeyPatch, seed: int):
    nodes, pairs = (bench.keep(table.schema, table.to_batches()) for table in graph(seed))
    settings = IdentitySettings(max_cluster_size=6)
    found = []
    for piece in (10**6, 9):
        monkeypatch.setattr(piecewise, "PIECE", piece)
        found.append([sorted(map(str, bench.arrow(table).to_pylist())) for table in linked(nodes, pairs, settings, bench)])
    whole, pieces = found
    assert whole == pieces
    parts, fates = whole
    assert len(parts) == 300
    assert len(fates) > 50
    assert any("joined" in one for one in fates)
    assert any("contradicted" in one or "too_large" in one or "two_id_numbers" in one for one in fates)
