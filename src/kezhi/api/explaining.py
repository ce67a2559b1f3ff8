"""Why two records are, or are not, one person, in one snapshot."""

from __future__ import annotations

from typing import Any

from kezhi.errors import NoSnapshot, WrongInput
from kezhi.flow.linkage import why
from kezhi.flow.reader import Reader
from kezhi.kit.engine import ir
from kezhi.locales import Phrase
from kezhi.settings import Settings


def explained(reader: Reader, settings: Settings, left: str, right: str) -> dict[str, Any]:
    """
    Why two records are, or are not, one person.

    Returns:
        left, right (record ids), left_customer_id, right_customer_id, same_customer, weight_bits, probability, refused (why they
        are not joined whatever the weight, or None), and evidence: comparison, level and bits (log2), the heaviest first.

    Raises:
        NoSnapshot: The last run compared no records (`identity.probable_links`).
        WrongInput: There is no such record, or it is the same one twice.

    Cost: all records are prepared once more, as a rare name weighs more than a common one: some 5 s of processor for 100,000.
    """
    if "identity_weights" not in reader.snapshot.tables:
        raise NoSnapshot(folder=str(reader.snapshot.folder), what="identity_weights")
    if left == right:
        raise WrongInput(problem=Phrase("linkage.same_record", id=left))
    owners = {row["record_id"]: row["customer_id"] for row in reader.pick("identity_links", "record_id", [left, right])}
    for one in (left, right):
        if one not in owners:
            raise WrongInput(problem=Phrase("linkage.no_record", id=one))
    told: list[ir.Table] = [reader.table(name) for name in ("customer_records", "identity_weights")]
    found = why(reader.answer(told[0]), (left, right), reader.answer(told[1]), settings.identity)
    customers = {"left_customer_id": owners[left], "right_customer_id": owners[right]}
    return {"left": left, "right": right, **customers, "same_customer": owners[left] == owners[right], **found}
