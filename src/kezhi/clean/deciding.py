"""Corrections that a person has rejected: the text as it came stands again where the column can hold it."""

from __future__ import annotations

from collections.abc import Sequence

from kezhi.kit.engine import ibis, ir
from kezhi.settings import Settings

REJECTED = "reading_rejected"  # the rule of a value that is empty because its reading was rejected
Choice = tuple[str, str, tuple[str, ...] | None, tuple[str, ...]]  # source, rule, only these texts, but not these
STANDING = ("text", "name", "code", "phone", "email", "id_number")  # kinds whose columns can hold the text as it came

# Rules that a person may reject: what else could stand is known. The others tell what a row is, or that nothing could be read.
REJECTABLE = frozenset(
    {
        "blank_trimmed", "full_width", "decimal_code", "money_format", "number_format", "integer_format", "rounded", "other_currency",
        "date_format", "time_zone", "epoch_seconds", "epoch_milliseconds", "excel_serial", "phone_format", "email_case", "email_format",
        "id_number_format", "id_15_to_18", "impossible_age", "unreadable_phone", "unreadable_email", "unreadable_id_number",
    }
)  # fmt: skip


def rejected_choices(settings: Settings, table: str, column: str) -> list[Choice]:
    """
    (source, rule, only these texts or None for all, but not these texts) of the rejected corrections of a column; texts are `text_key`s.

    What was said of one text stands before what was said of the rule.
    """
    own = [one for one in settings.clean.corrections if (one.table, one.column) == (table, column)]
    made: list[Choice] = []
    for source, rule in sorted({(one.source, one.rule) for one in own}):
        about = [one for one in own if (one.source, one.rule) == (source, rule)]
        by_text = {one.text: one.verdict for one in about if one.text}
        whole = next((one.verdict for one in about if one.text is None), "approved")
        approved = tuple(sorted(text for text, verdict in by_text.items() if verdict == "approved"))
        rejected = tuple(sorted(text for text, verdict in by_text.items() if verdict == "rejected"))
        if whole == "rejected":
            made.append((source, rule, None, approved))
        elif rejected:
            made.append((source, rule, rejected, ()))
    return made


def text_key(text: ir.StringValue) -> ir.StringValue:
    """What a text is known by where the text itself must not stand: its MD5 in hexadecimal."""
    return text.hexdigest("md5")


def held_back(source: ir.StringValue, raw: ir.StringValue, rule: ir.StringValue, choices: Sequence[Choice]) -> ir.BooleanValue:
    """Where a correction by *rule* of the text *raw* was rejected; never null."""
    held = ibis.literal(False)
    for name, code, only, but in choices:
        test = (source == name) & (rule == code)
        if only is not None:
            test = test & text_key(raw).isin(only)
        elif but:
            test = test & text_key(raw).notin(but)
        held = held | test.fill_null(False)
    return held
