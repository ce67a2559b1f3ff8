"""A fitted recommender as files that hold no code, and back."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from kezhi.models.recommendation.blending import Blend
from kezhi.models.recommendation.interactions import Interactions
from kezhi.models.recommendation.members import Learned
from kezhi.models.recommendation.neural import Network
from kezhi.models.recommendation.offers import Offers, Segments

HEAD, ARRAYS, USERS, PRODUCTS, SEGMENTS = "recommender.json", "arrays.npz", "users.arrow", "products.arrow", "segments.arrow"
NUMBERS = ("half_life_days_", "season_days_", "at_")


def to_files(made: Any) -> dict[str, bytes]:
    """See `Recommender.to_files`."""
    history, learned, offers, blend = made.history_, made.learned_, made.offers_, made.blend_
    parameters = made.get_params()
    parameters["columns"] = dict(parameters["columns"]) if parameters["columns"] else None
    head = {
        "parameters": parameters, "is_timed": history.is_timed, "groups": offers.groups, "names": offers.names, "has_margin": offers.margin is not None,
        "blend": {"with_seen": blend.with_seen, "profile": blend.profile, "tried": blend.tried, "users": blend.users},
        "numbers": {name: getattr(made, name) for name in NUMBERS},
    }  # fmt: skip
    arrays = {
        "user": history.user, "item": history.item, "day": history.day, "weight": history.weight, "near": learned.near, "far": learned.far,
        "peers": learned.peers, "alike": learned.alike, "group": offers.group, "maker": offers.maker, "in_stock": offers.in_stock, "mix": blend.mix,
    } | learned.network.arrays()  # fmt: skip
    if offers.margin is not None:
        arrays["margin"] = offers.margin
    kept = io.BytesIO()
    np.savez_compressed(kept, **arrays)
    files = {
        HEAD: json.dumps(head, ensure_ascii=False).encode(),
        ARRAYS: kept.getvalue(),
        USERS: _written(pa.table({"id": made.users_})),
        PRODUCTS: _written(pa.table({"id": made.products_})),
    }
    if made.segments_ is not None:
        files[SEGMENTS] = _written(pa.table({"id": made.segments_.customers, "segment": made.segments_.names}))
    return files


def from_files(kind: Any, files: Mapping[str, bytes]) -> Any:
    """See `Recommender.from_files`."""
    from kezhi.models.recommendation.members import MEMBERS

    head = json.loads(files[HEAD])
    kept = np.load(io.BytesIO(files[ARRAYS]), allow_pickle=False)
    made = kind(**head["parameters"])
    made.users_, made.products_ = (_read(files[name])["id"].combine_chunks() for name in (USERS, PRODUCTS))
    made.history_ = made.everyone_ = Interactions(
        kept["user"], kept["item"], kept["day"], kept["weight"], made.users_, made.products_, head["is_timed"]
    )
    made.learned_ = Learned(kept["near"], kept["far"], kept["peers"], kept["alike"], Network.of_arrays(kept))
    margin = kept["margin"] if head["has_margin"] else None
    made.offers_ = Offers(kept["group"], kept["maker"], head["groups"], margin, kept["in_stock"], head["names"])
    blend = dict(head["blend"])
    if "floor" in blend:  # kept before profiles had names
        blend["profile"] = "even" if blend.pop("floor") == 1.0 else "days"
    mix = np.zeros(len(MEMBERS), np.float32)
    mix[: len(kept["mix"])] = kept["mix"]  # members that came later stand last
    made.blend_ = Blend(mix, **blend)
    made.weights_ = {name: round(float(share), 6) for name, share in zip(MEMBERS, made.blend_.mix, strict=True)}
    made.validation_, made.repeat_ = dict(made.blend_.tried), made.blend_.with_seen
    made.segments_ = None
    if SEGMENTS in files:
        table = _read(files[SEGMENTS])
        made.segments_ = Segments(table["id"].combine_chunks(), table["segment"].combine_chunks())
    for name in NUMBERS:
        setattr(made, name, head["numbers"][name])
    made.kind_, made._moment = "arrow", None
    return made


def _written(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def _read(data: bytes) -> pa.Table:
    return pa.ipc.open_file(pa.BufferReader(data)).read_all()
