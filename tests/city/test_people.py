"""The city behaves like a city: who can be tied to whom, when people buy, what they like, and that all groups exist."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from kezhi.city import catalogue, people, records
from kezhi.city.records import LANDLINE, NEW, NO_PHONE, OLD, PLACEHOLDER, TYPO, Records, exact_key_groups
from kezhi.city.seasons import END, START, intensity


def held(source: str, persons: list[int], phones: list[int], *, mail=(), id_right=(), member=(), app=(), in_file=None) -> Records:
    """Records of *persons*; the keyword lists name the rows that hold the key."""
    rows = np.arange(len(persons))
    flag = {name: np.isin(rows, list(of)) for name, of in (("mail", mail), ("id", id_right), ("member", member), ("app", app))}
    return Records(
        source=source, record_id=pl.Series([f"{source}{row}" for row in rows]), person=np.array(persons), registered=rows,
        in_file=np.ones(len(rows), dtype=bool) if in_file is None else np.array(in_file), phone=np.array(phones),
        has_email=flag["mail"], placeholder_email=np.zeros(len(rows), dtype=bool), has_id_number=flag["id"], id_number_right=flag["id"],
        knows_member=flag["member"], knows_app=flag["app"], first_of_person=rows,
    )  # fmt: skip


def two_people() -> SimpleNamespace:
    """Person 0 kept the number, person 1 changed it."""

    class Two(SimpleNamespace):
        def __len__(self) -> int:
            return 2

    return Two(mobile=pl.Series(["13900000001", "13900000002"]), new_mobile=pl.Series(["13900000001", "13700000002"]))


def test_records_are_tied_through_a_third_one():
    """Shop and app share a mail, app and member share the member id; shop and member share nothing."""
    groups = exact_key_groups(
        two_people(),
        {
            "shop": held("shop", [0], [NO_PHONE], mail=[0]),
            "app": held("app", [0], [NO_PHONE], mail=[0], member=[0]),
            "member": held("member", [0], [NO_PHONE], member=[0]),
        },
    )
    assert {0} == {int(group[0]) for group in groups.values()}


@pytest.mark.parametrize("phone", [LANDLINE, PLACEHOLDER, TYPO, NO_PHONE])
def test_landlines_placeholders_and_typos_tie_nobody(phone):
    groups = exact_key_groups(two_people(), {"shop": held("shop", [0], [phone]), "app": held("app", [0], [phone])})
    assert groups["shop"][0] != groups["app"][0]


def test_an_old_and_a_new_number_tie_only_who_did_not_change_it():
    groups = exact_key_groups(two_people(), {"shop": held("shop", [0, 1], [OLD, OLD]), "app": held("app", [0, 1], [NEW, NEW])})
    assert groups["shop"][0] == groups["app"][0]
    assert groups["shop"][1] != groups["app"][1]


def test_a_wrong_id_number_and_a_record_in_no_file_tie_nobody():
    wrong = exact_key_groups(two_people(), {"shop": held("shop", [0], [NO_PHONE]), "member": held("member", [0], [NO_PHONE], id_right=[0])})
    gone = exact_key_groups(two_people(), {"shop": held("shop", [0], [OLD], in_file=[False]), "app": held("app", [0], [OLD])})
    for groups in (wrong, gone):
        assert len({int(group[0]) for group in groups.values()}) == 2


def test_linkable_persons_are_those_whose_records_all_share_one_group(written):
    groups = written.truth("records").group_by("person_id").agg(pl.col("exact_key_group").n_unique(), pl.len())
    joined = groups.join(written.truth("persons"), on="person_id")
    assert joined.select((pl.col("linkable_by_exact_keys") == (pl.col("exact_key_group") == 1)).all()).item()
    several = joined.filter(pl.col("len") > 1)
    assert 0.5 < several["linkable_by_exact_keys"].mean() < 0.95  # missing keys are common, but not the rule


def test_the_keys_in_the_files_tie_exactly_the_records_that_the_truth_says(written):
    """Pairs of one person that share a mended key, directly; all must be in one group of the truth, and every group must come about so."""
    keys, mended = {}, {(d["source"], d["row_id"], d["column_name"]): d for d in written.defects.iter_rows(named=True)}
    truth = written.truth("records").filter("in_file")
    for source in ("shop", "app", "member"):
        columns = written.columns(source, "customer_records")
        files = [f["source_file"] for f in written.summary["files"] if (f["source"], f["table_name"]) == (source, "customer_records")]
        for header, rows, _ in map(written.rows, files):
            for row in rows:
                record, found = row[header.index(columns["record_id"])], set()
                for field in {"phone", "email", "id_number", "member_id", "app_id"} & set(columns):
                    value, defect = row[header.index(columns[field])], mended.get((source, record, field))
                    if defect is not None:
                        shared = defect["kind"] in ("household_landline", "phone_typo", "id_number_checksum")
                        value = defect["right_value"] if defect["recoverable"] and not shared else None
                    if value:
                        found.add((field, value))
                keys[source, record] = found
    group = {(r["source"], r["record_id"]): r["exact_key_group"] for r in truth.iter_rows(named=True)}
    tied = {record: {record} for record in group}
    for _, of_person in truth.group_by("person_id"):
        ids = list(zip(of_person["source"], of_person["record_id"], strict=True))
        for one, other in combinations(ids, 2):
            if keys[one] & keys[other]:
                union = tied[one] | tied[other]
                for record in union:
                    tied[record] = union
        for one, other in combinations(ids, 2):
            assert (other in tied[one]) == (group[one] == group[other]), (one, other, keys[one], keys[other])


def test_the_seasons_hold_the_feasts():
    days, level = [START.toordinal() + n for n in range((END - START).days)], intensity()
    by_day = {date.fromordinal(day): value for day, value in zip(days, level, strict=True)}
    assert by_day[date(2023, 11, 11)] == max(value for day, value in by_day.items() if day.year == 2023)
    assert by_day[date(2024, 2, 2)] > 2 * by_day[date(2024, 2, 10)]  # before and on the lunar new year
    assert by_day[date(2024, 3, 9)] > 1.3 * by_day[date(2024, 3, 6)]  # a Saturday and a Wednesday
    assert level.mean() == pytest.approx(1)


def test_favourites_exist(written):
    """People buy their favourite category more often than the city does."""
    orders, persons = written.truth("orders"), written.truth("persons")
    header, rows, _ = written.rows("data/app/order_items.jsonl")
    lines = pl.DataFrame(rows, schema=header, orient="row").select("order_no", pl.col("sku").alias("product_id"))
    product_header, product_rows, _ = written.rows("data/shop/商品.csv")
    category = dict(zip((r[0] for r in product_rows), (r[product_header.index("类目")] for r in product_rows), strict=True))
    bought = (
        lines.filter(pl.col("product_id") != "")
        .with_columns(category=pl.col("product_id").replace_strict(category))
        .join(orders.filter(source="app"), left_on="order_no", right_on="order_id")
        .join(persons, on="person_id")
    )
    assert bought.select((pl.col("category") == pl.col("favourite_category")).mean()).item() > 0.45


def test_every_rfm_group_and_stage_of_life_is_there(written):
    """Counted straight from the truth with the exact 5-point table; the city has only 400 people."""
    orders = written.truth("orders").filter(pl.col("is_paid") & pl.col("person_id").is_not_null())
    back = orders.filter(order_kind="refund").group_by("source", "refund_of").agg(back=pl.col("net_amount").sum())
    bought = orders.filter(order_kind="purchase").join(back, left_on=["source", "order_id"], right_on=["source", "refund_of"], how="left")
    net = pl.col("net_amount") + pl.col("back").fill_null(0)
    last_year = pl.col("ordered_at") >= date(2024, 7, 1)
    people_ = bought.filter(net > 0).group_by("person_id").agg(
        recency=(pl.lit(END) - pl.col("ordered_at").dt.date().max()).dt.total_days(),
        frequency=last_year.sum(), monetary=net.filter(last_year).sum(),
    )  # fmt: skip
    groups = people_.select(r=pl.col("recency") <= 60, f=pl.col("frequency") >= 7, m=pl.col("monetary") >= 5000).unique()
    assert len(groups) == 8
    stages = people_.select(lost=pl.col("recency") > 365, at_risk=pl.col("recency") > 180).unique()
    assert len(stages) == 3
    assert len(people_) < 400


def test_a_high_price_is_rare_but_there(written):
    paid = written.truth("orders").filter(pl.col("is_paid") & (pl.col("order_kind") == "purchase"))["net_amount"].cast(pl.Float64)
    assert 100 < paid.median() < 400
    assert paid.quantile(0.99) > 2000
    products = catalogue.catalogue(7).frame
    assert set(catalogue.HIGH_END) <= set(products["category"])
    assert (products["unit_cost_fen"] < products["list_price_fen"]).all()


def test_mobiles_mails_and_id_numbers_are_unique_but_for_shared_mobiles():
    everybody = people.people(3, 20_000)
    assert not everybody.id_number.is_duplicated().any()
    assert not everybody.email.is_duplicated().any()
    own = everybody.mobile.filter(pl.Series(~everybody.shares_mobile))
    assert not own.is_duplicated().any()
    assert 0.002 < everybody.shares_mobile.mean() < 0.02
    assert records.records(3, everybody)["shop"].record_id.is_unique().all()
