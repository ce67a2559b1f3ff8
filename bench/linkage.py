"""
Who is who among many: time and memory of `kezhi.dedupe` and of plain Splink on the same records, each a process of its own.

    python -m bench.linkage DIR --records 1000000               # both, in turns, once
    python -m bench.linkage DIR --records 5000000 --only kezhi
    python -m bench.linkage DIR --records 1000000 --joining 20000   # new records joining those that are known

Records are those of the demo city's three customer files with their defects, without its orders. Splink has its stock comparisons,
u by random sampling of a million pairs, m by EM on two rules, exact keys and name with birth date or city to block by, threshold 0.9.
Both have two threads and the same memory limit, and read the same Parquet.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl

FIELDS = ("record_id", "name", "phone", "email", "id_number", "birth_date", "gender", "city", "address", "member_id", "app_id", "wechat_id")


def made(folder: Path, count: int) -> Path:
    """A Parquet file of some *count* records with `person`, made by the city of a fixed seed and kept."""
    from kezhi.city.chance import stream
    from kezhi.city.customers import app_page, member_page, shop_page
    from kezhi.city.people import people
    from kezhi.city.records import records

    path = folder / f"records-{count}.parquet"
    if path.is_file():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    living = people(7, int(count / 1.75))
    systems = records(7, living)
    pages = [
        shop_page(stream(7, "bench.shop"), living, systems),
        app_page(stream(7, "bench.app"), living, systems),
        member_page(stream(7, "bench.member"), living, systems, 0, len(systems["member"]), "members")[0],
    ]
    frames = []
    for page in pages:
        ours = {header: field for header, field in page.fields.items() if field in FIELDS and field != "record_id"}
        held = systems[page.source]
        owners = pl.DataFrame({"record_id": held.record_id, "person": living.person_id.gather(held.person)})
        frame = (
            page.frame.select(*ours).rename(ours).with_columns(record_id=page.row_id).unique("record_id", keep="first", maintain_order=True)
        )
        frames.append(frame.join(owners, on="record_id").with_columns(record_id=page.source + ":" + pl.col("record_id")))
    both = pl.concat(frames, how="diagonal").select(*FIELDS, "person")
    both.with_columns(  # as a clean step gives them, so that neither side has to
        phone=pl.col("phone").str.replace_all("[^0-9]", "").str.replace("^(0086|86)", "").replace("", None),
        birth_date=pl.col("birth_date").str.to_date("%Y-%m-%d", strict=False).cast(pl.String),
        gender=pl.col("gender").replace({"男": "M", "女": "F"}),
        email=pl.col("email").str.to_lowercase(),
    ).write_parquet(path)
    return path


def kezhi_finds(path: Path, limit: str) -> pl.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from kezhi.flow.linkage import persons
    from kezhi.settings import EngineSettings, IdentitySettings

    file = pq.ParquetFile(path)
    names = [name for name in file.schema_arrow.names if name != "person"]
    schema = pa.schema([file.schema_arrow.field(name) for name in names])
    batches = pa.RecordBatchReader.from_batches(schema, file.iter_batches(columns=names))
    found = persons(batches, IdentitySettings(), engine=EngineSettings(memory_limit=limit, threads=2))
    return pl.DataFrame(found.members).select("record_id", "customer_id")


def splink_finds(path: Path, limit: str) -> pl.DataFrame:
    import duckdb
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        comparisons=[
            cl.NameComparison("name"), cl.DamerauLevenshteinAtThresholds("phone", [1, 2]), cl.EmailComparison("email"),
            cl.DamerauLevenshteinAtThresholds("id_number", [1, 2]), cl.DamerauLevenshteinAtThresholds("birth_date", [1, 2]),
            cl.ExactMatch("gender"), cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("address", [0.9, 0.7]), cl.ExactMatch("member_id"), cl.ExactMatch("app_id"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on(*names)
            for names in (("id_number",), ("phone",), ("email",), ("member_id",), ("app_id",), ("name", "birth_date"), ("name", "city"))
        ],
    )  # fmt: skip
    connection = duckdb.connect(config={"memory_limit": limit, "threads": 2})
    table = pl.read_parquet(path).drop("person").to_arrow()
    linker = Linker(DuckDBAPI(connection=connection).register(table), settings)
    linker.training.estimate_probability_two_random_records_match([block_on("name", "birth_date")], recall=0.3)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for fields in (("name", "birth_date"), ("phone",)):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*fields))
    likely = linker.inference.predict(threshold_match_probability=0.9)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(likely, threshold_match_probability=0.9)
    return connection.sql(f"select record_id, cluster_id as customer_id from {clusters.physical_name}").pl()


def joining_finds(path: Path, limit: str, fresh: int) -> dict[str, Any]:
    """
    Some *fresh* records, spread over the sources, come to the others, which are matched already: seconds of the joining alone,
    and of the matching of the others. Both read and write the forms that a run keeps; exact keys are left out.
    """
    import tempfile
    from datetime import date

    from kezhi.flow.linkage import checked
    from kezhi.flow.warehouse import Warehouse
    from kezhi.identity.joining import joined
    from kezhi.identity.memory import left_for_next, recalled_matching
    from kezhi.identity.probable import people
    from kezhi.settings import EngineSettings, IdentitySettings

    day, settings = date(2026, 1, 1), IdentitySettings()
    frame = pl.scan_parquet(path).drop("person").with_row_index("at")
    every = frame.select(pl.len()).collect().item() // fresh
    with tempfile.TemporaryDirectory() as folder, Warehouse(EngineSettings(memory_limit=limit, threads=2), Path(folder)) as bench:

        def told(rows: pl.LazyFrame) -> Any:
            table = rows.drop("at").collect().to_arrow()
            return checked(bench.keep(table.schema, table.to_batches()), bench)

        def left(found: Any, memory: Any, records: Any, alone: Any) -> dict[str, Any]:
            kept = left_for_next(found, memory, records, alone, settings, day)
            pairs = {"identity_weights": found.weights, "identity_matches": found.pairs}
            return {name: bench.settle(table) for name, table in (kept | pairs).items()}

        records = told(frame.filter(pl.col("at") % every != 0))
        alone = records.select("record_id", cluster="record_id")
        begin = time.perf_counter()
        found = people(records, settings, bench, known=alone)
        before = left(found, None, records, alone)
        before |= dict.fromkeys(("identity_review", "identity_evidence"), before["identity_matches"])
        seconds_before = time.perf_counter() - begin
        records = told(frame)
        alone = records.select("record_id", cluster="record_id")
        begin = time.perf_counter()
        memory = recalled_matching(records, alone, None, before, settings, bench)
        assert memory is not None
        made = joined(records, memory, settings, bench)
        now = left(made.found, memory, records, alone)
        seconds = time.perf_counter() - begin
        members = pl.DataFrame(bench.arrow(made.found.members.select("record_id", "customer_id")))
        return {
            "joining_seconds": seconds,
            "all_before_seconds": seconds_before,
            "looked_at": bench.arrow(made.area.count().as_table()).to_pylist()[0],
            **bench.arrow(now["identity_matching"].select("records", "fresh_records")).to_pylist()[0],
            **_scored(members, path),
        }


def _scored(found: pl.DataFrame, path: Path) -> dict[str, float]:
    from bench.identity import scores

    people = pl.read_parquet(path, columns=["record_id", "person"])
    return {name: round(value, 4) for name, value in scores(found.join(people, on="record_id")).items()}


def one(who: str, path: Path, joining: int, limit: str) -> None:
    """One side, in a process of its own: prints its seconds and what it found."""
    begin = time.perf_counter()
    if who == "joining":
        told: dict[str, Any] = joining_finds(path, limit, joining)
        seconds = told["joining_seconds"]
    else:
        found = {"kezhi": kezhi_finds, "splink": splink_finds}[who](path, limit)
        seconds = time.perf_counter() - begin
        told = {"records": found.height, **_scored(found, path)}
    print(json.dumps({"seconds": seconds, **told}), flush=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--records", type=int, default=1_000_000)
    asked.add_argument("--only", choices=["kezhi", "splink", "joining"])
    asked.add_argument("--joining", type=int, default=0, help="so many of the records are new and join the others")
    asked.add_argument("--limit", default="6GB", help="memory that the engine may take")
    asked.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    told = asked.parse_args()
    path = made(told.folder, told.records)
    if told.inside:
        one(told.only, path, told.joining, told.limit)
        return
    from bench.rotate import measure

    sides = [told.only] if told.only else ["joining"] if told.joining else ["kezhi", "splink"]
    base = [sys.executable, "-m", "bench.linkage", str(told.folder), "--records", str(told.records), "--joining", str(told.joining)]
    base += ["--limit", told.limit]
    runs = {}
    for side in sides:
        run = runs[side] = measure(side, [*base, "--only", side, "--inside"])
        print(
            side, json.dumps({key: round(value, 1) for key, value in run.items() if isinstance(value, float)}), run["figures"], flush=True
        )
    if len(runs) == 2:
        ours, theirs = runs["kezhi"], runs["splink"]
        ratios = {key: round(ours[key] / theirs[key], 2) for key in ("seconds", "cpu", "peak_mib")}
        print("Kezhi / Splink:", json.dumps(ratios), flush=True)


if __name__ == "__main__":
    main()
