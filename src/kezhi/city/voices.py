"""What app users say: reviews of what they bought, surveys, questions, wishes, complaints, and who wants to be left alone."""

from __future__ import annotations

import numpy as np
import polars as pl

from kezhi.city import catalogue as goods
from kezhi.city import defects
from kezhi.city.chance import stream
from kezhi.city.layouts import APP_FEEDBACK
from kezhi.city.orders import PAID, Ledger
from kezhi.city.pages import Page
from kezhi.city.people import People
from kezhi.city.records import Records
from kezhi.city.seasons import DAY_SECONDS, DAYS, timestamps

# topic: what is said of it well, ill, and asked about it
SAYINGS = {
    "price": ("价格划算，下次还来", "比别家太贵了", "现在有什么优惠吗"),
    "app": ("应用用着很顺手", "应用经常闪退", "应用登录不上怎么办"),
    "delivery": ("物流很快，第二天就到了", "快递拖了一周", "配送要几天"),
    "fit": ("尺码正好", "尺码偏大，跟图片不一样", "尺码怎么选"),
    "service": ("客服态度好，有问必答", "售后没人理", "售后找谁"),
    "safety": ("成分安全，用着放心", "有异味，不敢再用", "成分安全吗"),
    "quality": ("做工细，质量没得说", "用了两天就坏了，质量差", "质量怎么样"),
}
TOPICS = tuple(SAYINGS)
OF_AGE = ((0, 30, ("price", "app")), (30, 45, ("delivery", "fit")), (45, 200, ("service", "safety")))  # what an age cares about
CARES = 0.7  # of the people care about what their age does, the others about anything
REASONS = {
    "near": ("离家近", 0.35),
    "price": ("价格便宜", 0.25),
    "friends": ("朋友推荐", 0.2),
    "choice": ("款式多", 0.12),
    "quality": ("质量好", 0.08),
}
REVIEWED, ANSWERED, ASKED, WISHED, LEFT_ALONE, NUMBERS = 0.1, 0.25, 0.2, 0.25, 0.03, 0.03
FLAWED = (0, 1, 2, 4)  # categories with one popular product that breaks
KINDS = {"review": "评价", "survey": "问卷", "question": "咨询", "wish": "需求", "complaint": "投诉"}
_SAID = np.dtype(
    [
        ("user", np.int64),
        ("second", np.int64),
        ("kind", "U9"),
        ("product", np.int64),
        ("stars", np.int64),
        ("topic", "U9"),
        ("tone", np.int64),
    ]
)
GOOD, ILL, ASKS = 0, 1, 2


class Voices:
    """Collects reviews while orders are written, then adds what else is said and writes it down."""

    def __init__(self, seed: int, users: Records, people: People, catalogue: goods.Catalogue) -> None:
        self.seed, self.users, self.people, self.catalogue = seed, users, people, catalogue
        rng = stream(seed, "concerns")
        age = (DAYS - people.birth_day) / 365.2425
        anything = rng.integers(0, len(TOPICS) - 1, len(people))
        own = np.zeros(len(people), np.int64)
        for low, high, topics in OF_AGE:
            there = (age >= low) & (age < high)
            own[there] = rng.choice([TOPICS.index(topic) for topic in topics], int(there.sum()))
        self.concern = np.array(TOPICS)[np.where(rng.random(len(people)) < CARES, own, anything)]
        self.flawed = catalogue.first[list(FLAWED)] + 2
        self._reviews: list[np.ndarray] = []

    def hear(self, part: int, ledger: Ledger) -> None:
        """Reviews of the first product of some paid orders of the app; a product that breaks is reviewed more often, and ill."""
        rng = stream(self.seed, "reviews", part)
        orders = ledger.orders.filter((pl.col("status") == PAID) & (pl.col("source") == "app") & pl.col("record_row").is_not_null())
        bought = ledger.lines.group_by("number", maintain_order=True).first().select("number", "product")
        both = orders.select("number", "record_row", "ordered_at").join(bought, on="number", how="inner", maintain_order="left")
        product = both["product"].to_numpy()
        broke = np.isin(product, self.flawed)
        chosen = np.flatnonzero(rng.random(len(product)) < np.where(broke, 5 * REVIEWED, REVIEWED))
        user = both["record_row"].to_numpy()[chosen].astype(np.int64)
        ill = np.where(broke[chosen], rng.random(len(chosen)) < 0.9, rng.random(len(chosen)) < 0.12)
        made = np.zeros(len(chosen), _SAID)
        made["user"], made["product"], made["kind"] = user, product[chosen], "review"
        bought_at = (timestamps_to_seconds(both["ordered_at"]))[chosen]
        made["second"] = bought_at + rng.integers(1, 10 * DAY_SECONDS, len(chosen))
        made["stars"] = np.where(ill, rng.integers(1, 3, len(chosen)), rng.integers(4, 6, len(chosen)))
        made["topic"] = np.where(broke[chosen], "quality", self.concern[self.users.person[user]])
        made["tone"] = np.where(ill, ILL, GOOD)
        self._reviews.append(made)

    def page(self) -> tuple[Page, pl.DataFrame]:
        """Everything said, by time, as the app writes it; and the truth: feedback_id, record_id, kind, topic, tone, product, category."""
        rng = stream(self.seed, "voices")
        every = np.concatenate([*self._reviews, self._survey(rng), self._questions(rng), self._wishes(rng), self._left_alone(rng)])
        every = every[every["second"] < DAYS * DAY_SECONDS]
        every = every[np.argsort(every["second"], kind="stable")]
        person = self.users.person[every["user"]]
        category = np.where(every["product"] >= 0, self.catalogue.category[every["product"]], self.people.category[person])
        words = self._words(rng, every, category, person)
        reason = np.where(every["kind"] == "survey", [REASONS.get(topic, ("",))[0] for topic in every["topic"].tolist()], "")
        known = pl.Series(every["product"])
        product = pl.select(pl.when(known >= 0).then(self.catalogue.frame["product_id"].gather(known.clip(0)))).to_series()
        cells = {
            "feedback_id": pl.Series([f"F{number:08d}" for number in range(1, len(every) + 1)], dtype=pl.String),
            "record_id": self.users.record_id.gather(every["user"]),
            "said_at": pl.Series(timestamps(every["second"])).dt.strftime("%Y-%m-%d %H:%M:%S"),
            "kind": pl.Series([KINDS[kind] for kind in every["kind"].tolist()], dtype=pl.String),
            "product_id": product,
            "rating": _unless(pl.Series(every["stars"]).cast(pl.String), "0"),
            "words": _unless(words, ""),
            "chosen_for": _unless(pl.Series(reason.tolist(), dtype=pl.String), ""),
        }
        frame = pl.DataFrame({header: cells[field] for field, header in APP_FEEDBACK.columns.items()})
        page = Page("app", "feedback", APP_FEEDBACK.path, frame, cells["feedback_id"], APP_FEEDBACK.fields)
        defects.repeat_rows(rng, page, 0.003)
        named = (every["product"] >= 0) | (every["kind"] == "wish")
        truth = pl.DataFrame(
            {
                "feedback_id": cells["feedback_id"], "record_id": cells["record_id"], "kind": pl.Series(every["kind"].tolist(), dtype=pl.String),
                "topic": pl.Series(every["topic"].tolist(), dtype=pl.String), "tone": pl.Series(["positive", "negative", "asks"]).gather(every["tone"]),
                "product_id": product, "is_flawed": np.isin(every["product"], self.flawed),
                "category": pl.select(pl.when(pl.Series(named)).then(pl.Series(goods.NAMES).gather(category))).to_series(),
            }
        )  # fmt: skip
        return page, truth

    def _words(self, rng: np.random.Generator, every: np.ndarray, category: np.ndarray, person: np.ndarray) -> pl.Series:
        number = rng.random(len(every)) < NUMBERS
        mobile = self.people.mobile.gather(person)
        words = []
        for row, (kind, topic, tone) in enumerate(
            zip(every["kind"].tolist(), every["topic"].tolist(), every["tone"].tolist(), strict=True)
        ):
            text = {
                "survey": "",
                "wish": f"想买{goods.NAMES[category[row]]}，希望款式多一些",
                "complaint": "不要再打推销电话了，太打扰",
            }.get(kind)
            text = SAYINGS[topic][tone] if text is None else text
            words.append(f"{text}，有事请打{mobile[row]}" if number[row] and text else text)
        return pl.Series(words, dtype=pl.String)

    def _some(self, rng: np.random.Generator, share: float, kind: str, *, late: float = 0.0) -> np.ndarray:
        """One row for each of a *share* of the users, at any time since they registered; *late* of them in the last 90 days."""
        user = np.flatnonzero(rng.random(len(self.users)) < share)
        begin = np.clip(self.users.registered[user], 0, (DAYS - 1) * DAY_SECONDS)
        begin = np.where(rng.random(len(user)) < late, np.maximum(begin, (DAYS - 90) * DAY_SECONDS), begin)
        made = np.zeros(len(user), _SAID)
        made["user"], made["kind"], made["product"], made["tone"] = user, kind, -1, ASKS
        made["second"] = begin + (rng.random(len(user)) * (DAYS * DAY_SECONDS - begin)).astype(np.int64)
        return made

    def _survey(self, rng: np.random.Generator) -> np.ndarray:
        made = self._some(rng, ANSWERED, "survey")
        made["topic"] = rng.choice(list(REASONS), len(made), p=[share for _, share in REASONS.values()])
        made["stars"] = rng.choice(5, len(made), p=[0.05, 0.08, 0.17, 0.4, 0.3]) + 1
        made["tone"] = np.where(made["stars"] >= 4, GOOD, np.where(made["stars"] <= 2, ILL, ASKS))
        return made

    def _questions(self, rng: np.random.Generator) -> np.ndarray:
        made = self._some(rng, ASKED, "question")
        person = self.users.person[made["user"]]
        made["product"] = self.catalogue.draw(rng, self.people.category[person], self.people.brand[person], self.people.loyal[person])
        made["topic"] = self.concern[person]
        return made

    def _wishes(self, rng: np.random.Generator) -> np.ndarray:
        made = self._some(rng, WISHED, "wish", late=0.5)
        made["topic"] = "choice"
        return made

    def _left_alone(self, rng: np.random.Generator) -> np.ndarray:
        made = self._some(rng, LEFT_ALONE, "complaint", late=0.5)
        made["topic"], made["tone"] = "contact", ILL
        return made


def timestamps_to_seconds(moments: pl.Series) -> np.ndarray:
    """Moments as seconds since seasons.START."""
    start = int(timestamps(np.zeros(1, np.int64)).astype("datetime64[s]").astype(np.int64)[0])
    seconds: np.ndarray = moments.dt.epoch("s").to_numpy() - start
    return seconds


def _unless(text: pl.Series, nothing: str) -> pl.Series:
    """*text*, null where it is *nothing*."""
    return pl.select(pl.when(text != nothing).then(text)).to_series()
