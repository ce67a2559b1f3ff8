"""
A small neural network that says what a customer will want next from what they had so far, the latest above all.

It is an auto-encoder with the multinomial likelihood of Liang et al. (2018), WWW, section 2.2, where what is kept from
it is not drawn at random but lies ahead in time: at a random place of a customer's history it reads the rows before and is
asked for the rows after. It learns with JAX (extra `deep`); to ask it takes NumPy alone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib.util import find_spec
from typing import Any

import numpy as np

from kezhi.errors import ExtraMissing
from kezhi.models.recommendation.interactions import Interactions

LATEST = 5.0  # rows after which one counts half in the second input
AHEAD = 10  # rows after the place that are asked for
DROPPED, PENALTY, STEP = 0.5, 5e-5, 3e-3  # of the first input; of the weights, per square; of Adam
BATCH, CHECK, PATIENCE = 128, 50, 4  # customers of a step; steps between two checks; checks without gain before it stops
HELD_SHARE, HELD, PLACES = 0.1, 500, (0.5, 0.7, 0.9)  # customers who are not learned from, and where their histories are cut
FEWEST = 20  # customers with two rows, to learn from
MOST_PRODUCTS = 20_000  # it knows those that most customers bought; memory is that of BATCH x products


@dataclass(frozen=True, slots=True)
class Network:
    """
    Attributes:
        products: Places of the products it knows, int32.
        all_in, latest_in: Products x width: what each tells as any and as a late part of a history.
        bias: Width.
        out: Width x products; shift: products.
    """

    products: Any
    all_in: Any
    latest_in: Any
    bias: Any
    out: Any
    shift: Any

    @classmethod
    def none(cls) -> Network:
        """One that knows nothing."""
        empty = np.zeros((0, 1), np.float32)
        return cls(np.zeros(0, np.int32), empty, empty, np.zeros(1, np.float32), empty.T.copy(), np.zeros(0, np.float32))

    def arrays(self) -> dict[str, Any]:
        """Its parts by name, to be kept."""
        return {f"network_{part.name}": getattr(self, part.name) for part in fields(self)}

    @classmethod
    def of_arrays(cls, kept: Any) -> Network:
        """What `arrays` gave; none where nothing was kept."""
        return cls(*(kept[f"network_{part.name}"] for part in fields(cls))) if "network_products" in kept else cls.none()

    def taste(self, history: Interactions, users: Any) -> Any:
        """What it makes of the histories of *users*: users x width, float32."""
        if not len(self.products):
            return np.zeros((len(users), 1), np.float32)
        place = np.full(len(history.items), -1, np.int32)
        place[self.products] = np.arange(len(self.products), dtype=np.int32)
        asked = history.of(users)
        item, known = place[asked.item], place[asked.item] >= 0
        whole, latest = _inputs(asked.user[known], item[known], asked.later()[known], (len(users), len(self.products)))
        return np.tanh(whole @ self.all_in + latest @ self.latest_in + self.bias).astype(np.float32)


def is_installed() -> bool:
    """Whether JAX can be imported."""
    return find_spec("jax") is not None


def learn_network(history: Interactions, *, width: int, steps: int, seed: int) -> Network:
    """
    The network of *width* after at most *steps* steps, as it was when it told best what 10% of the customers did next.

    None of its products where fewer than 20 customers have two rows. The same *seed* gives the same network on the same
    kind of machine. Cost of a step: 128 customers x products x width; memory the parameters three times and a few such batches.

    Raises:
        ExtraMissing: JAX is not installed.
    """
    try:
        import jax
    except ModuleNotFoundError as error:
        raise ExtraMissing(what="Recommender, deep", extra="deep") from error
    walks = _Walks.of(history, seed)
    if walks is None:
        return Network.none()
    draws = np.random.default_rng(seed)
    people = draws.permutation(np.flatnonzero(walks.counts >= 2))
    held, learnt = np.split(people, [min(HELD, max(1, int(HELD_SHARE * len(people))))])
    checked = [walks.batch(held[at : at + BATCH], share) for share in PLACES for at in range(0, len(held), BATCH)]
    state = _start(walks, width, draws)
    moments = jax.tree.map(np.zeros_like, (state, state))
    step, likelihood = _compiled(jax)
    best, kept, waited = np.inf, state, 0
    for turn in range(1, steps + 1):
        drawn = draws.choice(learnt, BATCH, replace=len(learnt) < BATCH)
        whole, latest, wanted = walks.batch(drawn, draws.uniform(0.1, 0.95, BATCH))
        whole *= (draws.random(whole.shape, np.float32) >= DROPPED) / np.float32(1 - DROPPED)
        state, moments = step(state, moments, np.float32(turn), whole, latest, wanted)
        if turn % CHECK and turn != steps:
            continue
        found = float(sum(likelihood(state, *part) for part in checked))
        waited = 0 if found < best else waited + 1
        if found < best:
            best, kept = found, state
        if waited >= PATIENCE:
            break
    made = {name: np.asarray(value, np.float32) for name, value in kept.items()}
    return Network(walks.products, made["all"], made["latest"], made["bias"], made["out"], made["shift"])


@dataclass(slots=True)
class _Walks:
    """
    Histories in order of time, customer by customer; rows of one time in a random order.

    Attributes:
        item: Place among *products* of each row.
        begins, counts: First row, and rows, of each customer.
        products: Places of the products in the history.
    """

    item: Any
    begins: Any
    counts: Any
    products: Any

    @classmethod
    def of(cls, history: Interactions, seed: int) -> _Walks | None:
        buyers = np.bincount(history.matrix().indices, minlength=len(history.items))
        products = np.sort(np.argsort(-buyers, kind="stable")[: min(MOST_PRODUCTS, int((buyers > 0).sum()))]).astype(np.int32)
        place = np.full(len(history.items), -1, np.int32)
        place[products] = np.arange(len(products), dtype=np.int32)
        order = np.lexsort((np.random.default_rng(seed).random(len(history.day)), history.day, history.user))
        order = order[place[history.item[order]] >= 0]
        counts = np.bincount(history.user[order], minlength=len(history.users))
        if (counts >= 2).sum() < FEWEST:
            return None
        return cls(place[history.item[order]], np.cumsum(counts) - counts, counts, products)

    def batch(self, users: Any, share: Any) -> tuple[Any, Any, Any]:
        """Both inputs and what is asked for, each BATCH x products; histories are cut at *share* of their rows, missing rows are 0."""
        counts = self.counts[users]
        cut = np.clip((counts * share).astype(np.int64), 1, counts - 1)
        owner = np.repeat(np.arange(len(users)), counts)
        step = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        item = self.item[self.begins[users][owner] + step]
        before, after = step < cut[owner], (step >= cut[owner]) & (step < cut[owner] + AHEAD)
        shape = BATCH, len(self.products)
        whole, latest = _inputs(owner[before], item[before], (cut[owner] - 1 - step)[before], shape)
        wanted = np.zeros(shape, np.float32)
        np.add.at(wanted, (owner[after], item[after]), np.float32(1))
        return whole.toarray(), latest.toarray(), wanted / np.maximum(wanted.sum(1, keepdims=True), 1)


def _inputs(user: Any, item: Any, later: Any, shape: tuple[int, int]) -> tuple[Any, Any]:
    """How often each product stands in a history (logarithm), and how lately, rows of length 1 (CSR)."""
    from scipy.sparse import csr_matrix, diags

    whole = csr_matrix((np.ones(len(user), np.float32), (user, item)), shape=shape)
    whole.data = np.log1p(whole.data)
    latest = csr_matrix((np.exp2(-later / LATEST).astype(np.float32), (user, item)), shape=shape)
    made = []
    for part in (whole, latest):
        length = np.sqrt(np.asarray(part.multiply(part).sum(1)).ravel())
        made.append((diags(1 / np.maximum(length, 1e-9)) @ part).astype(np.float32).tocsr())
    return made[0], made[1]


def _start(walks: _Walks, width: int, draws: Any) -> dict[str, Any]:
    """Weights of Glorot and Bengio (2010); what comes out at first is what is popular."""
    products = len(walks.products)
    spread = np.sqrt(2 / (products + width))
    bought = np.bincount(walks.item, minlength=products) + 0.5
    return {
        "all": (draws.standard_normal((products, width)) * 2 * spread).astype(np.float32),
        "latest": (draws.standard_normal((products, width)) * 2 * spread).astype(np.float32),
        "bias": np.zeros(width, np.float32),
        "out": (draws.standard_normal((width, products)) * spread).astype(np.float32),
        "shift": np.log(bought / bought.sum()).astype(np.float32),
    }


def _compiled(jax: Any) -> tuple[Any, Any]:
    """A step of Adam (Kingma, Ba 2015, algorithm 1), and the mean negative multinomial likelihood (Liang et al. 2018, eq. 2)."""
    import jax.numpy as jnp

    def likelihood(state: Any, whole: Any, latest: Any, wanted: Any) -> Any:
        hidden = jnp.tanh(whole @ state["all"] + latest @ state["latest"] + state["bias"])
        return -(jax.nn.log_softmax(hidden @ state["out"] + state["shift"]) * wanted).sum(1).mean()

    def penalised(state: Any, whole: Any, latest: Any, wanted: Any) -> Any:
        return likelihood(state, whole, latest, wanted) + PENALTY * sum((state[name] ** 2).sum() for name in ("all", "latest", "out"))

    def step(state: Any, moments: Any, turn: Any, whole: Any, latest: Any, wanted: Any) -> tuple[Any, Any]:
        slope = jax.grad(penalised)(state, whole, latest, wanted)
        first = jax.tree.map(lambda old, new: 0.9 * old + 0.1 * new, moments[0], slope)
        second = jax.tree.map(lambda old, new: 0.999 * old + 0.001 * new * new, moments[1], slope)
        away = jax.tree.map(lambda m, v: STEP * (m / (1 - 0.9**turn)) / (jnp.sqrt(v / (1 - 0.999**turn)) + 1e-8), first, second)
        return jax.tree.map(jnp.subtract, state, away), (first, second)

    return jax.jit(step), jax.jit(likelihood)
