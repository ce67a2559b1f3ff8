"""The customer files of the three systems, with their defects."""

from __future__ import annotations

import numpy as np
import polars as pl

from kezhi.city import defects, words
from kezhi.city.chance import some
from kezhi.city.layouts import APP_USERS, MEMBER_SHEET, MEMBERS, SHOP_CUSTOMERS, Layout
from kezhi.city.pages import Page
from kezhi.city.people import People
from kezhi.city.records import LANDLINE, NEW, OLD, PLACEHOLDER, TYPO, Records
from kezhi.city.seasons import DAY_SECONDS, DAYS, days, timestamps

_ISO = "%Y-%m-%d %H:%M:%S"


def shop_page(rng: np.random.Generator, people: People, systems: dict[str, Records]) -> Page:
    """顾客.csv: customers deleted from it are left out, but for a few that stand there without their id."""
    held = systems["shop"]
    gone = np.flatnonzero(~held.in_file)
    without_id = gone[some(rng, len(gone), 0.15, at_least=2)]
    rows = np.sort(np.concatenate([np.flatnonzero(held.in_file), without_id]))
    person, who = held.person[rows], _Who(people, held, rows)
    age = ((DAYS - people.birth_day[person]) // 365.2425).astype(np.int64)
    cells = who.cells(systems) | {
        "gender": who.told(0.9, pl.Series(np.where(people.female[person], "女", "男")), rng),
        "birth_date": who.told(0.5, pl.Series(days(people.birth_day[person])).dt.strftime("%Y-%m-%d"), rng),
        "age": who.told(0.3, pl.Series(age).cast(pl.String), rng),
        "province": pl.Series([row[1] for row in words.CITIES]).gather(people.city[person]),
        "city": pl.Series([row[0] for row in words.CITIES]).gather(people.city[person]),
        "address": _odd_addresses(rng, people.address.gather(person)),
        "occupation": who.told(0.4, people.occupation.gather(person), rng),
        "registered_at": who.registered(_ISO),
        "updated_at": who.updated(rng),
    }
    page = _page(SHOP_CUSTOMERS, SHOP_CUSTOMERS.path, cells)
    header = SHOP_CUSTOMERS.header
    who.spoil_keys(rng, page, SHOP_CUSTOMERS)
    _spoil_births(rng, page, header("birth_date"))
    odd_age = defects.pick(rng, page, header("age"), 0.01, at_least=4)
    page.spoil("age_impossible", header("age"), odd_age, rng.choice(["-5", "200", "999", "158"], len(odd_age)).tolist(), recoverable=False)
    defects.spoil_dates(rng, page, header("birth_date"), 0.06)
    defects.spoil_times(rng, page, header("registered_at"), 0.03)
    defects.drop_values(rng, page, {header("name"): 0.005, header("city"): 0.02, header("address"): 0.05})
    nameless = np.flatnonzero(np.isin(rows, without_id))
    page.reject("missing_record_id", header("record_id"), nameless, [None] * len(nameless))
    defects.repeat_rows(rng, page, 0.004, keep_out=nameless)
    defects.break_rows(rng, page, 0.00005, last_is_open=True)
    return page


def app_page(rng: np.random.Generator, people: People, systems: dict[str, Records]) -> Page:
    """users.jsonl."""
    held = systems["app"]
    rows = np.arange(len(held))
    person, who = held.person, _Who(people, held, rows)
    cells = who.cells(systems) | {
        "wechat_id": who.told(0.4, people.wechat.gather(person), rng),
        "gender": who.told(0.7, pl.Series(np.where(people.female[person], "F", "M")), rng),
        "birth_date": who.told(0.35, pl.Series(days(people.birth_day[person])).dt.strftime("%Y-%m-%d"), rng),
        "city": who.told(0.8, pl.Series([row[0] for row in words.CITIES]).gather(people.city[person]), rng),
        "registered_at": who.registered(_ISO),
        "updated_at": who.updated(rng),
    }
    page = _page(APP_USERS, APP_USERS.path, cells)
    who.spoil_keys(rng, page, APP_USERS)
    _spoil_births(rng, page, "birthday")
    defects.spoil_dates(rng, page, "birthday", 0.02)
    defects.drop_values(rng, page, {"real_name": 0.03})
    defects.repeat_rows(rng, page, 0.003)
    defects.break_objects(rng, page, 0.00005)
    return page


def member_page(
    rng: np.random.Generator, people: People, systems: dict[str, Records], first: int, end: int, path: str
) -> tuple[Page, dict[str, set[int]]]:
    """One workbook of members *first* to *end*, and the rows whose cell is a number, per header."""
    held = systems["member"]
    rows = np.arange(first, end)
    person, who = held.person[rows], _Who(people, held, rows)
    bought = people.orders_per_year[person]
    cells = who.cells(systems) | {
        "birth_date": who.told(0.75, pl.Series(days(people.birth_day[person])).dt.strftime("%Y-%m-%d"), rng),
        "city": pl.Series([row[0] for row in words.CITIES]).gather(people.city[person]),
        "registered_at": who.registered("%Y-%m-%d"),
    }
    page = _page(MEMBERS, f"{path}#{MEMBER_SHEET}", cells)
    level = np.digitize(bought, [2, 8, 20])
    page.frame = page.frame.with_columns(
        pl.Series(["普卡", "银卡", "金卡", "钻石卡"]).gather(level).alias("会员等级"),
        pl.Series((bought * rng.uniform(20, 300, len(rows))).astype(np.int64)).cast(pl.String).alias("积分"),
    )
    as_number = who.spoil_keys(rng, page, MEMBERS, as_number=0.06)
    _spoil_births(rng, page, MEMBERS.header("birth_date"))
    defects.spoil_dates(rng, page, MEMBERS.header("birth_date"), 0.12)
    defects.drop_values(rng, page, {MEMBERS.header("name"): 0.01, MEMBERS.header("city"): 0.03})
    kept_as_number = page.row_id.gather(as_number)
    defects.repeat_rows(rng, page, 0.003)
    numbers = {
        MEMBERS.header("phone"): set(np.flatnonzero(page.row_id.is_in(kept_as_number.implode()).to_numpy()).tolist()),
        "积分": set(range(len(page))),
    }
    return page, numbers


class _Who:
    """The person behind each of some *rows* of a system's records."""

    def __init__(self, people: People, held: Records, rows: np.ndarray) -> None:
        self.people, self.held, self.rows, self.person = people, held, rows, held.person[rows]
        self.phone = held.phone[rows]

    def cells(self, systems: dict[str, Records]) -> dict[str, pl.Series]:
        """Id, name and keys, all right; a wrong or missing phone is filled in by `spoil_keys`."""
        people, held, person = self.people, self.held, self.person
        frame = pl.DataFrame(
            {
                "code": self.phone, "old": people.mobile.gather(person), "new": people.new_mobile.gather(person), "line": people.landline.gather(person),
                "mail": people.email.gather(person), "has_mail": held.has_email[self.rows],
                "id_number": people.id_number.gather(person), "has_id_number": held.has_id_number[self.rows],
                "member": _id_of(systems["member"], person), "knows_member": held.knows_member[self.rows],
                "app": _id_of(systems["app"], person), "knows_app": held.knows_app[self.rows],
            }
        ).select(
            phone=pl.when(pl.col("code").is_in([OLD, TYPO])).then("old").when(pl.col("code") == NEW).then("new").when(pl.col("code") == LANDLINE).then("line"),
            email=pl.when("has_mail").then("mail"), id_number=pl.when("has_id_number").then("id_number"),
            member_id=pl.when("knows_member").then("member"), app_id=pl.when("knows_app").then("app"),
        )  # fmt: skip
        return {"record_id": held.record_id.gather(self.rows), "name": people.name.gather(person)} | {c: frame[c] for c in frame.columns}

    def told(self, share: float, values: pl.Series, rng: np.random.Generator) -> pl.Series:
        """*values* of a random *share*, null for the others."""
        return pl.DataFrame({"v": values, "told": rng.random(len(values)) < share}).select(pl.when("told").then("v")).to_series()

    def registered(self, form: str) -> pl.Series:
        return pl.Series(timestamps(self.held.registered[self.rows])).dt.strftime(form)

    def updated(self, rng: np.random.Generator) -> pl.Series:
        begin = self.held.registered[self.rows]
        return pl.Series(timestamps(begin + (rng.random(len(begin)) * (DAYS * DAY_SECONDS - 1 - begin)).astype(np.int64))).dt.strftime(_ISO)

    def spoil_keys(self, rng: np.random.Generator, page: Page, layout: Layout, *, as_number: float = 0.0) -> np.ndarray:
        """Phones, mails, identity numbers and names in wrong forms; gives the rows whose phone a workbook keeps as a number."""
        phone, texts = layout.header("phone"), page.frame[layout.header("phone")]
        typo, placeholder, landline = (np.flatnonzero(self.phone == code) for code in (TYPO, PLACEHOLDER, LANDLINE))
        right = np.flatnonzero((self.phone == OLD) | (self.phone == NEW))
        page.spoil("phone_typo", phone, typo, defects.mistyped(rng, texts.gather(typo).to_list(), 3, 11), recoverable=False)
        page.spoil(
            "phone_placeholder", phone, placeholder, rng.choice(defects.PLACEHOLDER_PHONES, len(placeholder)).tolist(), recoverable=False
        )
        page.point_out("household_landline", phone, landline, right=texts.gather(landline).str.replace("-", ""))
        page.point_out("household_mobile", phone, right[self.people.shares_mobile[self.person[right]]])
        kept_as_number = defects.spoil_phones(rng, page, phone, right[~self.people.shares_mobile[self.person[right]]], as_number=as_number)
        if "email" in layout.columns:
            mail = layout.header("email")
            false = np.flatnonzero(self.held.placeholder_email[self.rows])
            page.spoil("email_placeholder", mail, false, rng.choice(defects.PLACEHOLDER_MAILS, len(false)).tolist(), recoverable=False)
            defects.spoil_mails(rng, page, mail, np.flatnonzero(self.held.has_email[self.rows]))
        if "id_number" in layout.columns:
            _spoil_id_numbers(
                rng, page, layout.header("id_number"), self.held.has_id_number[self.rows], self.held.id_number_right[self.rows]
            )
        name = layout.header("name")
        blanks = some(rng, len(page), 0.01, at_least=1)
        names = page.frame[name].gather(blanks)
        page.spoil("name_blanks", name, blanks, [f" {n}" if k % 2 else f"{n}　" for k, n in enumerate(names)])
        return kept_as_number


def _id_of(held: Records, person: np.ndarray) -> pl.Series:
    first = held.first_of_person[person]
    return held.record_id.gather(pl.select(pl.when(pl.Series(first) >= 0).then(pl.Series(first))).to_series())


def _page(layout: Layout, path: str, cells: dict[str, pl.Series]) -> Page:
    columns = {header: cells[field] for field, header in layout.columns.items()}
    return Page(layout.source, layout.table_name, path, pl.DataFrame(columns), cells["record_id"], layout.fields)


def _spoil_id_numbers(rng: np.random.Generator, page: Page, header: str, has: np.ndarray, right: np.ndarray) -> None:
    wrong = np.flatnonzero(has & ~right)
    texts = page.frame[header]
    page.spoil("id_number_checksum", header, wrong, defects.mistyped(rng, texts.gather(wrong).to_list(), 14, 17), recoverable=False)
    good = np.flatnonzero(right)
    ends_in_x = texts.gather(good).str.ends_with("X").to_numpy()
    small = good[ends_in_x][rng.random(ends_in_x.sum()) < 0.5]
    page.spoil("id_number_lower_x", header, small, texts.gather(small).str.to_lowercase())
    old = good[(texts.gather(good).str.slice(6, 2) == "19").to_numpy() & (rng.random(len(good)) < 0.05)]
    old = page.clean(header, old)
    page.spoil("id_number_15_digits", header, old, texts.gather(old).str.slice(0, 6) + texts.gather(old).str.slice(8, 9))


def _spoil_births(rng: np.random.Generator, page: Page, header: str) -> None:
    for kind, dates in (
        ("birth_date_impossible", ("1800-01-01", "1753-01-01", "1860-10-01")),
        ("birth_date_future", ("2091-05-01", "2030-12-31")),
    ):
        rows = defects.pick(rng, page, header, 0.004, at_least=3)
        page.spoil(kind, header, rows, rng.choice(dates, len(rows)).tolist(), recoverable=False)


def _odd_addresses(rng: np.random.Generator, addresses: pl.Series) -> pl.Series:
    """Some right addresses that a CSV must quote: with a comma, with quotes, with a line break."""
    rows = some(rng, len(addresses), 0.002, at_least=3)
    forms = ("{},快递放门口", '{}"阳光花园"', "{}\n(请先打电话)")
    return addresses.scatter(rows, [forms[number % 3].format(text) for number, text in enumerate(addresses.gather(rows))])
