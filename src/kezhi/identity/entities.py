"""Households, companies, accounts and devices beside the persons: who belongs to which, in what role, and what kind of customer that makes."""

from __future__ import annotations

from collections.abc import Sequence

from kezhi.identity.components import components
from kezhi.identity.placeholders import is_placeholder
from kezhi.kit.engine import Workbench, _, ibis, ir
from kezhi.settings import EntitySettings

ROLES = {"household": "member", "company": "employee", "device": "user"}  # of an account: payer and user
SCOPES = ("campus", "family", "enterprise")
_WORDS = _.told_by.collect(distinct=True).sort().join(",")  # what tells it, in alphabetical order


def entities(
    records: ir.Table,
    links: ir.Table,
    relations: ir.Table | None,
    usage: ir.Table | None,
    *,
    settings: EntitySettings,
    bench: Workbench,
    ignored: Sequence[str] = (),
) -> dict[str, ir.Table]:
    """
    What is not a person, and the customers who belong to it. It never joins customers: a shared landline makes a household, not one person.

    household  customers with one landline, one postal address (with a house number), or a relation of the kind `household`, and who is tied
               to one of them in that way; values of more than `most_in_household` customers are a dormitory's or a switchboard's and tie nobody
    company    customers with a mail address of one domain that is neither a free provider's nor a school's; at least `least_in_company`
    device     customers with a relation of the kind `device`
    account    one bill: who pays it, and whose lines are on it, where these are not one and the same alone

    Scopes, the types of customers with rules of their own: `family`, a member of a household; `enterprise`, an employee of a company;
    `campus`, a mail address of a school, a student's occupation, or an address at a school. A customer may have several.

    Args:
        records: `tables.CUSTOMER_RECORDS`.
        links: `tables.IDENTITY_LINKS`.
        relations: `tables.RELATIONS`; none: households by landline and address, no devices.
        usage: `tables.USAGE`; none: no accounts.
        settings: Limits and words.
        bench: Where households are found.
        ignored: Phones and mail addresses that are nobody's, besides the built-in ones.

    Returns:
        `entities` (entity_id, entity_type, label, customers), `entity_links` (entity_id, entity_type, customer_id, role, told_by) and
        `customer_scopes` (customer_id, scope, told_by).
    """
    known = bench.settle(_known(records, links, ignored))
    found = [_grouped("household", _homes(known, relations, settings), bench), _companies(known, settings)]
    if relations is not None:
        found.append(_grouped("device", _ties(relations, "device"), bench))
    if usage is not None:
        found.append(_accounts(usage, links))
    members = bench.settle(ibis.union(*found, distinct=True))
    kept = bench.settle(_large_enough(members, settings))
    return {
        "entities": kept.group_by("entity_id", "entity_type").aggregate(label=_.label.max(), customers=_.customer_id.nunique()),
        "entity_links": kept.group_by("entity_id", "entity_type", "customer_id", "role").aggregate(told_by=_WORDS),
        "customer_scopes": _scopes(known, kept, settings),
    }


def _known(records: ir.Table, links: ir.Table, ignored: Sequence[str]) -> ir.Table:
    """What each customer's records tell of home, work and school."""
    owned = records.join(links.select("record_id", "customer_id"), "record_id")
    digits = owned.address.re_search(r"\d")
    own_phone = ~is_placeholder(ibis.literal("phone"), owned.phone, ignored)
    own_mail = ~is_placeholder(ibis.literal("email"), owned.email, ignored)
    return owned.select(
        "customer_id",
        landline=ibis.cases(((owned.phone_kind == "landline") & own_phone, owned.phone)),
        # without a house number it is a street, where many live
        home=ibis.cases((digits & (owned.address.length() >= 6), owned.city.fill_null("") + " " + owned.address)),
        address="address",
        occupation=owned.occupation.lower(),
        domain=ibis.cases((own_mail, owned.email.split("@")[1])),
    )


def _ties(relations: ir.Table, kind: str) -> ir.Table:
    both = relations.filter((_.kind == kind) & (_.from_customer_id != _.to_customer_id))
    return both.select(left="from_customer_id", right="to_customer_id", told_by=ibis.literal("relation"))


def _homes(known: ir.Table, relations: ir.Table | None, settings: EntitySettings) -> ir.Table:
    """Pairs of customers of one home: each with the first of those who share the value."""
    pairs = [] if relations is None else [_ties(relations, "household")]
    for name, told_by in (("landline", "landline"), ("home", "address")):
        holders = known.filter(_[name].notnull()).select("customer_id", value=_[name]).distinct()
        shared = holders.group_by("value").aggregate(first=_.customer_id.min(), customers=_.count())
        shared = shared.filter((_.customers > 1) & (_.customers <= settings.most_in_household))
        pairs.append(holders.join(shared, "value").select(left="first", right="customer_id", told_by=ibis.literal(told_by)))
    return ibis.union(*pairs, distinct=True)


def _grouped(entity_type: str, pairs: ir.Table, bench: Workbench) -> ir.Table:
    """The customers that *pairs* connect, with what ties them."""
    pairs = bench.settle(pairs)
    labels = components(pairs.select("left", "right"), bench)
    ends = pairs.select(node="left", told_by="told_by").union(pairs.select(node="right", told_by="told_by"), distinct=True)
    tied = labels.join(ends, "node")
    return tied.select(
        entity_id=ibis.literal(f"{entity_type}:") + tied.label,
        entity_type=ibis.literal(entity_type),
        customer_id="node",
        role=ibis.literal(ROLES[entity_type]),
        told_by="told_by",
        label=ibis.null("string"),
    )


def _is_school(domain: ir.StringValue) -> ir.BooleanValue:
    return domain.re_search(r"(^|\.)(edu|ac)(\.[a-z]{2})?$")


def _companies(known: ir.Table, settings: EntitySettings) -> ir.Table:
    of_work = known.filter(_.domain.notnull() & ~_.domain.isin(settings.free_mail) & ~_is_school(_.domain))
    return of_work.select(
        entity_id=ibis.literal("company:") + of_work.domain,
        entity_type=ibis.literal("company"),
        customer_id="customer_id",
        role=ibis.literal(ROLES["company"]),
        told_by=ibis.literal("mail"),
        label="domain",
    ).distinct()


def _accounts(usage: ir.Table, links: ir.Table) -> ir.Table:
    """Who pays and who uses, of bills with a line of somebody else."""
    owner = links.select(line_id="record_id", user="customer_id")
    lines = usage.select("customer_id", "line_id").distinct().join(owner, "line_id").select(payer="customer_id", user="user").distinct()
    of_others = lines.filter(_.payer != _.user).select("payer").distinct()
    lines = lines.semi_join(of_others, "payer")
    sides = [(lines.payer, "payer"), (lines.user, "user")]
    return ibis.union(
        *(
            lines.select(
                entity_id=ibis.literal("account:") + lines.payer,
                entity_type=ibis.literal("account"),
                customer_id=side,
                role=ibis.literal(role),
                told_by=ibis.literal("bill"),
                label=ibis.null("string"),
            )
            for side, role in sides
        ),
        distinct=True,
    )


def _large_enough(members: ir.Table, settings: EntitySettings) -> ir.Table:
    sizes = members.group_by("entity_id").aggregate(size=_.customer_id.nunique())
    sized = members.join(sizes, "entity_id")
    least = ibis.cases((sized.entity_type == "company", settings.least_in_company), else_=2)
    return sized.filter(sized["size"] >= least).select(*members.columns)


def _scopes(known: ir.Table, members: ir.Table, settings: EntitySettings) -> ir.Table:
    """Each customer's scopes with what tells them."""
    told: list[tuple[str, str, ir.Table]] = [
        ("family", "household", members.filter(_.entity_type == "household")),
        ("enterprise", "company", members.filter(_.entity_type == "company")),
        ("campus", "mail", known.filter(_.domain.notnull() & _is_school(_.domain))),
        ("campus", "occupation", known.filter(_.occupation.isin([word.lower() for word in settings.student_occupations]))),
        ("campus", "address", known.filter(_any_word(_.address, settings.campus_words))),
    ]
    rows = [table.select("customer_id", scope=ibis.literal(scope), told_by=ibis.literal(told_by)) for scope, told_by, table in told]
    return ibis.union(*rows, distinct=True).group_by("customer_id", "scope").aggregate(told_by=_WORDS)


def _any_word(text: ir.StringValue, words: list[str]) -> ir.BooleanValue:
    found: ir.BooleanValue = ibis.literal(False)
    for word in words:
        found = found | text.lower().contains(word.lower())
    return found.fill_null(False)
