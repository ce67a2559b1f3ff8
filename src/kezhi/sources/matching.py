"""Which header of a file is which field of an input table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kezhi.locales import Phrase
from kezhi.sources import values
from kezhi.sources.headers import MOST_COLUMNS, SURE, is_id, likeness
from kezhi.sources.sample import Sample
from kezhi.tables import INPUTS

LEAST = 0.35  # weaker matches are no match


@dataclass(frozen=True, slots=True)
class Belief:
    """That *header* is *field*; `why` is to be said in either language, confidence from 0 to 1."""

    field: str
    header: str
    why: Phrase
    confidence: float


def match(sample: Sample, table: str, overrides: Mapping[str, str]) -> dict[str, Belief]:
    """
    The fields of *table* found in the file, by our name.

    Overrides come first. Then the surest pair of name and field is taken, again and again; a header is used once. A name
    whose values are of another kind counts a third.
    """
    known = INPUTS[table].field_names
    found = {
        field: Belief(field, header, Phrase("sources.why.override"), 1.0)
        for field, header in overrides.items()
        if field in known and header in sample.columns
    }
    taken = {belief.header for belief in found.values()}
    pairs = []
    for field in INPUTS[table].fields:
        for position, header in enumerate(sample.header[:MOST_COLUMNS]):
            if field.name in found or header in taken:
                continue
            by_name = likeness(table, field.name, header)
            if by_name < LEAST:
                continue
            fitting = values.fits(field.kind, sample.columns[header]) >= 0.5
            empty = not any(sample.columns[header])  # of two phones take the one that is filled in
            pairs.append((by_name / 3 if not fitting else by_name - 0.08 * empty, -position, field.name, header))
    for score, _, name, header in sorted(pairs, reverse=True):
        if score >= LEAST and name not in found and header not in taken:
            why = Phrase("sources.why.name" if score >= SURE else "sources.why.similar_name")
            found[name] = Belief(name, header, why, round(score, 2))
            taken.add(header)
    _match_personal_values(sample, table, found, taken)
    return found


def _match_personal_values(sample: Sample, table: str, found: dict[str, Belief], taken: set[str]) -> None:
    """Phones, mails and id numbers are told by their form, whatever the header is."""
    for header in sample.header[:MOST_COLUMNS]:
        if header not in taken:
            field = values.personal_field(sample.columns[header])
            if field in INPUTS[table].field_names and field not in found:
                found[field] = Belief(field, header, Phrase("sources.why.values"), 0.6)
                taken.add(header)


def match_by_values(sample: Sample, found: dict[str, Belief]) -> None:
    """
    What a flat sales file still lacks, told by values alone: the day, the amount, and the buyer of a file without header.

    The day is the only column of dates; the amount the last column of numbers with decimals (else of numbers); the buyer the first
    column whose values come again; a quantity is a column of small whole numbers.
    """

    def believe(field: str, header: str) -> None:
        found[field] = Belief(field, header, Phrase("sources.why.values"), 0.5)
        left.remove(header)

    left = [h for h in sample.header[:MOST_COLUMNS] if h not in {b.header for b in found.values()} and any(sample.columns[h])]
    dates = [h for h in left if values.share(sample.columns[h], values.is_date) >= 0.9]
    if "ordered_at" not in found and len(dates) == 1:
        believe("ordered_at", dates[0])
    numbers = [h for h in left if h not in dates and not is_id(h) and values.share(sample.columns[h], values.is_number) >= 0.9]
    decimals = [h for h in numbers if not values.are_integers(sample.columns[h])]
    has_amount = found.keys() & {"net_amount", "gross_amount"} or {"unit_price", "quantity"} <= found.keys()
    if not has_amount and not sample.has_header and (decimals or numbers):
        believe("net_amount", (decimals or numbers)[-1])
    elif not has_amount and len(decimals or numbers) == 1:
        believe("net_amount", (decimals or numbers)[0])
    if not sample.has_header and "record_id" not in found:
        codes = [h for h in left if h not in dates and h not in decimals and 0 < values.distinct_share(sample.columns[h]) < 1]
        if codes:
            believe("record_id", codes[0])
        small = [h for h in left if h in numbers and all(len(v) <= 3 and not v.startswith("0") for v in sample.columns[h] if v)]
        if small and "quantity" not in found:
            believe("quantity", small[0])
