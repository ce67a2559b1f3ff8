"""Plain text, codes and names: blanks, full-width forms and the words that mean nothing."""

from __future__ import annotations

import re

from kezhi.kit.engine import ibis, ir
from kezhi.kit.reading import Names, Reader, first_rule, unless_canonical

# U+FF01..U+FF5E are the ASCII signs one cell wide; the quote and the backslash are left out because SQL
# dialects escape them differently. The minus sign and the dashes people type for it become a hyphen.
_WIDE = [chr(0xFF01 + i) for i in range(94) if chr(0x21 + i) not in "'\\"]
FULL_WIDTH = "".join(_WIDE) + "\u3000\u00a0−–—―﹣"
FULL_WIDTH_CLASS = "！-～\u3000\u00a0−–—―﹣"
HALF_WIDTH = "".join(chr(ord(sign) - 0xFEE0) for sign in _WIDE) + "  " + "-----"

BLANKS = "[\\s\u3000\u00a0\ufeff\u200b-\u200f]"
OUTER_BLANKS = f"^{BLANKS}+|{BLANKS}+$"

# What exports write for "no value". The second set is a value in free text, and nothing elsewhere.
NOTHING = ("", "NULL", "null", "Null", "N/A", "n/a", "#N/A", "-", "--", "None", "none", "nan", "NaN", "NaT", "<NA>", "\\N", "nil")
NOTHING_TYPED = ("NA", "na", "—", "/", "?", "未知", "无", "空", "不详", "未填写", "unknown", "Unknown", "UNKNOWN")
ACCENTED = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿāēīōūăąćčďđęěğłńňőřśšşťţůűžźżÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŸĀĒĪŌŪĂĄĆČĎĐĘĚĞŁŃŇŐŘŚŠŞŤŢŮŰŽŹŻ"
PLAIN = "aaaaaaceeeeiiiinoooooouuuuyyaeiouaaccddeeglnnorsssttuuzzzAAAAAACEEEEIIIINOOOOOOUUUUYYAEIOUAACCDDEEGLNNORSSSTTUUZZZ"


def half_width(text: ir.StringValue) -> ir.StringValue:
    """Full-width letters, digits and signs as ASCII; Chinese characters stay. *text* should be a column: it is read twice."""
    # translating is dear (7 µs a text on DuckDB), looking is not
    return ibis.cases((text.re_search(f"[{FULL_WIDTH_CLASS}]"), text.translate(FULL_WIDTH, HALF_WIDTH)), else_=text)


def plain_letters(text: ir.StringValue) -> ir.StringValue:
    """Accented Latin letters as plain ones: José is Jose. *text* should be a column: it is read twice."""
    return ibis.cases((text.re_search(f"[{ACCENTED}]"), text.translate(ACCENTED, PLAIN)), else_=text)


def trimmed(text: ir.StringValue) -> ir.StringValue:
    """Without outer blanks of any width, byte order marks and zero-width signs."""
    return text.re_replace(OUTER_BLANKS, "")


def something(text: ir.StringValue, *, typed: bool) -> ir.StringValue:
    """*text*, or null when it is a word for nothing; *typed* adds words that free text may mean."""
    words = NOTHING + NOTHING_TYPED if typed else NOTHING
    return ibis.cases((text.isin(words), ibis.null("string")), else_=text)


def _plain(value: ir.Value) -> ir.Value:
    return value


def _text_odd(at: Names) -> dict[str, ir.Value]:
    raw = at("raw")
    return {"odd": ibis.cases((raw.re_search(OUTER_BLANKS) | raw.isin(NOTHING), raw), else_=ibis.null("string"))}


def _text_value(at: Names) -> dict[str, ir.Value]:
    return {"mended": something(trimmed(at("odd")), typed=False)}


def _text_rule(at: Names) -> dict[str, ir.Value]:
    mended, odd = at("mended"), at("odd")
    return {
        "value": ibis.cases((odd.isnull(), at("raw")), else_=mended),
        "rule": first_rule((mended.isnull(), ""), (mended == odd, ""), (ibis.literal(True), "blank_trimmed")),
    }


def text_reader() -> Reader:
    """Free text: outer blanks go, all else stays as written."""
    return Reader((_text_odd, _text_value, _text_rule), _plain, _plain)


# The usual code, told by one expression: with a digit or an underscore it is no word for nothing, without a point no decimal.
_USUAL_CODE = "^[0-9A-Za-z_:#/-]*[0-9_][0-9A-Za-z_:#/-]*$"
_CODE = "^[!-~]([ -~]*[!-~])?$"  # printable ASCII without outer blanks
_DECIMAL_CODE = "^[0-9]+[.]0+$"  # 12345.0, a number that a spreadsheet or pandas made of a code
_INNER_BLANKS = f"{BLANKS}+"


def _code_value(at: Names) -> dict[str, ir.Value]:
    odd = at("odd")
    mended = trimmed(half_width(odd))
    return {
        "mended": something(
            ibis.cases(
                (odd.re_search(_DECIMAL_CODE), odd.re_replace("[.]0+$", "")),
                (odd.re_search(_CODE), odd),
                (mended.re_search(_DECIMAL_CODE), mended.re_replace("[.]0+$", "")),
                else_=mended,
            ),
            typed=True,
        )
    }


def _code_rule(at: Names) -> dict[str, ir.Value]:
    mended, odd = at("mended"), at("odd")
    return {
        "value": ibis.cases((odd.isnull(), at("raw")), else_=mended),
        "rule": first_rule(
            (mended.isnull(), ""),
            (mended == odd, ""),
            (trimmed(odd) == mended, "blank_trimmed"),
            (half_width(odd).re_search(f"[.]0+{BLANKS}*$"), "decimal_code"),
            (ibis.literal(True), "full_width"),
        ),
    }


def code_reader() -> Reader:
    """An identifier: half width, without outer blanks; leading zeros stay, the `.0` of spreadsheets goes."""
    return Reader((unless_canonical(_USUAL_CODE), _code_value, _code_rule), _plain, _plain)


_CHINESE_NAME = "^[一-鿿]{2,4}$"


def _name_value(at: Names) -> dict[str, ir.Value]:
    return {"mended": something(trimmed(half_width(at("odd"))).re_replace(_INNER_BLANKS, " "), typed=True)}


def _name_rule(at: Names) -> dict[str, ir.Value]:
    mended, odd = at("mended"), at("odd")
    return {
        "value": ibis.cases((odd.isnull(), at("raw")), else_=mended),
        "rule": first_rule(
            (mended.isnull(), ""),
            (mended == odd, ""),
            (trimmed(odd).re_replace(_INNER_BLANKS, " ") == mended, "blank_trimmed"),
            (ibis.literal(True), "full_width"),
        ),
    }


def name_reader() -> Reader:
    """A person's name: half width, single blanks inside, none outside."""
    nothing = [word for word in NOTHING_TYPED if re.search(_CHINESE_NAME, word)]
    return Reader((unless_canonical(_CHINESE_NAME, nothing), _name_value, _name_rule), _plain, _plain)


_NOT_IN_THE_LIST = "?"


def words_reader(words: dict[str, str], *, unreadable: str, otherwise: str | None = None) -> Reader:
    """
    A word of a closed list, told without regard to case and width.

    Putting a known word as its meaning is reading, not correcting, and has no rule: 已支付 says `paid`.

    Args:
        words: What may be written, in lower case, to what it means; an empty meaning is null without a rule.
        unreadable: The rule's code for a word not in the list.
        otherwise: What such a word becomes; null when not given.
    """

    def fold(at: Names) -> dict[str, ir.Value]:
        odd = at("odd")
        return {"word": something(ibis.cases((odd.isnull(), at("raw")), else_=trimmed(half_width(odd)).lower()), typed=False)}

    meanings: dict[str, list[str]] = {}
    for written, meaning in words.items():
        meanings.setdefault(meaning, []).append(written.replace(".", "[.]"))

    def meaning_of(word: ir.StringValue) -> ir.StringValue:
        # the usual words first: to compare costs a fifth of a search
        said = ((word == meaning, ibis.literal(meaning)) for meaning, written in meanings.items() if meaning in written)
        known = ((word.re_search(f"^({'|'.join(written)})$"), ibis.literal(meaning)) for meaning, written in meanings.items())
        return ibis.cases((word.isnull(), ibis.literal("")), *said, *known, else_=ibis.literal(_NOT_IN_THE_LIST))

    def understand(at: Names) -> dict[str, ir.Value]:
        return {"meaning": meaning_of(at("word"))}

    def decide(at: Names) -> dict[str, ir.Value]:
        meaning = at("meaning")
        unknown = meaning == _NOT_IN_THE_LIST
        return {
            "value": ibis.cases((unknown, ibis.literal(otherwise or "")), else_=meaning).nullif(""),
            "rule": first_rule((unknown, unreadable)),
        }

    canonical = unless_canonical(
        f"^({'|'.join(one for written in meanings.values() for one in written)})$", [word for word in NOTHING if word in words]
    )
    return Reader((canonical, fold, understand, decide), _plain, lambda raw: meaning_of(raw).nullif(""))
