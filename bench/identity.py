"""
Who is who, beside stock Splink on the same records: pairwise and B-cubed precision, recall and F1 of the clusters.

    python -m bench.identity fake_1000 febrl1 febrl2 febrl3 febrl4

Ours is `kezhi.dedupe` as it is: no setting, no threshold chosen per set. Splink has the stock comparisons of its tutorials, the
same blocking keys for all sets, u by random sampling and m by EM in two sessions; its threshold is the best of four for each set.
"""

from __future__ import annotations

import os
import sys
import time
from math import comb
from pathlib import Path

import polars as pl

import kezhi

DATA = Path(os.environ.get("KEZHI_DATA", "."))
FEBRL = {
    "given_name": "given_name", "surname": "surname", "suburb": "city", "postcode": "postcode", "state": "province",
    "date_of_birth": "birth_date", "soc_sec_id": "id_number",
}  # fmt: skip


def records(name: str) -> pl.DataFrame:
    """The records of a set with our field names, and `person`."""
    if name == "fake_1000":
        frame = pl.read_csv(DATA / "linkage/splink_fake_1000.csv.gz", infer_schema=False)
        return frame.rename({"unique_id": "record_id", "first_name": "given_name", "dob": "birth_date", "cluster": "person"})
    number = name.removeprefix("febrl")
    parts = [f"{number}a", f"{number}b"] if number == "4" else [number]
    frame = pl.concat([pl.read_csv(DATA / f"linkage/febrl_dataset{part}.csv.gz", infer_schema=False) for part in parts])
    frame = frame.rename({column: column.strip() for column in frame.columns})
    frame = frame.with_columns(pl.all().str.strip_chars().replace("", None))
    address = pl.concat_str("street_number", "address_1", "address_2", separator=" ", ignore_nulls=True).replace("", None)
    return frame.select(
        record_id="rec_id", person=pl.col("rec_id").str.extract(r"rec-(\d+)"), address=address, **{new: old for old, new in FEBRL.items()}
    )


def scores(found: pl.DataFrame) -> dict[str, float]:
    """Of record_id, customer_id, person: pairs and B-cubed."""

    def pairs(*by: str) -> int:
        return sum(comb(size, 2) for size in found.group_by(by).len()["len"])

    both, made, true = pairs("customer_id", "person"), pairs("customer_id"), pairs("person")
    sized = found.with_columns(both=pl.len().over("customer_id", "person"), made=pl.len().over("customer_id"), true=pl.len().over("person"))
    cubed = (sized["both"] / sized["made"]).mean(), (sized["both"] / sized["true"]).mean()
    result = {}
    for name, (precision, recall) in {"pairs": (both / made if made else 1.0, both / true), "b3": cubed}.items():
        result |= {f"{name}_precision": precision, f"{name}_recall": recall, f"{name}_f1": 2 * precision * recall / (precision + recall)}
    return result


def ours(frame: pl.DataFrame) -> pl.DataFrame:
    return kezhi.dedupe(frame.drop("person")).join(frame.select("record_id", "person"), on="record_id")


def splink(frame: pl.DataFrame) -> dict[float, pl.DataFrame]:
    """Clusters by threshold."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    have = set(frame.columns)
    stock = {
        "given_name": cl.NameComparison("given_name"), "surname": cl.NameComparison("surname"),
        "birth_date": cl.DamerauLevenshteinAtThresholds("birth_date", [1, 2]), "email": cl.EmailComparison("email"),
        "city": cl.ExactMatch("city").configure(term_frequency_adjustments=True), "postcode": cl.LevenshteinAtThresholds("postcode", [1, 2]),
        "address": cl.JaroWinklerAtThresholds("address", [0.9, 0.7]), "id_number": cl.DamerauLevenshteinAtThresholds("id_number", [1, 2]),
    }  # fmt: skip
    blocks = [
        ("given_name", "surname"), ("birth_date",), ("email",), ("id_number",), ("surname", "postcode"), ("given_name", "postcode"), ("address",),
    ]  # fmt: skip
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        comparisons=[made for name, made in stock.items() if name in have],
        blocking_rules_to_generate_predictions=[block_on(*names) for names in blocks if have.issuperset(names)],
    )
    engine = DuckDBAPI()
    table = engine.register(frame.drop("person").to_arrow())
    linker = Linker(table, settings)
    linker.training.estimate_probability_two_random_records_match([block_on("given_name", "surname", "birth_date")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("birth_date"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("given_name", "surname"))
    likely = linker.inference.predict(threshold_match_probability=0.3)
    found = {}
    for threshold in (0.5, 0.9, 0.95, 0.99):
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(likely, threshold_match_probability=threshold)
        rows = pl.DataFrame(clusters.as_record_list()).select("record_id", customer_id="cluster_id")
        found[threshold] = rows.join(frame.select("record_id", "person"), on="record_id")
    return found


def main(names: list[str]) -> None:
    for name in names:
        frame = records(name)
        begin = time.process_time()
        print(
            name,
            "kezhi",
            {key: round(value, 4) for key, value in scores(ours(frame)).items()},
            f"{time.process_time() - begin:.1f} s",
            flush=True,
        )
        begin = time.process_time()
        try:
            made = splink(frame)
        except Exception as error:
            print(name, "splink", repr(error)[:300], flush=True)
            continue
        best = max(((scores(rows), threshold) for threshold, rows in made.items()), key=lambda one: one[0]["pairs_f1"])
        print(
            name,
            "splink",
            best[1],
            {key: round(value, 4) for key, value in best[0].items()},
            f"{time.process_time() - begin:.1f} s",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:] or ["fake_1000", "febrl1", "febrl2", "febrl3", "febrl4"])
