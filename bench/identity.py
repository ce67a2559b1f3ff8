"""
Who is who, beside stock Splink on the same records: pairwise and B-cubed precision, recall and F1 of the clusters.

    python -m bench.identity fake_1000 febrl1 febrl2 febrl3 febrl4
    python -m bench.identity city:FOLDER city:FOLDER:0.5 city:FOLDER:0.9    # a demo city that was run, with so much of its contacts lost

Ours is `kezhi.dedupe` as it is: no setting, no threshold chosen per set. Splink has the stock comparisons of its tutorials, the
same blocking keys for all sets, u by random sampling and m by EM in two sessions; its threshold is the best of four for each set.
Splink 5 ends a session of EM with an error where no pair has some level, as with ids that are mostly lost: then it goes without
these ids, and if need be without that session.
"""

from __future__ import annotations

import os
import sys
import time
import zlib
from math import comb
from pathlib import Path

import polars as pl

import kezhi

DATA = Path(os.environ.get("KEZHI_DATA", "."))
FEBRL = {
    "given_name": "given_name", "surname": "surname", "suburb": "city", "postcode": "postcode", "state": "province",
    "date_of_birth": "birth_date", "soc_sec_id": "id_number",
}  # fmt: skip


def city(folder: str, mess: float) -> pl.DataFrame:
    """
    The cleaned records of a demo city, and `person`.

    Of a share *mess* of the records phone, mail and id number are lost; a tenth as many have a letter of the name or a digit of the
    birth date wrong. Which ones follows from the record's id, so that a larger share loses all that a smaller one does.
    """
    from kezhi.api import open_project

    truth = pl.read_parquet(Path(folder) / "truth/records.parquet")
    people = truth.select(record_id=pl.col("source") + ":" + pl.col("record_id"), person="person_id")
    told = pl.from_arrow(open_project(folder).query(
        "select record_id, name, phone, email, coalesce(id_birth_date, birth_date)::varchar birth_date, id_number, province, city, address,"
        " coalesce(id_gender, gender) gender, member_id, app_id, wechat_id from customer_records where not is_bare"
    ))  # fmt: skip
    frame = told.join(people, on="record_id").sort("record_id")
    draws = pl.Series([zlib.crc32(one.encode()) % 10_000 / 10_000 for one in frame["record_id"]])
    lost, wrong = draws < mess, (draws * 7 % 1) < mess / 10
    gone = [
        pl.when(lost).then(None).otherwise(pl.col(name)).alias(name)
        for name in ("phone", "email", "id_number", "member_id", "app_id", "wechat_id")
    ]
    typed = [
        pl.when(wrong).then(pl.col("birth_date").str.replace(r"\d$", "9")).otherwise(pl.col("birth_date")).alias("birth_date"),
        pl.when(wrong).then(pl.col("name").str.replace(r".$", "伟")).otherwise(pl.col("name")).alias("name"),
    ]
    return frame.with_columns(gone).with_columns(typed)


def records(name: str) -> pl.DataFrame:
    """The records of a set with our field names, and `person`."""
    if name.startswith("city:"):
        folder, _, mess = name.removeprefix("city:").partition(":")
        return city(folder, float(mess or 0))
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


def candidate_pairs(frame: pl.DataFrame) -> float:
    """Pairs that the blocking rules of `kezhi.dedupe` bring together, per record; a pair counts once for each rule."""
    from kezhi.flow.linkage import persons
    from kezhi.settings import IdentitySettings

    counts = persons(frame.drop("person").cast(pl.String).to_arrow(), IdentitySettings()).counts
    return sum(counts["pairs"].to_pylist()) / frame.height


def exact(frame: pl.DataFrame) -> pl.DataFrame:
    """The simple baseline: records with one phone, mail or id in common are one person."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    rows = frame.with_row_index("row")
    ends = []
    for name in ("phone", "email", "id_number", "member_id", "app_id", "wechat_id"):
        if name in frame.columns:
            held = rows.filter(pl.col(name).is_not_null()).select("row", hub=pl.col("row").min().over(name))
            ends.append(held)
    tied = pl.concat(ends) if ends else pl.DataFrame({"row": [], "hub": []}, schema={"row": pl.UInt32, "hub": pl.UInt32})
    graph = coo_matrix(([True] * tied.height, (tied["row"].to_numpy(), tied["hub"].to_numpy())), shape=(frame.height, frame.height))
    return frame.select("record_id", "person").with_columns(customer_id=pl.Series(connected_components(graph, directed=False)[1]))


OWN_IDS = ("member_id", "app_id", "wechat_id")


def splink(frame: pl.DataFrame) -> dict[float, pl.DataFrame]:
    """Clusters by threshold; where a session of EM does not come to an end, without the ids that systems give, or without it."""
    less = frame.drop(*OWN_IDS, strict=False)
    for told, every in ((frame, True), (less, True), (less, False)):
        try:
            return _splink(told, every_session=every)
        except ValueError as error:
            print("splink: again with less, because", str(error)[:60], flush=True)
    raise RuntimeError("no session of EM came to an end")


def _splink(frame: pl.DataFrame, *, every_session: bool) -> dict[float, pl.DataFrame]:
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    have = set(frame.columns)
    stock = {
        "given_name": cl.NameComparison("given_name"), "surname": cl.NameComparison("surname"),
        "birth_date": cl.DamerauLevenshteinAtThresholds("birth_date", [1, 2]), "email": cl.EmailComparison("email"),
        "city": cl.ExactMatch("city").configure(term_frequency_adjustments=True), "postcode": cl.LevenshteinAtThresholds("postcode", [1, 2]),
        "name": cl.NameComparison("name"), "phone": cl.DamerauLevenshteinAtThresholds("phone", [1, 2]), "gender": cl.ExactMatch("gender"),
        "province": cl.ExactMatch("province"), "wechat_id": cl.ExactMatch("wechat_id"), "member_id": cl.ExactMatch("member_id"),
        "app_id": cl.ExactMatch("app_id"),
        "address": cl.JaroWinklerAtThresholds("address", [0.9, 0.7]), "id_number": cl.DamerauLevenshteinAtThresholds("id_number", [1, 2]),
    }  # fmt: skip
    blocks = [
        ("given_name", "surname"), ("birth_date",), ("email",), ("id_number",), ("surname", "postcode"), ("given_name", "postcode"), ("address",), ("name", "city"), ("name", "birth_date"), ("phone",), ("member_id",), ("app_id",), ("wechat_id",),
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
    names = ("given_name", "surname") if "given_name" in have else ("name",)
    linker.training.estimate_probability_two_random_records_match([block_on(*names, "birth_date")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    ended = 0
    for fields in (("birth_date",), names):
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*fields))
            ended += 1
        except ValueError:
            if every_session:
                raise
    if not ended:
        raise ValueError("no session of EM came to an end")
    likely = linker.inference.predict(threshold_match_probability=0.3)
    found = {}
    for threshold in (0.5, 0.9, 0.95, 0.99):
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(likely, threshold_match_probability=threshold)
        rows = pl.DataFrame(clusters.as_record_list(), infer_schema_length=None).select("record_id", customer_id="cluster_id")
        found[threshold] = rows.join(frame.select("record_id", "person"), on="record_id")
    return found


def main(names: list[str]) -> None:
    for name in names:
        frame = records(name)
        print(name, "exact keys", {key: round(value, 4) for key, value in scores(exact(frame)).items()}, flush=True)
        begin = time.process_time()
        print(
            name,
            "kezhi",
            {key: round(value, 4) for key, value in scores(ours(frame)).items()},
            f"{time.process_time() - begin:.1f} s",
            f"{candidate_pairs(frame):.1f} candidate pairs per record",
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
