"""Look-alikes, what separates groups, and which segment to go for, on frames of any kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from kezhi.api.frames import _like
from kezhi.api.kinds import as_ibis
from kezhi.errors import ColumnMissing, WrongInput
from kezhi.flow.alike import IS_BUYER, alike
from kezhi.flow.columns import check_numeric, matrix, numbers, numeric
from kezhi.insight.market import NEEDED, WEIGHTS, market_segments
from kezhi.kit.engine import ibis, ir
from kezhi.kit.expression import parse
from kezhi.locales import Phrase

if TYPE_CHECKING:
    from kezhi.models.discriminants import Discriminants
    from kezhi.models.lookalike import Lookalike

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


def lookalike(profile: Any, *, buyers: str | Iterable[Any] | ir.Table, features: Sequence[str] | None = None, seed: int = 7) -> Alike:
    """
    Who, among those who are not buyers, is like the buyers.

    Args:
        profile: One row per customer with `customer_id`, such as `tables.PROFILE`.
        buyers: An expression over its columns, the ids of the buyers, or an Ibis table of the same engine with their `customer_id`.
        features: Columns of numbers for the score; None takes the usual ones that are there. Columns that the
            expression names, with their other windows and shares, are never read: they would only repeat it.
        seed: Of the split into rows to fit and rows to judge.

    Raises:
        ColumnMissing: No `customer_id`.
        ExpressionWrong: *buyers* is a text and no rule over the columns.
        WrongInput: Fewer than 30 buyers or others, or a feature that is no column of numbers.
    """
    table = _customers(profile)
    if isinstance(buyers, str):
        rule = parse(buyers, columns={name: str(kind) for name, kind in table.schema().items()}, kind="boolean")
        table = table.mutate(**{IS_BUYER: rule.predicate(table)})
        stems = {stem(name) for name in rule.columns}
    else:
        if not isinstance(buyers, ir.Table):
            buyers = ibis.memtable(pa.table({"customer_id": pa.array(sorted({str(one) for one in buyers}), pa.string())}))
        chosen = buyers.select(buyer_id=buyers.customer_id.cast("string")).distinct()
        joined = table.left_join(chosen, table.customer_id.cast("string") == chosen.buyer_id)
        table = joined.mutate(**{IS_BUYER: joined.buyer_id.notnull()}).drop("buyer_id")
        stems = set()
    open_ = [name for name in table.columns if name not in ("customer_id", IS_BUYER) and stem(name) not in stems]
    left_out = sorted(set(table.columns) - set(open_) - {"customer_id", IS_BUYER})
    found = alike(table, open_, features=features, seed=seed, compute=lambda asked: asked.to_pyarrow())
    return Alike(
        _like(profile, ibis.memtable(pa.Table.from_pylist(found.contrast))),
        _like(profile, ibis.memtable(found.candidates)),
        found.buyers,
        found.model,
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


def stem(name: str) -> str:
    """A column without its window and its evidence: `favourite_category_lift` and `favourite_category` are one."""
    return next((stem(name.removesuffix(ending)) for ending in _ENDINGS if name.endswith(ending) and name != ending), name)
