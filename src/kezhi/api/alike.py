"""Look-alikes, what separates groups, and which segment to go for, on frames of any kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from kezhi.api.frames import _like
from kezhi.api.kinds import as_ibis
from kezhi.errors import ColumnMissing, WrongInput
from kezhi.flow.columns import check_numeric, matrix, numbers, numeric
from kezhi.insight.market import NEEDED, WEIGHTS, market_segments
from kezhi.kit.engine import ibis, ir
from kezhi.kit.expression import parse
from kezhi.locales import Phrase
from kezhi.settings import ClusterSettings

if TYPE_CHECKING:
    from kezhi.models.discriminants import Discriminants
    from kezhi.models.lookalike import Lookalike

ATTRIBUTES = ("gender", "province", "favourite_category", "favourite_brand", "favourite_channel", "rfm_group", "lifecycle_stage")
_ENDINGS = ("_30d", "_90d", "_365d", "_life", "_share", "_lift", "_orders")


class Alike(NamedTuple):
    """
    What `lookalike` found; frames are of the kind that came.

    Attributes:
        contrast: How buyers differ from all: attribute, value, customers, buyers, buying_rate, low, high (95% Wilson
            interval), lift, is_sure, p_value; the surest first. Of numbers the value is a quarter, Q1 the lowest.
        candidates: Those who are not buyers, best first: customer_id, score (chance to be a buyer as the fit sees it).
        buyers: How many there are.
        model: Its AUC on rows not seen, calibration, weights; `better_than_chance` says whether to trust the scores.
        left_out: Columns that were not read because the definition of a buyer names them.
    """

    contrast: Any
    candidates: Any
    buyers: int
    model: Lookalike
    left_out: list[str]


def lookalike(profile: Any, *, buyers: str | Iterable[Any], features: Sequence[str] | None = None, seed: int = 7) -> Alike:
    """
    Who, among those who are not buyers, is like the buyers.

    Args:
        profile: One row per customer with `customer_id`, such as `tables.PROFILE`.
        buyers: An expression over its columns, or the ids of the buyers.
        features: Columns of numbers for the score; None takes the usual ones that are there. Columns that the
            expression names, with their other windows and shares, are never read: they would only repeat it.
        seed: Of the split into rows to fit and rows to judge.

    Raises:
        ColumnMissing: No `customer_id`.
        ExpressionWrong: *buyers* is a text and no rule over the columns.
        WrongInput: Fewer than 30 buyers or others, or a feature that is no column of numbers.
    """
    from kezhi.models.lookalike import contrast_rows, score_alike

    table = _customers(profile)
    if isinstance(buyers, str):
        rule = parse(buyers, columns={name: str(kind) for name, kind in table.schema().items()}, kind="boolean")
        table = table.mutate(is_buyer_=rule.predicate(table))
        stems = {_stem(name) for name in rule.columns}
    else:
        chosen = [str(one) for one in buyers]
        table = table.mutate(is_buyer_=table.customer_id.cast("string").isin(chosen) if chosen else ibis.literal(False))
        stems = set()
    open_ = [name for name in table.columns if name not in ("customer_id", "is_buyer_") and _stem(name) not in stems]
    left_out = sorted(set(table.columns) - set(open_) - {"customer_id", "is_buyer_"})
    if features is None:
        usual = [name for name in (*ClusterSettings().features, "age_years") if name in open_ and name in numeric(table)]
        used = usual or [name for name in numeric(table) if name in open_]
    else:
        used = [name for name in features if name in open_]
        check_numeric(table, list(features))
    check_numeric(table, used)
    attributes = [name for name in ATTRIBUTES if name in open_]
    data = numbers(table, used).select("customer_id", "is_buyer_", *used, *attributes).order_by("customer_id").to_pyarrow()
    values, truth = matrix(data, used), data["is_buyer_"].to_numpy(zero_copy_only=False).astype(bool)
    extra = (
        [np.asarray([{"female": 1.0, "male": 0.0}.get(g, np.nan) for g in data["gender"].to_pylist()])] if "gender" in attributes else []
    )
    found = score_alike(np.column_stack([values, *extra]), [*used, *(["is_female"] if extra else [])], truth, seed=seed)
    columns: list[Any] = [data[name].to_pylist() for name in attributes] + [_quarters(values[:, place]) for place in range(len(used))]
    contrast = contrast_rows([*attributes, *used], columns, truth)
    order = np.lexsort((np.arange(len(truth)), -found.scores))
    order = order[~truth[order]]
    candidates = pa.table({"customer_id": data["customer_id"].take(pa.array(order)), "score": found.scores[order]})
    return Alike(
        _like(profile, ibis.memtable(pa.Table.from_pylist(contrast))),
        _like(profile, ibis.memtable(candidates)),
        int(truth.sum()),
        found,
        left_out,
    )


def discriminants(frame: Any, *, label: str, features: Sequence[str] | None = None) -> Discriminants:
    """
    What separates the groups that a column names: linear discriminant analysis.

    Rows with a null in a feature or the label are left out; memory is that of the features of all rows.

    Args:
        frame: One row per customer.
        label: The column that names the groups.
        features: Columns of numbers; None takes all but *label*.

    Raises:
        ColumnMissing: *label* is not there.
        WrongInput: Fewer than two groups of two rows, or features of which one follows from the others.
    """
    from kezhi.models.discriminants import discriminants as separate

    table = as_ibis(frame)
    if label not in table.columns:
        raise ColumnMissing(table="frame", missing=[label], present=sorted(table.columns), hint="")
    used = list(features) if features is not None else [name for name in numeric(table) if name != label]
    check_numeric(table, used)
    data = numbers(table, used).filter(table[label].notnull()).to_pyarrow()
    values = matrix(data, used)
    whole = ~np.isnan(values).any(axis=1)
    return separate(values[whole], np.asarray(data[label].to_pylist(), dtype=object)[whole])


def market(profile: Any, *, by: str, weights: Mapping[str, float] | None = None) -> Any:
    """
    Which segment to go for: size, growth, value and margin of each, weighted, with the contributions and the position.

    Args:
        profile: `tables.PROFILE` or alike, one row per customer.
        by: The column that names the segments.
        weights: Of size, growth, value and margin; None is 0.25, 0.25, 0.3, 0.2.

    Returns:
        One row per segment as `insight.market.market_segments` says, the best first.

    Raises:
        ColumnMissing: A column that is read is not there.
        WrongInput: An unknown weight, one below 0, or all 0.
    """
    table = as_ibis(profile)
    if missing := [name for name in (by, *NEEDED) if name not in table.columns]:
        raise ColumnMissing(table="profile", missing=missing, present=sorted(table.columns), hint="")
    asked = dict(WEIGHTS if weights is None else weights)
    if set(asked) - set(WEIGHTS) or min(asked.values(), default=0) < 0 or sum(asked.values()) <= 0:
        raise WrongInput(problem=Phrase("clusters.weights", known=", ".join(WEIGHTS)))
    return _like(profile, market_segments(table, by=by, weights=asked).order_by(ibis.desc("score"), "segment"))


def _customers(frame: Any) -> ir.Table:
    table = as_ibis(frame)
    if "customer_id" not in table.columns:
        raise ColumnMissing(table="customers", missing=["customer_id"], present=sorted(table.columns), hint="")
    return table


def _stem(name: str) -> str:
    """A column without its window and its evidence: `favourite_category_lift` and `favourite_category` are one."""
    return next((_stem(name.removesuffix(ending)) for ending in _ENDINGS if name.endswith(ending) and name != ending), name)


def _quarters(values: Any) -> list[str | None]:
    known = values[~np.isnan(values)]
    if not len(known):
        return [None] * len(values)
    bounds = np.unique(np.quantile(known, [0.25, 0.5, 0.75]))
    names = np.array([f"Q{place + 1}" for place in range(len(bounds) + 1)])
    return [None if np.isnan(value) else str(names[np.searchsorted(bounds, value)]) for value in values]
