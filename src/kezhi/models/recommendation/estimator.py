"""The products to offer to each customer, with a reason for each."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from typing import Any, Self

import numpy as np
import pyarrow as pa
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from kezhi.errors import WrongInput
from kezhi.locales import Phrase
from kezhi.models.recommendation import asking, keeping, reasons
from kezhi.models.recommendation.blending import REPEAT_SHARE, Blend, choose, cuts, repeats, split
from kezhi.models.recommendation.interactions import Interactions, day_of, read_interactions
from kezhi.models.recommendation.members import MEMBERS, PROFILES, Learned, decayed, learn, popular
from kezhi.models.recommendation.neural import Network, is_installed
from kezhi.models.recommendation.offers import Offers, read_offers, segments_of

METHODS = ("blend", *MEMBERS)


class Recommender(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no hints
    """
    The products to offer to each customer, best first, each with a reason.

    Members: `popular` (customers who ever bought), `season` (who bought lately), `repeat` (bought by this customer often
    and lately), `item_item` (cosine of products by shared customers), `ease` (ridge regression of each product on all
    others; on its nearest in a large catalogue), `content` (best sellers of category and brand), `user_user` (what alike
    customers bought), `neural` (a small network that reads what came before and says what comes next). A blend takes the shares with
    the best NDCG@10 on the latest fifth of the rows (with few customers also on the fifth before), and how much more the
    latest purchases count than old ones; it is then learned again on all rows.

    Args:
        method: `blend` or one member; a customer whom it has nothing for gets what is popular.
        repeat: Whether what a customer bought before may be offered; `auto` looks whether customers buy again.
        neighbours: Kept per product (item_item) and per customer (user_user).
        ridge: Of EASE.
        ease_items: Most products for the closed form of EASE (time by the cube, memory by the square).
        half_life_days: After which a purchase counts half; None is a sixth of the time that is seen, at least a week.
        season_days: What `season` counts; None is an eighth of the time that is seen, a week to 60 days.
        alike_customers: Whether user_user may have a share; it tells nothing of customers whom `of` brings.
        deep: Whether `neural` stands for the blend; `auto` is where JAX is installed (extra `deep`).
        deep_width: Numbers by which the network knows a customer.
        deep_steps: Most steps it learns for; it stops before where it no longer gains.
        columns: Our name -> the frame's, such as `{"customer_id": "user"}`.
        seed: Of all that is random; the same rows in any order give the same recommender.

    Attributes after `fit`:
        weights_: Share of each member, adding up to 1.
        validation_: NDCG@10 on the later fifth of each member alone and of the blend; empty where nothing could be judged.
        repeat_: Whether bought products are offered again.
        users_, products_: The ids it knows, sorted, as Arrow arrays.

    Cost: of item_item and user_user the pairs in a shared row; of EASE products³ up to ease_items, and 24³ for each further one.
    """

    def __init__(
        self, method: str = "blend", *, repeat: bool | str = "auto", neighbours: int = 100, ridge: float = 500.0, ease_items: int = 6_000,
        half_life_days: float | None = None, season_days: float | None = None, alike_customers: bool = True, deep: bool | str = False,
        deep_width: int = 128, deep_steps: int = 1_500, columns: Mapping[str, str] | None = None, seed: int = 7,
    ) -> None:  # fmt: skip
        self.method = method
        self.repeat = repeat
        self.neighbours = neighbours
        self.ridge = ridge
        self.ease_items = ease_items
        self.half_life_days = half_life_days
        self.season_days = season_days
        self.alike_customers = alike_customers
        self.deep = deep
        self.deep_width = deep_width
        self.deep_steps = deep_steps
        self.columns = columns
        self.seed = seed

    def fit(self, interactions: Any, y: Any = None, *, products: Any = None, customers: Any = None, blend: Blend | None = None) -> Self:  # noqa: ARG002
        """
        Learn from *interactions*.

        Args:
            interactions: See `read_interactions`: customer_id, product_id, and where known a time and a weight or quantity.
            y: Not used.
            products: product_id and any of product_name, category, brand, margin (share of the price; or list_price and
                unit_cost), in_stock. Products that nobody bought are not recommended.
            customers: customer_id and segment, for customers without a history.
            blend: Shares that were chosen before (`blend_` of another); None chooses them.

        Raises:
            ColumnMissing: A needed column is not there.
            WrongInput: An unknown method, a parameter out of its range, a time or weight that is none.
            ExtraMissing: `neural` was asked for, or has a share, and JAX is not installed.
        """
        self._check()
        history = interactions if isinstance(interactions, Interactions) else read_interactions(interactions, self.columns)
        self.kind_ = asking.kind_of(interactions)
        self.history_ = self.everyone_ = history
        self.users_, self.products_ = history.users, history.items
        self.offers_ = read_offers(products, history.items, self.columns)
        self.segments_ = segments_of(customers, self.columns)
        span = float(np.ptp(history.day)) if len(history.day) else 0.0
        self.half_life_days_ = float(self.half_life_days or max(7.0, span / 6))
        self.season_days_ = float(self.season_days or min(60.0, max(7.0, span / 8)))
        self.at_ = float(np.floor(history.day.max(initial=0.0))) + 1.0
        self.blend_ = blend if blend is not None else self._chosen(history)
        shares = dict(zip(MEMBERS, self.blend_.mix.tolist(), strict=True))
        self.learned_ = self._learn(history, {name for name, share in shares.items() if share > 0})
        self.weights_ = {name: round(share, 6) for name, share in shares.items()}
        self.validation_, self.repeat_ = dict(self.blend_.tried), self.blend_.with_seen
        self._moment: tuple[float, Any] | None = None
        return self

    def recommend(
        self, users: Any = None, n: int = 10, *, at: Any = None, out_of_stock: Any = (), min_margin: float | None = None, forbidden: Any = None,
        enough: int | None = None, rest_days: float | None = None, max_per_category: int | None = None, diversity: float = 0.0,
    ) -> Any:  # fmt: skip
        """
        The best *n* products of each of *users*.

        Args:
            users: An id, several, or a frame with customer_id and, for those without a history, segment or category; None
                is everybody who is known. Twice the same is one; a missing id is left out.
            n: Fewer come where fewer are known or left.
            at: Score as of this time: histories, what is popular and what is known end before it; what goes together was
                learned at `fit`. None is after the last row.
            out_of_stock: Product ids, or a frame with product_id, that are not to be had; beside products' in_stock.
            min_margin: Products of a lower or unknown margin are left out.
            forbidden: A frame of customer_id and product_id: not suitable, whatever the score.
            enough: Products bought so many times are left out; 1 is what the customer already has.
            rest_days: Products bought less than so many days ago are left out.
            max_per_category: At most so many products of one category.
            diversity: 0 to 1: share of a score that is lost to likeness with the products before it (MMR).

        Returns:
            customer_id, rank (from 1), product_id, score (0 to about 1; of one list only), reason_code, reason_product_id
            (the own product that led to it; null without), reason (Chinese), reason_en: in the kind of frame that *users*
            is, else that `fit` was given; ids in the type that came.

        Raises:
            WrongInput: n below 1, a parameter out of its range, a margin asked for that `fit` was not given.
            ColumnMissing: A frame without its column.
        """
        check_is_fitted(self, "learned_")
        asking.check(n=n, enough=enough, max_per_category=max_per_category, diversity=diversity, rest_days=rest_days)
        asked = asking.who(users, self.users_, self.columns, self.segments_)
        moment = self.at_ if at is None else day_of(at)
        allowed = self.offers_.allowed(self.products_, out_of_stock, min_margin, self.columns)
        pairs = asking.forbidden_pairs(forbidden, asked.ids, self.products_, self.columns)
        ids, scores, codes, because = self._ranked(
            asked, n, moment, allowed, pairs, enough=enough, rest_days=rest_days, per_group=max_per_category or 0, spread=float(diversity)
        )
        made = self._told(asked.ids, ids, scores, codes, because)
        return asking.as_kind(made, asked.kind or self.kind_)

    def of(self, interactions: Any) -> Self:
        """
        The same recommender for the customers of *interactions*, who need not be those it learned from.

        What is popular and what goes together stay as they were learned; of products it does not know nothing counts, nor do
        alike customers. Costs what the rows of *interactions* take.

        Raises:
            ColumnMissing, WrongInput: As `fit`.
        """
        check_is_fitted(self, "learned_")
        history = read_interactions(interactions, self.columns, items=self.products_)
        made = copy(self)
        made.history_, made.users_, made._moment = history, history.users, None
        rows = len(history.users)
        made.learned_ = replace(self.learned_, peers=np.full((rows, 0), -1, np.int32), alike=np.zeros((rows, 0), np.float32))
        return made

    def lists(self, users: Any, n: int, rows: int) -> Any:
        """Places of the best *n* products of the customers at places *users* (of `users_`), in *rows* x n; −1 for none."""
        check_is_fitted(self, "learned_")
        made = np.full((rows, n), -1, np.int32)
        asked = asking.Asked(
            self.users_.take(pa.array(users, pa.int64())), np.asarray(users), [None] * len(users), [None] * len(users), None
        )
        pairs = np.zeros(0, np.int64), np.zeros(0, np.int64)
        ids = self._ranked(asked, n, self.at_, self.offers_.in_stock, pairs, enough=None, rest_days=None, per_group=0, spread=0.0)[0]
        made[users, : ids.shape[1]] = ids
        return made

    def to_files(self) -> dict[str, bytes]:
        """The recommender as files that hold no code: JSON, Arrow and arrays of numpy."""
        check_is_fitted(self, "learned_")
        return keeping.to_files(self)

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """The recommender that `to_files` gave *files* of; its answers are Arrow tables."""
        made: Self = keeping.from_files(cls, files)
        return made

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "learned_")

    def _check(self) -> None:
        if self.method not in METHODS:
            raise WrongInput(problem=Phrase("recommend.no_method", method=self.method, known=", ".join(METHODS)))
        if self.repeat not in (True, False, "auto"):
            raise WrongInput(problem=Phrase("recommend.parameter", name="repeat", value=self.repeat))
        if self.deep not in (True, False, "auto"):
            raise WrongInput(problem=Phrase("recommend.parameter", name="deep", value=self.deep))
        for name, least in (
            ("neighbours", 1),
            ("ease_items", 1),
            ("deep_width", 1),
            ("deep_steps", 1),
            ("ridge", 1e-6),
            ("half_life_days", 1e-6),
            ("season_days", 1e-6),
        ):
            asking.at_least(name, getattr(self, name), least)

    def _learn(self, history: Interactions, wanted: set[str]) -> Learned:
        return learn(
            history, wanted, width=int(self.neighbours), ridge=float(self.ridge), ease_items=int(self.ease_items), groups=self.offers_.group,
            makers=self.offers_.maker, deep_width=int(self.deep_width), deep_steps=int(self.deep_steps), seed=self.seed,
        )  # fmt: skip

    def _chosen(self, history: Interactions) -> Blend:
        """The blend; a single member takes no judging but for whether customers buy again."""
        with_seen = self.repeat is True
        if self.repeat == "auto":
            earlier, later, _ = split(history, self.seed)
            with_seen = history.is_timed and repeats(earlier, later) >= REPEAT_SHARE
        if self.method != "blend":
            mix = np.array([name == self.method for name in MEMBERS], np.float32)
            return Blend(mix, with_seen or self.method == "repeat", PROFILES[0])
        is_deep = is_installed() if self.deep == "auto" else self.deep
        wanted = set(MEMBERS) - (set() if is_deep else {"neural"}) - (set() if self.alike_customers else {"user_user"})
        judged = [(cut, self._learn(cut.earlier, wanted)) for cut in cuts(history, with_seen=with_seen, seed=self.seed)]
        return choose(
            judged, wanted=wanted, with_seen=with_seen, half_life=self.half_life_days_, season_days=self.season_days_, seed=self.seed
        )

    def _as_of(self, at: float) -> Any:
        """What a moment makes of histories; the last one asked for is kept, so that the next customer takes milliseconds."""
        if self._moment is None or self._moment[0] != at:
            seen = self.history_.before(at) if at < self.at_ else self.history_
            all_ = self.everyone_.before(at) if at < self.at_ else self.everyone_
            rows = popular(all_, at, season_days=self.season_days_)
            known = np.bincount(all_.item, minlength=len(self.products_)) > 0
            times = seen.matrix(np.ones(len(seen.user), np.float32))
            self._moment = at, (seen, *decayed(seen, at, self.half_life_days_, self.blend_.profile), times, rows, known)
        return self._moment[1]

    def _ranked(
        self, asked: asking.Asked, n: int, at: float, allowed: Any, pairs: Any, *, enough: int | None, rest_days: float | None, per_group: int,
        spread: float,
    ) -> Any:  # fmt: skip
        """Ids, scores, reason (place in `reasons.ALL`), own product, each customers x n; −1 for none."""
        from kezhi.models.recommendation import kernels

        n = min(n, max(len(self.products_), 1))
        count = len(asked.ids)
        ids, because = np.full((count, n), -1, np.int32), np.full((count, n), -1, np.int32)
        scores, codes = np.zeros((count, n), np.float32), np.zeros((count, n), np.int64)
        if not count or not len(self.products_):
            return ids, scores, codes, because
        seen, matrix, profile, again, times, rows, known = self._as_of(at)
        open_ = allowed & known
        has = np.zeros(count, bool)
        has[asked.place >= 0] = np.diff(matrix.indptr)[asked.place[asked.place >= 0]] > 0
        told = np.flatnonzero(has)
        if len(told):
            blocked = asking.blocked(asked.place, told, pairs, seen, at, enough=enough, rest_days=rest_days)
            network = self.learned_.network
            found = kernels.select(
                asked.place[told], open_, self.blend_.with_seen, n, *blocked, self.offers_.group, self.offers_.maker, per_group, np.float32(spread),
                matrix.indptr, matrix.indices, profile, again, rows, self.learned_.near, self.learned_.far, self.learned_.peers,
                self.learned_.alike, matrix.indptr, matrix.indices, network.products, network.taste(seen, asked.place[told]), network.out,
                network.shift, self.blend_.mix,
            )  # fmt: skip
            ids[told], scores[told] = found[0], found[1]
            codes[told], because[told] = reasons.told(found[0], reasons.OF_MEMBER[found[2]], found[3], times, asked.place[told])
        nothing = Network.none()
        for group in asking.strangers(asked, ~has):
            vector, code = self._ladder(seen, rows, group)
            blocked = asking.blocked(asked.place, group.rows, pairs, seen, at, enough=None, rest_days=None)
            found = kernels.select(
                np.zeros(len(group.rows), np.int64), open_, True, n, *blocked, self.offers_.group, self.offers_.maker, per_group,
                np.float32(spread), *asking.nobody(), np.stack([vector, vector]), np.full((0, len(vector), 0), -1, np.int32),
                np.zeros((0, len(vector), 0), np.float32), np.full((1, 0), -1, np.int32), np.zeros((1, 0), np.float32), *asking.nobody()[:2],
                nothing.products, nothing.taste(seen, group.rows), nothing.out, nothing.shift, np.array([1, 0, 0, 0, 0], np.float32),
            )  # fmt: skip
            ids[group.rows], scores[group.rows] = found[0], found[1]
            codes[group.rows] = code[np.maximum(found[0], 0)]
        return ids, scores, codes, because

    def _ladder(self, seen: Interactions, rows: Any, group: asking.Strangers) -> tuple[Any, Any]:
        """What strangers of one segment and category are offered: a score and a reason per product, the nearest rung first."""
        usual = rows[0]
        code = np.full(len(usual), reasons.ALL.index("popular"))
        vector = usual
        if group.segment is not None and self.segments_ is not None:
            mates = self.segments_.members(group.segment, self.users_)
            buyers = np.bincount(seen.matrix()[mates].indices, minlength=len(usual)).astype(np.float32)
            if buyers.any():
                vector = buyers / buyers.max() + np.float32(1e-3) * usual
                code = np.where(buyers > 0, reasons.ALL.index("segment_popular"), code)
        if group.category is not None and (place := self.offers_.group_of(group.category)) is not None:
            inside = self.offers_.group == place
            vector = np.where(inside, vector + np.float32(2.0), vector)
            code = np.where(inside & (usual > 0), reasons.ALL.index("category_popular"), code)
        return (vector / max(float(vector.max(initial=0.0)), 1e-9)).astype(np.float32), code

    def _told(self, who: pa.Array, ids: Any, scores: Any, codes: Any, because: Any) -> pa.Table:
        """The table of `recommend`."""
        at, rank = np.nonzero(ids >= 0)
        code, zh, en = reasons.words(codes[at, rank], because[at, rank], self.offers_.names)
        ours = {"customer_id": "customer_id", "product_id": "product_id"} | dict(self.columns or {})
        led = because[at, rank]
        product = self.products_.take(pa.array(ids[at, rank]))
        return pa.table(
            {
                ours["customer_id"]: who.take(pa.array(at)),
                "rank": pa.array(rank + 1, pa.int64()),
                ours["product_id"]: product,
                "score": pa.array(np.round(np.minimum(scores[at, rank].astype(np.float64), 1.0), 6)),
                "reason_code": code,
                "reason_product_id": self.products_.take(pa.array(np.where(led >= 0, led, 0), mask=led < 0)),
                "reason": zh,
                "reason_en": en,
            }
        )


__all__ = ["METHODS", "Offers", "Recommender"]
