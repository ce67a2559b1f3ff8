"""Open retail data: recognised, and read with their known totals."""

from __future__ import annotations

from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from kezhi.settings import Settings
from kezhi.sources import load, propose

pytestmark = pytest.mark.data


def loaded(data_dir, tmp_path, name):
    (got,) = propose([data_dir / name])
    files = got.settings.model_copy(update={"files": str(data_dir / name)})
    settings = Settings.model_validate({"sources": {"real": {"tables": {got.table: files.model_dump()}}}})
    (file,) = load(tmp_path, settings)
    return got, pq.read_table(file.raw_path), file


def test_cdnow_is_recognised_and_read_whole(data_dir, tmp_path):
    """69,659 purchases of 23,570 customers (the data's README); 2,500,315.63 dollars (sum of the file's last column by awk)."""
    got, raw, file = loaded(data_dir, tmp_path, "clv/CDNOW_master.txt.gz")
    columns = {"record_id": "customer_id", "ordered_at": "date", "net_amount": "dollar_value", "quantity": "number_of_cds"}
    assert ("sales", columns, 0) == (got.table, got.settings.columns, file.rows_rejected)
    assert (69_659, 23_570) == (raw.num_rows, len(set(raw["record_id"].to_pylist())))
    assert Decimal("2500315.63") == sum(map(Decimal, raw["net_amount"].to_pylist()))
    assert ["00001", "00002"] == raw["record_id"][:2].to_pylist()


def test_the_cdnow_sample_without_header_is_recognised_by_its_values(data_dir, tmp_path):
    got, raw, _ = loaded(data_dir, tmp_path, "clv/CDNOW_sample.txt.gz")
    assert {"record_id": "#1", "ordered_at": "#3", "quantity": "#4", "net_amount": "#5"} == got.settings.columns
    assert (6_919, 2_357) == (raw.num_rows, len(set(raw["record_id"].to_pylist())))


def test_complete_journey_is_recognised(data_dir):
    (got,) = propose([data_dir / "retail/completejourney_transactions.parquet"])
    assert got.table == "sales"
    assert got.settings.columns == {
        "order_id": "basket_id",
        "record_id": "household_id",
        "ordered_at": "transaction_timestamp",
        "discount_amount": "retail_disc",
        "net_amount": "sales_value",
        "store": "store_id",
        "product_id": "product_id",
        "quantity": "quantity",
    }
    tables = {n: propose([data_dir / f"retail/completejourney_{n}.parquet"])[0].table for n in ("products", "demographics")}
    assert {"products": "products", "demographics": "customer_records"} == tables
