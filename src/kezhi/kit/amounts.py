"""
Amounts of money and plain numbers from the ways people and systems write them.

`￥1,234.50`, `1234.5元`, `1.2万`, `（100）` and `−500` are read. A comma is a decimal sign only where it can be
nothing else (`1.234,56`, `12,5`); `1.234` is one and a bit. What is unclear is not guessed: it is unreadable.
"""

from __future__ import annotations

from kezhi.kit.engine import ibis, ir
from kezhi.kit.reading import Names, Reader, Stage, first_rule, unless_canonical
from kezhi.kit.text import BLANKS, half_width, something, trimmed
from kezhi.tables import MONEY

# At most 12 digits before the point: sums of ten thousand such amounts still fit decimal(18,2).
_MONEY = "^-?[0-9]{1,12}([.][0-9]{1,2}0*)?$"
_NUMBER = "^-?[0-9]{1,12}([.][0-9]{1,15})?$"
_INTEGER = "^-?[0-9]{1,9}$"

# Marks of a currency, by its code. An amount marked with another currency than the project's is read and told.
CURRENCY_MARKS = {
    "CNY": ("¥", "￥", "元", "圆", "块", "元整", "圆整", "CNY", "RMB", "人民币"),
    "USD": ("US$", "$", "USD", "美元"),
    "EUR": ("€", "EUR", "欧元"),
    "GBP": ("£", "GBP", "英镑"),
    "JPY": ("JPY", "円", "日元"),
    "HKD": ("HK$", "HKD", "港元", "港币"),
}
_COUNTED = "(件|个|台|只|箱|瓶|份|袋|盒|套|双|条|张|本|支|包|斤|周岁|岁|次|KG|PCS)$"

_PLAIN = "^[0-9]{1,12}([.][0-9]*)?$|^[.][0-9]+$"
_THOUSANDS = "^[0-9]{1,3}(,[0-9]{3}){1,3}([.][0-9]*)?$"
_EUROPEAN = "^[0-9]{1,3}([.][0-9]{3}){1,3},[0-9]{1,2}$|^[0-9]{1,12},[0-9]{1,2}$"
_SCIENTIFIC = "^[0-9]([.][0-9]{1,17})?E([+]?0?[0-9]|[+]?1[01]|-[0-9]{1,2})$"
_SIGNED_ONCE = "^[-+]?[^-+()]*$|^[(][^-+()]*[)]$|^[^-+()]*-$|^[-+]?[0-9.]+E[-+][0-9]+$"
_FITS_A_UNIT = "^[0-9]{0,4}([.][0-9]{0,8})?$"  # times 10^8 it still has at most 12 digits
_DIGITS_LOST = "[.][0-9]{2}[0-9]*[1-9]"


def _either(marks: list[str]) -> str:
    longest_first = sorted(marks, key=lambda mark: (-len(mark), mark))
    return "|".join(mark.replace("$", "[$]") for mark in longest_first)


_ALL_MARKS = _either([mark for marks in CURRENCY_MARKS.values() for mark in marks])


def _mend(at: Names) -> dict[str, ir.Value]:
    """`wide`: what is not canonical, half width and in capitals."""
    return {"wide": something(trimmed(half_width(at("odd"))), typed=True).upper()}


def _strip(dropped: str) -> Stage:
    """`text`: the same without blanks and marks."""
    return lambda at: {"text": at("wide").re_replace(f"{BLANKS}|{dropped}", "")}


def _split(at: Names) -> dict[str, ir.Value]:
    """Sign, unit and body: `(1.2万)` is minus, 10000 and 1.2."""
    text = at("text")
    return {
        "minus": text.re_search("^-|^[(].*[)]$|[0-9万亿]-$"),
        "factor": ibis.cases((text.re_search("万[)]?-?$"), 10_000), (text.re_search("亿[)]?-?$"), 100_000_000), else_=1),
        "body": ibis.cases(
            (text.re_search(_SIGNED_ONCE), text.re_replace("^[-+(]|[)-]$", "").re_replace("[万亿]$", "")),
            else_=ibis.null("string"),
        ),
    }


def _digits(at: Names) -> dict[str, ir.Value]:
    """The body as digits with one point, or null."""
    body = at("body")
    plain = ibis.cases(
        (body.re_search(_PLAIN), body),
        (body.re_search(_THOUSANDS), body.re_replace(",", "")),
        (body.re_search(_EUROPEAN), body.re_replace("[.]", "").re_replace(",", ".")),
        (body.re_search(_SCIENTIFIC), body),
        else_=ibis.null("string"),
    )
    return {"digits": ibis.cases(((at("factor") == 1) | plain.re_search(_FITS_A_UNIT), plain), else_=ibis.null("string"))}


def _signed(at: Names) -> ir.StringValue:
    return ibis.cases((at("minus"), ibis.literal("-")), else_=ibis.literal(""))


def _exact(at: Names) -> dict[str, ir.Value]:
    """`exact`: text that is safe to cast; the raw text where it is canonical."""
    digits = at("digits")
    zero = ibis.cases((digits.re_search("^[.]"), ibis.literal("0")), else_=ibis.literal(""))
    return {"exact": ibis.cases((at("odd").isnull(), at("raw")), else_=(_signed(at) + zero + digits).re_replace("[.]$", ""))}


def _rule(at: Names, kind: str, *found: tuple[ir.BooleanValue, str]) -> ir.StringValue:
    raw, wide, exact = at("raw"), at("wide"), at("exact")
    return first_rule(
        (exact.isnull() & wide.isnull(), ""),
        (exact.isnull(), f"unreadable_{kind}"),
        (exact.re_search("E"), f"{kind}_format"),
        *found,
        (wide.isnull() | (exact == raw), ""),
        (exact == trimmed(raw), "blank_trimmed"),
        (exact == wide, "full_width"),
        (ibis.literal(True), f"{kind}_format"),
    )


def money_reader(currency: str) -> Reader:
    """
    Money of the project's *currency* (ISO 4217), decimal(18,2), rounded half up.

    Rules: `money_format`, `full_width`, `blank_trimmed`, `rounded` (digits were lost), `other_currency` (the
    text carries the mark of another currency; the number is kept), `unreadable_money`.
    """
    others = _either([mark for code, marks in CURRENCY_MARKS.items() if code != currency for mark in marks])

    def decide(at: Names) -> dict[str, ir.Value]:
        wide, exact = at("wide"), at("exact")
        scaled = exact.cast("decimal(28, 8)") * at("factor").cast("decimal(9, 0)")
        scientific = exact.re_search("E")  # through a float: DuckDB reads 5E-17 as a decimal of 0.01
        lost = wide.notnull() & (at("factor") == 1) & exact.re_search(_DIGITS_LOST)
        return {
            "value": ibis.cases(
                (at("factor") > 1, scaled.cast(MONEY)),
                (scientific, exact.cast("float64").round(2).cast(MONEY)),
                else_=exact.cast(MONEY),
            ),
            "rule": _rule(at, "money", (wide.re_search(others), "other_currency"), (lost, "rounded")),
        }

    return Reader(
        (unless_canonical(_MONEY), _mend, _strip(_ALL_MARKS), _split, _digits, _exact, decide),
        lambda value: value.cast("string"),
        lambda raw: raw.cast(MONEY),
        lambda raw: raw.abs() < 10**12,
    )


def number_reader() -> Reader:
    """A quantity as float64; a unit of count behind it (`3件`) is dropped. Rules: `number_format`, `unreadable_number`, …"""

    def decide(at: Names) -> dict[str, ir.Value]:
        return {"value": at("exact").cast("float64") * at("factor").cast("float64"), "rule": _rule(at, "number")}

    return Reader(
        (unless_canonical(_NUMBER), _mend, _strip(_COUNTED), _split, _digits, _exact, decide),
        number_text,
        lambda raw: raw.cast("float64"),
        lambda raw: raw.abs() < 10**12,
    )


def integer_reader() -> Reader:
    """A whole number of at most 9 digits as int32 (`35岁`, `35.0`). Rules: `integer_format`, `unreadable_integer`, …"""

    def whole(at: Names) -> dict[str, ir.Value]:
        digits = at("digits")
        built = ibis.cases(
            (digits.re_search("^[0-9]{1,9}([.]0*)?$") & (at("factor") == 1), _signed(at) + digits.re_replace("[.]0*$", "")),
            else_=ibis.null("string"),
        )
        return {"exact": ibis.cases((at("odd").isnull(), at("raw")), else_=built)}

    def decide(at: Names) -> dict[str, ir.Value]:
        return {"value": at("exact").cast("int32"), "rule": _rule(at, "integer")}

    return Reader(
        (unless_canonical(_INTEGER), _mend, _strip(_COUNTED), _split, _digits, whole, decide),
        lambda value: value.cast("string"),
        lambda raw: raw.cast("int32"),
        lambda raw: raw.abs() < 10**9,
    )


def number_text(value: ir.Value) -> ir.Value:
    """A float64 as text, a whole one without a point: engines differ in how they write large floats."""
    whole = (value == value.floor()) & (value.abs() < 1e15)
    return ibis.cases((whole, value.cast("int64").cast("string")), else_=value.cast("string"))


def as_money(value: ir.DecimalValue) -> ir.DecimalValue:
    """
    *value* as decimal(18,2) on every engine.

    Spark widens a decimal by each sum and difference where Ibis believes its type unchanged, and Ibis leaves out
    a cast to the type that it believes to be there: so through a wider one.
    """
    return value.cast("decimal(38, 2)").cast(MONEY)


def times(quantity: ir.FloatingValue, price: ir.DecimalValue) -> ir.DecimalValue:
    """quantity × price as money, half a cent rounded away from 0; null when either is or the product is past 10^12."""
    fits = (quantity * price.cast("float64")).abs() < 1e12
    exact = ibis.cases((fits, quantity), else_=ibis.null("float64")).cast("decimal(18, 4)") * price
    return exact.cast(MONEY)
