"""The ways in which people and systems write things wrong, as text; which row gets which is the systems' affair."""

from __future__ import annotations

import numpy as np
import polars as pl

from kezhi.city.chance import some, split
from kezhi.city.pages import Page

# Every kind in truth/defects.parquet and what it is.
KINDS = {
    "phone_dashes": "A mobile written 138-0013-8000.",
    "phone_country_code": "A mobile written +86 138....",
    "phone_full_width": "A mobile in full-width digits.",
    "phone_as_number": "A mobile that a workbook keeps as a number.",
    "phone_typo": "One digit of a mobile is wrong; nothing tells which.",
    "phone_placeholder": "A number that was typed to get past the form.",
    "household_landline": "The landline of a household, where a person's own number should be.",
    "household_mobile": "A mobile that two persons of a household use.",
    "email_form": "Upper case, blanks or a full-width at sign in a mail address.",
    "email_placeholder": "A mail address that was typed to get past the form.",
    "id_number_lower_x": "An identity number that ends in a small x.",
    "id_number_15_digits": "An identity number in the form used before 1999.",
    "id_number_checksum": "One digit of an identity number is wrong; the checksum tells that, not which.",
    "birth_date_impossible": "A date of birth before any living person's.",
    "birth_date_future": "A date of birth after the data end.",
    "age_impossible": "An age below 0 or above 150.",
    "date_form": "A date or time in another form than the rest of its column.",
    "money_form": "An amount with a currency sign, thousands separators, full-width digits or a unit.",
    "name_blanks": "Blanks around or within a name.",
    "missing_value": "An empty cell for something the person has.",
    "exact_duplicate": "A row that stands twice.",
    "refund_as_negative_order": "A refund booked as an order with a negative amount.",
    "order_in_future": "An order dated years ahead.",
    "unreadable_time": "A row without a readable time: must be rejected.",
    "missing_record_id": "A customer without an id: must be rejected.",
    "line_without_product": "An order line that names no product.",
    "order_without_buyer": "An anonymous order.",
    "buyer_in_no_file": "An order whose buyer was deleted from the customer file.",
    "order_id_of_two_systems": "An order id that the shop and the app use for different orders.",
    "row_too_short": "The beginning of a row: must be rejected.",
    "row_too_long": "A row with too many columns: must be rejected.",
    "unclosed_quote": "A last row with a quote that never closes: must be rejected.",
    "broken_json": "The beginning of a JSON object: must be rejected.",
}
PLACEHOLDER_PHONES = ("13800000000", "13800138000", "11111111111", "00000000000", "12345678901")
PLACEHOLDER_MAILS = ("test@test.com", "test@", "abc@abc.com", "none@none.com")
UNREADABLE_TIMES = ("0000-00-00 00:00:00", "未知", "待补录")
_FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


def full_width(values: list[str]) -> list[str]:
    """Digits and points as a Chinese input method writes them."""
    return [value.translate(_FULL_WIDTH) for value in values]


def money_text(fen: np.ndarray | pl.Series) -> pl.Series:
    """Fen as yuan with two decimals: -1234.50."""
    values = fen.to_numpy() if isinstance(fen, pl.Series) else fen
    size = np.abs(values)
    sign = pl.Series(np.where(values < 0, "-", ""))
    return sign + pl.Series(size // 100).cast(pl.String) + "." + pl.Series(size % 100).cast(pl.String).str.zfill(2)


def pick(rng: np.random.Generator, page: Page, header: str, share: float, *, at_least: int) -> np.ndarray:
    """Rows of a random *share* of the cells of *header* that are filled and not spoilt yet."""
    rows = page.clean(header, np.arange(len(page)))
    chosen: np.ndarray = rows[some(rng, len(rows), share, at_least=at_least)]
    return chosen


def spoil_money(rng: np.random.Generator, page: Page, header: str, share: float) -> None:
    """Write some amounts as ￥1,234.50, １２３４．５０ or 1234.5元."""
    rows = pick(rng, page, header, share, at_least=6)
    signed, wide, unit = split(rng, rows, [0.45, 0.2, 0.35])
    plain = page.frame[header]
    page.spoil("money_form", header, signed, [_with_sign(text) for text in plain.gather(signed)])
    page.spoil("money_form", header, wide, full_width(plain.gather(wide).to_list()))
    page.spoil("money_form", header, unit, [f"{float(text):.10g}元" for text in plain.gather(unit)])


def _with_sign(text: str) -> str:
    whole, decimals = text.lstrip("-").split(".")
    return f"{'-' if text.startswith('-') else ''}￥{int(whole):,}.{decimals}"


def spoil_times(rng: np.random.Generator, page: Page, header: str, share: float) -> None:
    """Write some times (ISO, with seconds) as 2024/3/5, 2024年3月5日, 20240305 or 2024-3-5 8:05; what is cut off is lost."""
    _spoil_dates(
        rng,
        page,
        header,
        share,
        (("%Y/%-m/%-d", "1d"), ("%Y年%-m月%-d日", "1d"), ("%Y%m%d", "1d"), ("%Y-%-m-%-d %-H:%M", "1m")),
        "%Y-%m-%d %H:%M:%S",
    )


def spoil_dates(rng: np.random.Generator, page: Page, header: str, share: float) -> None:
    """Write some dates (ISO) as 2024/3/5, 2024年3月5日, 20240305 or 2024.3.5."""
    _spoil_dates(
        rng, page, header, share, (("%Y/%-m/%-d", "1d"), ("%Y年%-m月%-d日", "1d"), ("%Y%m%d", "1d"), ("%Y.%-m.%-d", "1d")), "%Y-%m-%d"
    )


def _spoil_dates(rng: np.random.Generator, page: Page, header: str, share: float, forms: tuple[tuple[str, str], ...], iso: str) -> None:
    rows = pick(rng, page, header, share, at_least=2 * len(forms))
    for part, (form, unit) in zip(split(rng, rows, [1 / len(forms)] * len(forms)), forms, strict=True):
        moments = page.frame[header].gather(part).str.to_datetime(iso, time_unit="us")
        wrong, right = moments.dt.strftime(form), moments.dt.truncate(unit).dt.strftime(iso)
        odd = np.flatnonzero((wrong + ":00" != right).to_numpy())  # 2024-11-15 10:05 is no other form
        page.spoil("date_form", header, part[odd], wrong.gather(odd), right=right.gather(odd))


def spoil_phones(rng: np.random.Generator, page: Page, header: str, rows: np.ndarray, *, as_number: float = 0.0) -> np.ndarray:
    """Write some of the right mobiles in *rows* in other forms; gives the rows that a workbook keeps as numbers."""
    dashes, code, wide, number = split(rng, rows, [0.08, 0.05, 0.02, as_number])
    phone = page.frame[header]
    page.spoil("phone_dashes", header, dashes, [f"{p[:3]}-{p[3:7]}-{p[7:]}" for p in phone.gather(dashes)])
    page.spoil("phone_country_code", header, code, ("+86 " + phone.gather(code)))
    page.spoil("phone_full_width", header, wide, full_width(phone.gather(wide).to_list()))
    page.spoil("phone_as_number", header, number, phone.gather(number))
    return number


def mistyped(rng: np.random.Generator, texts: list[str], first: int, last: int) -> list[str]:
    """Each text with one digit between positions *first* and *last* (not included) replaced by another digit."""
    places, shifts = rng.integers(first, last, len(texts)), rng.integers(1, 10, len(texts))
    return [f"{t[:p]}{(int(t[p]) + s) % 10}{t[p + 1 :]}" for t, p, s in zip(texts, places.tolist(), shifts.tolist(), strict=True)]


def spoil_mails(rng: np.random.Generator, page: Page, header: str, rows: np.ndarray) -> None:
    """Write some of the right mail addresses in *rows* with capitals, blanks or a full-width sign."""
    upper, blank, wide = split(rng, rows, [0.04, 0.03, 0.02])
    mail = page.frame[header]
    page.spoil("email_form", header, upper, mail.gather(upper).str.to_uppercase())
    page.spoil("email_form", header, blank, " " + mail.gather(blank) + " ")
    page.spoil("email_form", header, wide, mail.gather(wide).str.replace("@", "＠", literal=True))


def drop_values(rng: np.random.Generator, page: Page, headers: dict[str, float]) -> None:
    """Empty a share of the cells of each header."""
    for header, share in headers.items():
        rows = pick(rng, page, header, share, at_least=1)
        page.spoil("missing_value", header, rows, [None] * len(rows), recoverable=False)


def repeat_rows(rng: np.random.Generator, page: Page, share: float, *, keep_out: np.ndarray | None = None) -> None:
    """Let a share of the rows stand twice; never rows that must be rejected (*keep_out*)."""
    rows = some(rng, len(page), share, at_least=2)
    page.repeat(rows if keep_out is None else np.setdiff1d(rows, keep_out))


def break_rows(rng: np.random.Generator, page: Page, share: float, *, last_is_open: bool = False) -> None:
    """Put broken second copies of rows between the rows of a CSV page; call it last."""
    if not len(page):
        return
    for number, row in enumerate(some(rng, len(page), share, at_least=2).tolist()):
        cells = ["" if cell is None else cell.replace('"', "").replace(",", "，").replace("\n", "") for cell in page.frame.row(row)]
        before = min(row + int(rng.integers(1, 60)), len(page))
        if number % 2:
            page.break_row("row_too_long", before, row, ",".join([*cells[:2], "多余", *cells[2:], "列数", "不符"]))
        else:
            page.break_row("row_too_short", before, row, ",".join(cells[: max(2, len(cells) // 2)]))
    if last_is_open:
        cells = ["" if cell is None else cell for cell in page.frame.row(len(page) - 1)]
        page.break_row("unclosed_quote", len(page), len(page) - 1, f'{cells[0]},"{cells[1]},未完')


def break_objects(rng: np.random.Generator, page: Page, share: float) -> None:
    """Put broken second copies of objects between the lines of a JSON lines page; call it last."""
    header, next_header = page.frame.columns[:2]
    for row in some(rng, len(page), share, at_least=2).tolist() if len(page) else ():
        text = f'{{"{header}": "{page.frame[header][row]}", "{next_header}": "'
        page.break_row("broken_json", min(row + int(rng.integers(1, 60)), len(page)), row, text)
