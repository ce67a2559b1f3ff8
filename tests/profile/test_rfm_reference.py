"""RFM of random shops against a slow reference in plain Python."""

from datetime import date

import pytest
import reference
from shop import random_shop
from support import rows, table

from kezhi.profile.rfm import rfm

AS_OF = date(2025, 6, 1)


@pytest.mark.parametrize("seed", range(6))
def test_random_shops_have_the_rfm_of_the_slow_reference(seed):
    orders = random_shop(seed, AS_OF)["orders"]
    found = rows(rfm(table("orders", orders), as_of=AS_OF))
    assert reference.rfm(orders, AS_OF) == {r["customer_id"]: (r["recency_days"], r["frequency"], r["monetary"]) for r in found}
