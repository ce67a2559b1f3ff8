"""Mail addresses in one form."""

from __future__ import annotations

from kezhi.kit.engine import ibis, ir
from kezhi.kit.reading import Names, Reader, first_rule, unless_canonical
from kezhi.kit.text import BLANKS, half_width, something, trimmed

_SHAPE = "^[a-z0-9._%+&-]+@[a-z0-9-]+([.][a-z0-9-]+)*[.][a-z]{2,}$"


def _mend(at: Names) -> dict[str, ir.Value]:
    """Of what has not the shape already, `wide`: lower case and half width. `mail`: also without blanks, and with `。` or `,` in the domain as a point."""
    wide = something(trimmed(half_width(at("odd"))), typed=True).lower()
    mended = wide.re_replace(f"^mailto:|{BLANKS}", "").translate("。,", "..")
    return {"wide": wide, "mail": mended}


def _decide(at: Names) -> dict[str, ir.Value]:
    raw, wide, mail = at("raw"), at("wide"), at("mail")
    return {
        "value": ibis.cases((at("odd").isnull(), raw), (mail.re_search(_SHAPE), mail), else_=ibis.null("string")),
        "rule": first_rule(
            (wide.isnull(), ""),
            (~mail.re_search(_SHAPE), "unreadable_email"),
            (mail == raw, ""),
            (mail == raw.lower(), "email_case"),
            (mail == trimmed(raw).lower(), "blank_trimmed"),
            (mail == wide, "full_width"),
            (ibis.literal(True), "email_format"),
        ),
    }


def email_reader() -> Reader:
    """A mail address in lower case. Rules: `email_case`, `email_format`, `full_width`, `unreadable_email`."""
    return Reader((unless_canonical(_SHAPE), _mend, _decide), lambda value: value, lambda raw: raw)
