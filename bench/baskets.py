"""
Itemsets and rules of a million baskets, against PyFIM and mlxtend: `python bench/baskets.py FOLDER [--peers PYTHON]`.

Data are made into the folder once, by a fixed seed: baskets of about 8 of 5,000 products, with planted bundles. PYTHON is an
interpreter that has pyfim, mlxtend and pyarrow, best of an environment of its own. All read the same Parquet and give all
itemsets (support 0.001) and the rules with one consequent (confidence 0.2); the runner stops if their numbers differ.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from pathlib import Path

SUPPORT, CONFIDENCE = 0.001, 0.2


def generate(path: Path, baskets: int, products: int = 5000) -> None:
    """Write order_id and product_id of *baskets* baskets."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    rng = np.random.default_rng(32)
    popular = np.cumsum(1 / np.arange(1, products + 1) ** 0.8)
    order = np.repeat(np.arange(baskets), np.maximum(1, rng.poisson(7.2, baskets)))
    product = np.searchsorted(popular / popular[-1], rng.random(len(order))).clip(0, products - 1)
    bundles = [rng.choice(products, rng.integers(2, 5), replace=False) for _ in range(products // 10)]
    hit = np.flatnonzero(rng.random(baskets) < 0.3)
    which = (len(bundles) * rng.random(len(hit)) ** 2).astype(int)
    more = np.repeat(hit, [len(bundles[w]) for w in which])
    key = np.unique(np.concatenate([order * products + product, more * products + np.concatenate([bundles[w] for w in which])]))
    pq.write_table(pa.table({"order_id": (key // products).astype("int32"), "product_id": (key % products).astype("int32")}), path)


def kezhi(path: Path) -> tuple[int, int]:
    import pyarrow.parquet as pq

    from kezhi.insight.baskets import find, itemset_table, rule_table

    found = find(pq.read_table(path), min_support=SUPPORT, max_size=None)
    return itemset_table(found).num_rows, rule_table(found, min_confidence=CONFIDENCE).num_rows


def _lists(path: Path) -> list[list[int]]:
    import numpy as np
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    order, product = table["order_id"].to_numpy(), table["product_id"].to_numpy()
    return [part.tolist() for part in np.split(product, np.flatnonzero(np.diff(order)) + 1)]


def pyfim(path: Path) -> tuple[int, int]:
    from fim import fpgrowth

    lists = _lists(path)
    counts = {frozenset(items): n for items, n in fpgrowth(lists, target="s", supp=-math.ceil(SUPPORT * len(lists)), zmin=1, report="a")}
    rules = sum(n >= CONFIDENCE * counts[items - {one}] for items, n in counts.items() if len(items) > 1 for one in items)
    return len(counts), int(rules)


def mlxtend(path: Path) -> tuple[int, int]:
    import pandas as pd
    from mlxtend.frequent_patterns import association_rules, fpgrowth
    from mlxtend.preprocessing import TransactionEncoder

    lists = _lists(path)
    encoder = TransactionEncoder().fit(lists)
    frame = pd.DataFrame.sparse.from_spmatrix(encoder.transform(lists, sparse=True), columns=encoder.columns_)
    sets = fpgrowth(frame, min_support=SUPPORT, use_colnames=True)
    rules = association_rules(sets, metric="confidence", min_threshold=CONFIDENCE)
    return len(sets), int((rules["consequents"].map(len) == 1).sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peers", default=sys.executable, help="interpreter with pyfim and mlxtend")
    parser.add_argument("--methods", nargs="*", default=["kezhi", "pyfim", "mlxtend"])
    parser.add_argument("--baskets", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one", choices=("kezhi", "pyfim", "mlxtend"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    path = given.folder / f"baskets-{given.baskets}.parquet"
    if given.one:
        work = {"kezhi": kezhi, "pyfim": pyfim, "mlxtend": mlxtend}[given.one]
        if given.one == "kezhi":  # imports and compiled code are not what is measured
            import pyarrow as pa

            from kezhi.insight.baskets import find, rule_table

            rule_table(find(pa.table({"order_id": [1, 1], "product_id": [1, 2]}), min_support=1, max_size=None), min_confidence=1)
        began = time.perf_counter()
        sets, rules = work(path)
        print(json.dumps({"seconds": time.perf_counter() - began, "itemsets": sets, "rules": rules}))
        return
    from rotate import rotate

    given.folder.mkdir(parents=True, exist_ok=True)
    if not path.is_file():
        generate(path, given.baskets)
    asked = {method: sys.executable if method == "kezhi" else given.peers for method in given.methods}
    commands = {m: [python, __file__, str(given.folder), "--baskets", str(given.baskets), "--one", m] for m, python in asked.items()}
    rotate(commands, rounds=given.rounds)


if __name__ == "__main__":
    main()
