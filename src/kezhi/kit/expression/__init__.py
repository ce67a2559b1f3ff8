"""
The expression language of tags, stages and segments: a SQL predicate over the columns of one row.

    parse("rfm_group = '重要价值客户' AND orders_90d >= 3", columns=...).predicate(table)

The text is read by SQLGlot with a small grammar of our own (`reading`), becomes our own few nodes
(`nodes`), is checked against the known columns and functions (`checking`, `functions`), can be
written back in one canonical form (`writing`) and is compiled to Ibis (`compiling`). No text of a
user ever reaches an engine as code.

What it knows: and, or, not · = <> < <= > >= · in, between, like, is null · + - * / · text, number,
DATE '2025-01-01', true, false · the functions of `functions.FUNCTIONS`. Full-width signs and Chinese
quotes are read as their plain forms. A segment may also ask what a customer did (`behaviours`). Every
expression has a second form, a JSON tree (`trees`), and both say the same.

Rules that both engines follow:

- A comparison with a null value does not hold, and neither does its NOT (SQL's three-valued logic);
  ask with IS NULL. `Expression.predicate` itself is never null.
- `+` and `-` of whole numbers and money are exact; `*` and `/` give float64; x / 0 is null.
- A timestamp counts as its day. A date may be compared with '2025-01-01'.
- Text is compared as it stands, upper and lower case differ, in the order of Unicode code points.
- In LIKE, % is any text and _ one character; there is no escape sign: use contains() for those two.
"""

from kezhi.kit.expression.behaviours import Deeds
from kezhi.kit.expression.language import Expression, parse, parse_tree

__all__ = ["Deeds", "Expression", "parse", "parse_tree"]
