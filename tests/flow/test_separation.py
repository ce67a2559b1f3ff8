"""What separates groups of buyers, as rows of `group_separation`."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from support import table

from kezhi.flow.separation import separated, separation
from kezhi.settings import SeparationSettings, Settings
from kezhi.tables import FEATURES, GROUP_SEPARATION


def data(groups, **features):
    kinds = {name: pa.array(values, pa.float64()) for name, values in features.items()}
    return pa.table({"group": pa.array(groups, pa.string()), **kinds})


GROUPS = ["a"] * 4 + ["b"] * 4
FAR = [0, 1, 2, 1, 10, 11, 12, 11]
NEAR = [0, 2, 0, 2, 0, 2, 2, 0]


def test_the_axis_is_made_of_what_differs():
    """`far` differs by ten times its spread, `near` not at all: its loading is small, and every row is told right."""
    found = separated(data(GROUPS, near=NEAR, far=FAR), "group", ["near", "far"])
    assert [(row["axis"], row["rank"], row["feature"]) for row in found] == [(1, 1, "far"), (1, 2, "near")]
    assert found[0]["loading"] > 0.98
    assert abs(found[1]["loading"]) < 0.2
    assert {(row["axis_share"], row["groups"], row["customers"], row["accuracy"], row["base_accuracy"]) for row in found} == {
        (1.0, 2, 8, 1.0, 0.5)
    }
    assert set(found[0]) == set(GROUP_SEPARATION.column_names)


@pytest.mark.parametrize(
    ("extra", "left"),
    [([5.0] * 8, {"near", "far"}), ([2 * n + f for n, f in zip(NEAR, FAR, strict=True)], {"near", "far"})],
    ids=["the same for all", "follows from the others"],
)
def test_a_feature_that_tells_nothing_of_its_own_is_left_out(extra, left):
    """And the others are told as without it."""
    found = separated(data(GROUPS, near=NEAR, far=FAR, extra=extra), "group", ["near", "far", "extra"])
    assert {row["feature"] for row in found} == left
    assert found == separated(data(GROUPS, near=NEAR, far=FAR), "group", ["near", "far"])


def test_nulls_small_groups_and_one_group_are_no_failure():
    """A row with a null is not looked at, a group of one is left out, and one group alone is separated from nothing."""
    more = data([*GROUPS, "a", "c"], near=[*NEAR, None, 1], far=[*FAR, 99, 50])
    assert separated(more, "group", ["near", "far"]) == separated(data(GROUPS, near=NEAR, far=FAR), "group", ["near", "far"])
    assert separated(data(["a"] * 8, near=NEAR, far=FAR), "group", ["near", "far"]) == []
    assert separated(data([], near=[], far=[]), "group", ["near", "far"]) == []
    assert separated(data(GROUPS, far=[1.0] * 8), "group", ["far"]) == []


class Given(dict):
    """What a step is given: tables by name, with a bench and settings."""

    bench = None
    settings = Settings()


def test_the_step_looks_at_buyers_of_the_groups_that_are_there(bench):
    """Clusters and gender are there, a column that is none is not; who never bought is not looked at."""
    rng = np.random.default_rng(3)
    zeroes = {c.name: 0 for c in FEATURES.columns if not c.nullable and c.name != "customer_id"}
    people = [
        zeroes | {"customer_id": f"c{n:03}", "records": 1, "sources": "shop", "lifecycle_stage": "x", "lifecycle_since": "2025-01-01", "days_in_stage": 0,
                  "orders_life": 0 if n % 10 == 9 else 1, "gender": ("male", "female")[n % 2],
                  "orders_365d": int(rng.integers(1, 5)) + 20 * (n % 3 == 0), "recency_days": int(rng.integers(1, 99)), "tenure_days": int(rng.integers(100, 999)),
                  "net_amount_365d": float(rng.integers(1, 900)), "average_order_value_life": float(rng.integers(1, 90)),
                  "discount_share_life": float(rng.random()), "categories_365d": int(rng.integers(1, 6)), "refunds_life": int(rng.integers(0, 3)),
                  "events_90d": int(rng.integers(0, 9)), "gap_days_mean": float(rng.random())}
        for n in range(100)
    ]  # fmt: skip
    clusters = [{"customer_id": f"c{n:03}", "cluster": 1 if n % 3 == 0 else 2, "cluster_name": "x", "distance": 0.0} for n in range(100)]
    settings = Settings(separation=SeparationSettings(by=["cluster", "gender", "no_such_column"]))
    given = Given(profile=table("profile", people), clusters=table("clusters", clusters))
    given.bench, given.settings = bench, settings
    made = separation(given)
    rows = bench.arrow(made["group_separation"]).to_pylist()
    assert {row["dimension"] for row in rows} == {"cluster", "gender"}
    assert {row["customers"] for row in rows} == {90}
    of_cluster = {row["rank"]: row for row in rows if row["dimension"] == "cluster"}
    assert of_cluster[1]["feature"] == "orders_365d"
    assert of_cluster[1]["accuracy"] == 1.0
