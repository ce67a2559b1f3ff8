"""The step that says what to offer to whom: judge the blend against what is popular, then learn on all and score the active."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from kezhi import profile
from kezhi.flow.model_registry import ModelRegistry
from kezhi.flow.training import fingerprint
from kezhi.flow.warehouse import Warehouse
from kezhi.kit.days import days_before, midnight
from kezhi.kit.engine import _, arrow_schema, ibis, ir
from kezhi.locales import Phrase
from kezhi.models.cards import ModelCard, said
from kezhi.settings import RecommendationSettings
from kezhi.tables import RECOMMENDATIONS

if TYPE_CHECKING:
    from kezhi.flow.step import Inputs
    from kezhi.models.recommendation import ListJudgement, Recommender

NAME = "recommendations"
FEWEST = 30  # customers with purchases before and after, to judge on
KEPT_OUT = ("retrain_days", "active_days", "top", "min_margin", "max_per_category")  # settings that the shares do not rest on
EPOCH = date(1970, 1, 1)


def recommendations(inputs: Inputs) -> Mapping[str, ir.Table]:
    """
    `recommendations` of customers who bought in the last active_days; nothing, and a note, where there are too few who
    came back, or the blend does not beat a list of what is popular, or each one's own purchases again surely beat it.

    The shares of the members are those of the registry's champion as long as it is of the same settings and not older
    than retrain_days; what goes together is learned again in each run. Memory is that of the purchases' lines of
    most_customers: they are learned from, and lists are made of so many at a time.
    """
    from kezhi.models.recommendation import Recommender, read_interactions

    settings, bench = inputs.settings.recommendations, inputs.bench
    purchases = Purchases(
        bought_lines(inputs["ledger"], inputs["order_lines"], days_before(inputs.as_of, settings.history_days)), settings, bench
    )
    bought = purchases.part(0)
    products = inputs.get("products")
    known = None if products is None else bench.arrow(_offers(products))
    history, digest, rows = read_interactions(bought), fingerprint(bought), bought.num_rows
    del bought
    registry = ModelRegistry(inputs.models) if inputs.models is not None else None
    held = _champion(registry, inputs.as_of, settings)
    card = None
    if held is not None:
        version, blend = held
    else:
        judged = _judged(history, known, settings, is_part=purchases.parts > 1)
        if judged is None or judged.users < FEWEST:
            inputs.notes.append(Phrase("recommend.few", customers=0 if judged is None else judged.users, needed=FEWEST))
            return {}
        card, version, blend = _card(judged, purchases, inputs.as_of, settings, rows=rows, fingerprint=digest), 1, judged.judged.blend_
        del judged
    model = Recommender(**_parameters(settings, is_part=purchases.parts > 1)).fit(history, products=known, blend=blend)
    if card is not None:
        if registry is not None:
            version = registry.publish(card, model.to_files()).version
        if card.refusal is not None:
            inputs.notes.append(Phrase(card.refusal["key"], **card.refusal["fields"]))
            return {}
    made = (batch for table in _lists(model, purchases, inputs.as_of, version, settings) for batch in table.to_batches())
    return {"recommendations": bench.keep(arrow_schema(RECOMMENDATIONS), made)}


class Purchases:
    """
    Lines of purchases in `parts` of customers, drawn by chance and of about most_customers each.

    The parts are the same on every engine; lines are settled.
    """

    def __init__(self, lines: ir.Table, settings: RecommendationSettings, bench: Warehouse) -> None:
        self._bench = bench
        lines = bench.settle(lines)  # counted, learned from and asked who bought lately
        self.customers = int(bench.arrow(lines.aggregate(customers=lines.customer_id.nunique())).to_pylist()[0]["customers"])
        self.parts = max(1, -(-self.customers // settings.most_customers))
        drawn = (ibis.literal(f"{settings.seed}:") + lines.customer_id).hexdigest("md5").left(8)
        self._lines = lines if self.parts == 1 else bench.settle(lines.mutate(drawn=drawn))

    def part(self, number: int) -> pa.Table:
        """customer_id, product_id, ordered_at and quantity of the part *number* (from 0), in one order."""
        return self._bench.arrow(self._of(number).order_by("customer_id", "product_id", "ordered_at", "quantity"))

    def active(self, number: int, since: date) -> pa.Array:
        """The customers of the part *number* with a purchase from the day *since* on, in order, whatever they bought."""
        lately = self._of(number).filter(_.ordered_at >= midnight(since)).select("customer_id").distinct()
        return self._bench.arrow(lately.order_by("customer_id"))["customer_id"].combine_chunks()

    def _of(self, number: int) -> ir.Table:
        if self.parts == 1:
            return self._lines
        first, end = (f"{place * 2**32 // self.parts:08x}" for place in (number, number + 1))
        lines = self._lines.filter(_.drawn >= first)
        return (lines.filter(_.drawn < end) if number + 1 < self.parts else lines).drop("drawn")


def bought_lines(ledger: ir.Table, order_lines: ir.Table, since: date) -> ir.Table:
    """customer_id, product_id, ordered_at and quantity of every line of a purchase of a known customer from the day *since* on."""
    purchases = profile.bought(ledger).filter(_.customer_id.notnull(), _.ordered_at >= midnight(since))
    lines = order_lines.filter(_.product_id.notnull()).select("order_id", "product_id", "quantity")
    found = purchases.select("order_id", "customer_id", "ordered_at").inner_join(lines, "order_id")
    return found.select("customer_id", "product_id", "ordered_at", quantity=found.quantity.cast("float64"))


def _offers(products: ir.Table) -> ir.Table:
    """What `Recommender.fit` may know of products, prices as numbers."""
    return products.select(
        "product_id", "product_name", "category", "brand", list_price=_.list_price.cast("float64"), unit_cost=_.unit_cost.cast("float64")
    )


def _champion(registry: ModelRegistry | None, as_of: date, settings: RecommendationSettings) -> tuple[int, Any] | None:
    """Version and shares of the champion; None where it is of other settings or too old."""
    from kezhi.models.recommendation import Recommender

    if registry is None:
        return None
    card = registry.young(NAME, as_of=as_of, retrain_days=settings.retrain_days, settings=_digest(settings))
    return None if card is None else (card.version, Recommender.from_files(registry.files(NAME, card.version)).blend_)


def _judged(history: Any, products: pa.Table | None, settings: RecommendationSettings, *, is_part: bool) -> ListJudgement | None:
    from kezhi.models.recommendation import judge_lists

    if not len(history.user):
        return None
    parameters = _parameters(settings, is_part=is_part)
    peers = ("popular", "repeat", *(["neural"] if parameters["deep"] else []))
    return judge_lists(history, products=products, peers=peers, parameters=parameters)


def _parameters(settings: RecommendationSettings, *, is_part: bool = False) -> dict[str, Any]:
    """
    What *settings* ask of `Recommender`; `auto` of `deep` is answered here, so that shares are chosen again once JAX comes or goes.

    Where it learns from a part of the customers, alike ones are not looked for: the others could not have any.
    """
    from kezhi.models.recommendation.neural import is_installed

    deep = is_installed() if settings.deep == "auto" else settings.deep
    return {
        "repeat": settings.repeat, "seed": settings.seed, "deep": deep, "deep_width": settings.deep_width, "deep_steps": settings.deep_steps,
        "alike_customers": not is_part,
    }  # fmt: skip


def _card(
    judged: ListJudgement, purchases: Purchases, as_of: date, settings: RecommendationSettings, *, rows: int, fingerprint: str
) -> ModelCard:
    """The card: against what is popular, on the latest fifth of the purchases."""
    blend, popular = judged.measures["blend"], judged.measures["popular"]
    metrics = {
        name: {"model": blend[name].value, "low": blend[name].low, "high": blend[name].high, "baseline": popular[name].value}
        for name in ("ndcg", "recall", "novelty")
    }
    proven = judged.beats_popular and not judged.loses_to_repeat
    peer = "popular" if not judged.beats_popular else "repeat"
    refusal = said(
        f"recommend.not_better.{peer}",
        ndcg=_three(blend["ndcg"].value),
        base=_three(judged.measures.get(peer, popular)["ndcg"].value),
        low=_three(judged.gains["popular"].low),
    )
    own = judged.gains.get("repeat")
    against = [] if own is None else [said("recommend.limits.repeat", gain=_three(own.value), low=_three(own.low), high=_three(own.high))]
    compared = [_row(name, one) for name, one in judged.measures.items()]
    drawn = [] if purchases.parts == 1 else [said("recommend.limits.drawn", parts=purchases.parts, customers=f"{purchases.customers:,}")]
    cut = (EPOCH + timedelta(days=int(judged.cut))).isoformat()
    return ModelCard(
        name=NAME,
        method="blend",
        as_of=as_of.isoformat(),
        population=said("recommend.population", days=settings.active_days),
        definition=said("recommend.definition"),
        baseline=said("recommend.baseline"),
        trained_on=[cut],
        judged_on=cut,
        rows=rows,
        features=list(judged.judged.weights_),
        parameters={"settings": _digest(settings), "repeat": judged.judged.repeat_, "validation": judged.judged.validation_},
        judgement={"rows": judged.users, "metrics": metrics, "calibration": [], "gain": []},
        candidates=compared,
        drivers=[
            {"feature": name, "weight": share}
            for name, share in sorted(judged.judged.weights_.items(), key=lambda one: (-one[1], one[0]))
            if share > 0
        ],
        limits=[*against, *drawn, said("recommend.limits.shown"), said("recommend.limits.stock"), *_of_network(judged.judged, settings)],
        fingerprint=fingerprint,
        seed=settings.seed,
        is_published=proven,
        refusal=None if proven else refusal,
    )


def _of_network(model: Recommender, settings: RecommendationSettings) -> list[dict[str, Any]]:
    """Whether the neural network has a share, and what it was worth where shares were chosen; nothing where it was not asked for."""
    if not _parameters(settings)["deep"]:
        return []
    share, tried = model.weights_["neural"], model.validation_
    if "neural" not in tried:
        return [said("recommend.limits.network_none")]
    figures = {"alone": _three(tried["neural"]), "blend": _three(tried["blend"])}
    if share > 0:
        return [said("recommend.limits.network_used", share=f"{share:.0%}", **figures)]
    return [said("recommend.limits.network_out", **figures)]


def _row(name: str, one: Mapping[str, Any]) -> dict[str, Any]:
    """A candidate of the card."""
    return {
        "method": name, "ndcg": one["ndcg"].value, "low": one["ndcg"].low, "high": one["ndcg"].high, "recall": one["recall"].value,
        "coverage": one["coverage"], "novelty": one["novelty"].value,
    }  # fmt: skip


def _lists(model: Recommender, purchases: Purchases, as_of: date, version: int, settings: RecommendationSettings) -> Iterator[pa.Table]:
    """`tables.RECOMMENDATIONS` of the customers who bought lately, part by part, also of who bought only what the model does not know."""
    since = days_before(as_of, settings.active_days)
    margin = settings.min_margin if model.offers_.margin is not None else None
    for number in range(purchases.parts):
        asked = model if purchases.parts == 1 else model.of(purchases.part(number))
        found = asked.recommend(
            purchases.active(number, since), settings.top, min_margin=margin, max_per_category=settings.max_per_category
        )
        numbered = found.append_column("model_version", pa.array([version] * found.num_rows, pa.int64()))
        yield numbered.select(arrow_schema(RECOMMENDATIONS).names).cast(arrow_schema(RECOMMENDATIONS))


def _digest(settings: RecommendationSettings) -> dict[str, Any]:
    asked = settings.model_dump(mode="json") | {"deep": _parameters(settings)["deep"]}
    return {name: value for name, value in asked.items() if name not in KEPT_OUT}


def _three(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
