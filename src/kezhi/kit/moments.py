"""
Days and times from text.

Read are: ISO in all its forms (with `T`, fractions, `Z` or an offset), `2024/1/5`, `2024.1.5`, `2024年1月5日 8时5分`,
`20240105`, `20240105080500`, `1/5/2024 8:05` and `5.1.2024`, `5-Jan-2024`, `Jan 5, 2024`, 12-hour clocks
(`下午3:05`, `3:05 PM`), seconds and milliseconds since 1970, and the day numbers of spreadsheets.
`01/02/2024` is ambiguous: it is read only when the file's order of day and month is known. Years are 1800 to
2199; a day or hour that does not exist is no value, whatever an engine's own cast would make of it.
"""

from __future__ import annotations

from collections.abc import Callable

from kezhi.kit.engine import ibis, ir
from kezhi.kit.reading import Names, Reader, Stage, first_rule, unless_canonical
from kezhi.kit.text import BLANKS, half_width, something, trimmed

TIMESTAMP = "timestamp(6)"

# Canonical, and certain to exist without arithmetic: the 29th of February stands apart, with its years.
_MONTH_DAY = "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?"
_LEAP_DAY = "((1[89]|2[01])(0[48]|[2468][048]|[13579][26])|2000)-02-29"
_CANONICAL = f"^((1[89]|2[01])[0-9]{{2}}-{_MONTH_DAY}|{_LEAP_DAY})([ T]{_CLOCK})?$"
_CANONICAL_FORM = "^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?)?$"

# Ways to write a day; in each the last group is what follows it.
_YMD = "^([0-9]{4})[ ]?[-/.年][ ]?([0-9]{1,2})[ ]?[-/.月][ ]?([0-9]{1,2})(|[ T,上下中晚凌早].*)$"
_COMPACT = "^([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{6}|[0-9]{4}|[ T][0-9].*|)$"
_DAY_OR_MONTH_FIRST = "^([0-9]{1,2})([-/.])([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})(|[ T,].*)$"
_DAY_MONTHNAME = "^([0-9]{1,2})[- ]?([A-Z]{3})[A-Z]*[.]?[-, ]*([0-9]{4}|[0-9]{2})(|[ T,].*)$"
_MONTHNAME_DAY = "^([A-Z]{3})[A-Z]*[.]? ([0-9]{1,2})(?:ST|ND|RD|TH)?,? ([0-9]{4})(|[ T,].*)$"
_MONTHS = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
_SECONDS = "^[1-4][0-9]{9}([.][0-9]+)?$"
_MILLISECONDS = "^[1-4][0-9]{12}$"
_SERIAL = "^[2-7][0-9]{4}([.][0-9]{1,12})?$"
_SERIAL_OF_1970 = 25_569  # days from 1899-12-30, where spreadsheets begin to count

_HALF = "上午|下午|中午|晚上|凌晨|早上|AM|PM|A[.]M[.]|P[.]M[.]"
_ZONE = "Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2}"
_TIME = (
    f"^[ T,]*({_HALF})?[ ]*([0-9]{{1,2}})[:时点]([0-9]{{1,2}})?[:分]?([0-9]{{1,2}})?秒?(?:[.]([0-9]{{1,9}}))?[ ]*({_HALF})?[ ]*({_ZONE})?$"
)

# Placeholders of databases for "no day".
_NO_DAY = ("0000-00-00", "0000-00-00 00:00:00", "0001-01-01", "0001-01-01 00:00:00", "0001-01-01T00:00:00", "0", "00000000")


def days_in_month(year: ir.IntegerValue, month: ir.IntegerValue) -> ir.IntegerValue:
    """28 to 31, by the Gregorian calendar."""
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    return ibis.cases((month.isin([4, 6, 9, 11]), 30), ((month == 2) & leap, 29), (month == 2, 28), else_=31)


def _mend(at: Names) -> dict[str, ir.Value]:
    """`wide`: what is not canonical, half width, in capitals, with single blanks; null for words for nothing."""
    wide = something(trimmed(half_width(at("odd"))), typed=True).upper().re_replace(f"{BLANKS}+", " ")
    return {"wide": trimmed(wide.re_replace(" ?[(]?(星期|周)[一二三四五六日天][)]?", "").re_replace("[日号] ?", " "))}


def _text(at: Names) -> dict[str, ir.Value]:
    wide = at("wide")
    return {"text": ibis.cases((wide.isin(_NO_DAY), ibis.null("string")), else_=wide)}


def _form(at: Names) -> dict[str, ir.Value]:
    text = at("text")
    forms = {
        "ymd": _YMD,
        "serial": _SERIAL,
        "seconds": _SECONDS,
        "milliseconds": _MILLISECONDS,
        "compact": _COMPACT,
        "either": _DAY_OR_MONTH_FIRST,
        "day_name": _DAY_MONTHNAME,
        "name_day": _MONTHNAME_DAY,
    }
    return {
        "form": ibis.cases(*((text.re_search(pattern), ibis.literal(name)) for name, pattern in forms.items()), else_=ibis.null("string"))
    }


def _parts(order: Callable[[Names], ir.StringValue]) -> Stage:
    """Year, month and day as text, and what follows them."""

    def stage(at: Names) -> dict[str, ir.Value]:
        text, form = at("text"), at("form")
        first, sign, second = (text.re_extract(_DAY_OR_MONTH_FIRST, i) for i in (1, 2, 3))
        wanted = order(at)
        over_12 = "^(1[3-9]|[2-9][0-9])$"
        day_first = ibis.cases(
            (first.re_search(over_12), True),
            (second.re_search(over_12), False),
            (wanted == "dmy", True),
            (wanted == "mdy", False),
            (first.lpad(2, "0") == second.lpad(2, "0"), True),
            ((sign == ".") & (text.re_extract(_DAY_OR_MONTH_FIRST, 4).length() == 4), True),  # 5.1.2024 is the German form
            else_=ibis.null("boolean"),
        )
        short = text.re_extract(_DAY_OR_MONTH_FIRST, 4)
        guessed_year = (short.length() == 2) & (wanted == "ymd")  # 24-01-05 or 05-01-24: not said
        return {
            "year": ibis.cases(
                (form.isin(["ymd", "compact"]), text.substr(0, 4)),
                (form == "either", ibis.cases((guessed_year, ibis.null("string")), else_=short)),
                (form == "day_name", text.re_extract(_DAY_MONTHNAME, 3)),
                (form == "name_day", text.re_extract(_MONTHNAME_DAY, 3)),
                else_=ibis.null("string"),
            ),
            "month": ibis.cases(
                (form == "ymd", text.re_extract(_YMD, 2)),
                (form == "compact", text.substr(4, 2)),
                (form == "either", ibis.cases((day_first, second), (~day_first, first), else_=ibis.null("string"))),
                (form == "day_name", _month_number(text.re_extract(_DAY_MONTHNAME, 2))),
                (form == "name_day", _month_number(text.re_extract(_MONTHNAME_DAY, 1))),
                else_=ibis.null("string"),
            ),
            "day": ibis.cases(
                (form == "ymd", text.re_extract(_YMD, 3)),
                (form == "compact", text.substr(6, 2)),
                (form == "either", ibis.cases((day_first, first), (~day_first, second), else_=ibis.null("string"))),
                (form == "day_name", text.re_extract(_DAY_MONTHNAME, 1)),
                (form == "name_day", text.re_extract(_MONTHNAME_DAY, 2)),
                else_=ibis.null("string"),
            ),
            "rest": ibis.cases(
                (form == "ymd", text.re_extract(_YMD, 4)),
                (text.re_search("^[0-9]{14}$"), text.substr(8, 2) + ":" + text.substr(10, 2) + ":" + text.substr(12, 2)),
                (text.re_search("^[0-9]{12}$"), text.substr(8, 2) + ":" + text.substr(10, 2)),
                (form == "compact", text.substr(8)),
                (form == "either", text.re_extract(_DAY_OR_MONTH_FIRST, 5)),
                (form == "day_name", text.re_extract(_DAY_MONTHNAME, 4)),
                (form == "name_day", text.re_extract(_MONTHNAME_DAY, 4)),
                else_=ibis.null("string"),
            ),
        }

    return stage


def _month_number(name: ir.StringValue) -> ir.StringValue:
    """`1` to `12` of three capital letters; `0` for another word."""
    place = ibis.literal(_MONTHS).find(name)
    return ibis.cases(((place >= 0) & (place % 3 == 0), (place // 3).cast("int64") + 1), else_=0).cast("string")


def _numbers(at: Names) -> dict[str, ir.Value]:
    year, rest = at("year"), at("rest")
    full = year.cast("int64")
    timed = rest.re_search(_TIME)

    def group(number: int) -> ir.StringValue:
        return ibis.cases((timed, rest.re_extract(_TIME, number)), else_=ibis.null("string"))

    none, zero = ibis.null("string"), ibis.literal("0")
    half = group(1) + group(6)
    hour = ibis.cases((trimmed(rest) == "", zero), else_=group(2).nullif("")).cast("int64")
    return {
        "y": ibis.cases((year.length() == 4, full), (full < 70, full + 2000), else_=full + 1900),
        "m": at("month").cast("int64"),
        "d": at("day").cast("int64"),
        "h": ibis.cases(
            (half.re_search("^(下午|晚上|PM|P[.]M[.])$") & (hour < 12) & ~((half == "晚上") & (hour == 0)), hour + 12),
            ((half == "中午") & (hour < 3), hour + 12),
            (half.re_search("^(上午|凌晨|早上|AM|A[.]M[.])$") & (hour == 12), 0),
            (half.isin(["晚上"]) & (hour == 12), ibis.null("int64")),
            else_=hour,
        ),
        "mi": ibis.cases((trimmed(rest) == "", zero), else_=ibis.cases((group(3) == "", zero), else_=group(3))).cast("int64"),
        "s": ibis.cases((trimmed(rest) == "", zero), else_=ibis.cases((group(4) == "", zero), else_=group(4))).cast("int64"),
        "fraction": ibis.cases((group(5).length() > 0, ibis.literal(".") + group(5).substr(0, 6)), else_=ibis.literal("")),
        "zone": group(7).nullif(""),
        "number": ibis.cases((at("form").isin(["serial", "seconds", "milliseconds"]), at("text")), else_=none).cast("float64"),
    }


def _written(at: Names) -> dict[str, ir.Value]:
    """`exact`: text that is safe to cast; `utc`: seconds since 1970 of text that counts them."""
    y, m, d, h, mi, s = (at(name) for name in ("y", "m", "d", "h", "mi", "s"))
    real = (
        (y >= 1800) & (y <= 2199) & (m >= 1) & (m <= 12) & (d >= 1) & (d <= days_in_month(y, m))
        & (h >= 0) & (h <= 23) & (mi >= 0) & (mi <= 59) & (s >= 0) & (s <= 59)
    )  # fmt: skip

    def two(number: ir.IntegerValue) -> ir.StringValue:
        return number.cast("string").lpad(2, "0")

    built = y.cast("string") + "-" + two(m) + "-" + two(d) + " " + two(h) + ":" + two(mi) + ":" + two(s) + at("fraction")
    form, number = at("form"), at("number")
    zone = at("zone").re_replace("Z|UTC|GMT|:", "")
    ahead = (
        zone.substr(1, 2).nullif("").cast("int64") * 3600
        + ibis.cases((zone.length() > 3, zone.substr(3, 2)), else_=ibis.literal("0")).cast("int64") * 60
    )
    return {
        "exact": ibis.cases((at("odd").isnull(), at("raw")), (real, built), else_=ibis.null("string")),
        "ahead": ibis.cases((zone == "", 0), (zone.substr(0, 1) == "-", -ahead), else_=ahead),
        "utc": ibis.cases(
            (form == "seconds", number.floor().cast("int64")),
            (form == "milliseconds", (number / 1000).floor().cast("int64")),
            else_=ibis.null("int64"),
        ),
        "serial": ibis.cases((form == "serial", ((number - _SERIAL_OF_1970) * 86_400).round().cast("int64")), else_=ibis.null("int64")),
    }


def _moment(at: Names) -> dict[str, ir.Value]:
    """`written`: the wall clock as written; `universal`: seconds since 1970 where the text tells them."""
    written = at("exact").cast(TIMESTAMP)
    zoned = ibis.cases((at("ahead").notnull(), written.epoch_seconds().cast("int64") - at("ahead")), else_=ibis.null("int64"))
    return {"written": written, "universal": at("utc").fill_null(zoned)}


def _here(shift: Callable[[Names, ir.IntegerValue], ir.IntegerValue]) -> Stage:
    """`ahead_here`: what the local clock is ahead of universal time, in seconds."""

    def stage(at: Names) -> dict[str, ir.Value]:
        return {"ahead_here": shift(at, at("universal"))}

    return stage


def _local(at: Names) -> dict[str, ir.Value]:
    written, counted = at("written"), (at("universal") + at("ahead_here")).fill_null(at("serial"))
    return {
        "moment": ibis.cases(
            (written.isnull(), counted.as_timestamp("s").cast(TIMESTAMP)),
            (at("universal").notnull(), (written + (at("ahead_here") - at("ahead")).as_interval("s")).cast(TIMESTAMP)),
            else_=written,
        )
    }


def _decide(kind: str) -> Stage:
    def stage(at: Names) -> dict[str, ir.Value]:
        raw, text, form, moment = at("raw"), at("text"), at("form"), at("moment")
        parts_known = at("y").notnull() & at("m").notnull() & at("d").notnull() & at("h").notnull() & at("mi").notnull() & at("s").notnull()
        iso = f"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ T]{_CLOCK}[0-9]* ?({_ZONE})$"
        return {
            "value": moment.date() if kind == "date" else moment,
            "rule": first_rule(
                (moment.isnull() & text.isnull(), ""),
                (moment.isnull() & (form == "either") & (at("month").isnull() | at("year").isnull()), "ambiguous_date"),
                (moment.isnull() & parts_known, "impossible_date"),
                (moment.isnull(), f"unreadable_{kind}"),
                (text.isnull() | raw.re_search(_CANONICAL_FORM), ""),
                (form == "serial", "excel_serial"),
                (form == "seconds", "epoch_seconds"),
                (form == "milliseconds", "epoch_milliseconds"),
                (at("ahead").notnull() & (at("ahead") != at("ahead_here")), "time_zone"),
                (raw.re_search(iso), ""),
                (trimmed(raw).re_search(_CANONICAL_FORM), "blank_trimmed"),
                (ibis.literal(True), "date_format"),
            ),
        }

    return stage


def moment_reader(
    kind: str,
    order: Callable[[Names], ir.StringValue],
    shift: Callable[[Names, ir.IntegerValue], ir.IntegerValue],
) -> Reader:
    """
    A day (`kind` is `date`) or a moment (`timestamp`), local time without zone.

    Args:
        kind: Names the type of the value and the rule `unreadable_<kind>`.
        order: How `01/02/2024` is meant: `ymd` (not known), `mdy` or `dmy`; may differ by row.
        shift: Seconds that the local clock is ahead at a moment given in seconds since 1970 (`zones.offset_seconds`);
            for text that carries a zone or counts seconds.

    Rules: `date_format`, `time_zone` (the clock was moved to local time), `epoch_seconds`, `epoch_milliseconds`,
    `excel_serial`, `blank_trimmed`; without a value `ambiguous_date`, `impossible_date`, `unreadable_<kind>`.
    Fractions below a microsecond are cut off, as are fractions of text that counts seconds.
    """
    return Reader(
        (
            unless_canonical(_CANONICAL),
            _mend,
            _text,
            _form,
            _parts(order),
            _numbers,
            _written,
            _moment,
            _here(shift),
            _local,
            _decide(kind),
        ),
        lambda value: value.cast("string"),
        lambda raw: raw.cast(TIMESTAMP).date() if kind == "date" else raw.cast(TIMESTAMP),
        lambda raw: (raw >= ibis.date("1800-01-01").cast(raw.type())) & (raw < ibis.date("2200-01-01").cast(raw.type())),
    )
