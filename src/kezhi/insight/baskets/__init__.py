"""What is bought together: itemsets, association rules, and what follows what."""

from kezhi.insight.baskets.company import basket_lines, baskets
from kezhi.insight.baskets.itemsets import find, itemset_table, rule_table
from kezhi.insight.baskets.sequences import product_sequences, sequences

__all__ = ["basket_lines", "baskets", "find", "itemset_table", "product_sequences", "rule_table", "sequences"]
