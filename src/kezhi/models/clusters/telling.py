"""What a cluster is like, told by the features in which it differs most from all customers."""

from __future__ import annotations

from typing import Any

from kezhi.locales import catalogue, text

TELLING = 0.35  # a smaller standardised difference is not worth a word
WORDS = 2


def side_word(feature: str, difference: float, lang: str) -> str:
    """A word for much or little of *feature*."""
    side = "high" if difference > 0 else "low"
    words = catalogue(lang)["clusters"][side]
    return str(words[feature]) if feature in words else text(f"clusters.any_{side}", lang, feature=feature)


def names(differences: list[list[float]], features: list[str], taken: list[str], lang: str) -> list[str]:
    """
    A name for each cluster, all different and none of *taken*.

    Args:
        differences: Per cluster and feature: cluster mean minus mean of all, in standard deviations of all.
        features: Names of the features.
        taken: Names that other clusters have.
        lang: `zh` or `en`.
    """
    made: list[str] = []
    for number, row in enumerate(differences):
        order = ranked(row)
        telling = [place for place in order if abs(row[place]) >= TELLING]
        words = [side_word(features[place], row[place], lang) for place in telling]
        joint = text("clusters.joint", lang)
        name = joint.join(words[:WORDS]) if words else text("clusters.average", lang)
        more = WORDS
        while name in (*taken, *made) and more < len(words):
            more += 1
            name = joint.join(words[:more])
        if name in (*taken, *made):
            name = text("clusters.another", lang, name=name, number=number + 1)
        made.append(name)
    return made


def ranked(row: list[float]) -> list[Any]:
    """Places of the features, the largest difference in either direction first."""
    return sorted(range(len(row)), key=lambda place: (-abs(row[place]), place))
