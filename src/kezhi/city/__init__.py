"""
The demo city: a seeded generator of a company's messy data, with the truth beside it.

`build` writes a whole project of the company 江城百货: three systems that know overlapping people.

- `data/shop`: the shops' database as GB18030 CSV: 顾客, 商品, 订单_<year>, 订单明细_<year>, 退款.
- `data/app`: UTF-8 JSON lines: users, orders, order_items, events, relations, card_usage, feedback, places.
- `data/member`: Excel: 会员 (several workbooks of at most 100 000 rows in a large city), and GB18030 CSV: 等级, 积分流水.

What is true stands in `truth/`:

- `persons.parquet`: everybody, with tastes, rate of buying, yearly hazard of leaving, day of leaving, and
  `linkable_by_exact_keys` (all records of the person can be tied by member id, app id, mobile, mail or valid id number).
- `records.parquet`: source, record_id as in the file, person_id, `in_file` (False: only orders name the record),
  `exact_key_group` (two records of a person can be tied by exact keys if and only if the group is the same).
- `orders.parquet`: every order and refund once (key: source, table_name, order_id), with the true time and amounts
  (refunds below 0), `refund_of` (always true) and `refund_of_written` (what the file says), `is_paid` (False: cancelled or
  unpaid, no purchase), `dated_in_future` (the file says a year ahead), `must_reject` (the row cannot be used), `buyer`
  (`known`, `anonymous`, `in_no_file`). A time written without hours keeps only its day in the file.
- `feedback.parquet`: what each thing said is about, how it is meant, its category, and whether the product `is_flawed` (breaks).
- `places.parquet`: who of those who share their place commutes, and each one's haunt.
- `bundles.parquet`: products that people put into one basket because they go together.
- `points.parquet`: per member points earned, redeemed, lapsed at the end of the year after they were earned, and left.
- `defects.parquet`: every planted defect: kind (`defects.KINDS`), file, row id (a line: `order_id/line_no`), our column name,
  the value as written, the right value, and whether the written text alone tells it (`recoverable`). A cell is spoilt at most once;
  rows to be rejected carry no other defects (the row id of a customer without id is the one that is missing).
- `summary.json`: per file rows written, to be rejected, exact repeats, and expected after cleaning; defects per kind;
  sales (paid purchases minus refunds) with and without orders dated in the future.

Nothing here is shared with the rooms that the city judges. Content depends on `customers` and `seed` alone, never on the day.
"""

from kezhi.city.build import CityReport, build

__all__ = ["CityReport", "build"]
