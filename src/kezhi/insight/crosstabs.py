"""Two attributes against each other: counts, what chance would give, and what stands out."""

from __future__ import annotations

from kezhi.kit.ages import age_band
from kezhi.kit.engine import _, ibis, ir, ratio
from kezhi.tables import AGE_ATTENTION, AGE_CATEGORY


def crosstab(table: ir.Table, rows: str, columns: str) -> ir.Table:
    """
    How often each pair of values occurs, against what it would if the two did not depend on each other.

    Args:
        table: One row per observation, each independent of the others: customers, not their orders.
        rows: A column; its null values are left out.
        columns: Another column, likewise.

    Returns:
        A row per pair of values, also those that never meet: *rows*, *columns*, observed, expected, row_share (observed /
        all of the row), lift (observed / expected), residual (adjusted and standardised: beyond -2 or 2 is more than
        chance). `kit.chi_square.independence` makes the test from these cells.

    Source of the residual: Haberman (1973), Biometrics 29, 205-220; Agresti, Categorical Data Analysis, section 3.3.1.
    """
    known = table.filter(table[rows].notnull() & table[columns].notnull()).select(row_value=table[rows], column_value=table[columns])
    cells = known.group_by("row_value", "column_value").aggregate(observed=_.count())
    row_totals = cells.group_by("row_value").aggregate(in_row=_.observed.sum())
    column_totals = cells.group_by("column_value").aggregate(in_column=_.observed.sum())
    spine = row_totals.cross_join(column_totals).cross_join(cells.aggregate(total=_.observed.sum()))
    full = spine.left_join(cells, ["row_value", "column_value"]).select(*spine.columns, "observed").mutate(observed=_.observed.fill_null(0))
    expected = ratio(full.in_row.cast("float64") * full.in_column.cast("float64"), full.total)
    spread = (expected * (1.0 - ratio(full.in_row, full.total)) * (1.0 - ratio(full.in_column, full.total))).sqrt()
    return full.select(
        **{rows: full.row_value, columns: full.column_value},
        observed=full.observed.cast("int64"),
        expected=expected,
        row_share=ratio(full.observed, full.in_row),
        lift=ratio(full.observed, expected),
        residual=ratio(full.observed - expected, spread),
    )


def age_category(profile: ir.Table) -> ir.Table:
    """`tables.AGE_CATEGORY`: age bands against the favourite category, each customer once (`tables.PROFILE` in)."""
    people = profile.select(age_band=age_band(profile.age_years), category=profile.favourite_category)
    made = crosstab(people, "age_band", "category").rename(customers="observed", share="row_share")
    return made.select(**{c.name: made[c.name].cast(c.type) for c in AGE_CATEGORY.columns})


def age_attention(events: ir.Table, products: ir.Table, profile: ir.Table) -> ir.Table:
    """
    What people of an age look at: actions on products by category.

    Args:
        events: `tables.EVENTS`; those without a customer or a product of a known category are left out.
        products: `tables.PRODUCTS`.
        profile: `tables.PROFILE`; customers of unknown age are left out.

    Returns:
        `tables.AGE_ATTENTION`: share is of the actions of the age band, lift that share / the share of everybody.
    """
    ages = profile.select("customer_id", age_band=age_band(profile.age_years)).filter(_.age_band.notnull())
    named = products.filter(_.category.notnull()).select("product_id", "category")
    seen = events.filter(_.customer_id.notnull()).select("customer_id", "product_id").join(named, "product_id").join(ages, "customer_id")
    cells = seen.group_by("age_band", "category").aggregate(actions=_.count(), customers=_.customer_id.nunique())
    whole = ibis.window()
    shared = cells.mutate(
        share=ratio(_.actions, _.actions.sum().over(group_by="age_band")),
        everybody=ratio(_.actions.sum().over(group_by="category"), _.actions.sum().over(whole)),
    )
    made = shared.mutate(lift=ratio(shared.share, shared.everybody))
    return made.select(**{c.name: made[c.name].cast(c.type) for c in AGE_ATTENTION.columns})
