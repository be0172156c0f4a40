"""Builds the second reader from examples with scikit-learn (extra `train`): n-grams weighed by TF-IDF, and logistic regression over them.

An example may have several right types: its weight is shared among them and follows the model from round to round.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from monitor.errors import MonitorError
from monitor.reader import NOTHING, PARTS, Floats, Reader, grams_of

MOST = {"t:": 12_000, "c:": 6_000, "l:": 2_000}  # n-grams kept of each part
LEAST = {"t:": 2, "c:": 3, "l:": 4}  # examples in which an n-gram must stand
STRENGTH = 8.0  # how little large weights are held back
# Steps of each round, not convergence: that takes ten times as long for the same figures. After a round, weight moves between the right
# types of an example.
STEPS = (40, 15)
LEAST_SHARE = 0.1  # of its weight, for a right type to count: each that does costs a row


@dataclass(frozen=True, slots=True)
class Example:
    """A plain title and lead with the types that are right for it; `hint` is what the rules say, when that is one of them."""

    title: str
    lead: str
    kinds: tuple[str, ...]
    hint: str | None = None
    weight: float = 1.0


def train(examples: Sequence[Example]) -> Reader:
    """The model of these examples; the same examples in the same order give the same model."""
    try:
        from sklearn.linear_model import LogisticRegression
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise MonitorError("training needs scikit-learn: pip install 'market-monitor[train]', or '.[train]' in a checkout") from error
    if not examples:
        raise MonitorError("there is nothing to learn from: name a labelled file, or a seeds/ with a corpus/")
    matrix, grams, rarity = vectors(examples)
    kinds = sorted({NOTHING, *(kind for one in examples for kind in one.kinds)})
    weights: Floats = np.zeros((len(kinds), len(grams)), dtype=np.float32)
    bias: Floats = np.zeros(len(kinds), dtype=np.float32)  # what speaks for a type before a word is read
    if grams and len(kinds) > 1:
        model: Any = LogisticRegression(C=STRENGTH, warm_start=True)
        with threadpool_limits(1):  # several wait for one another on sums so small, and their number could change the last digit
            _fit(model, matrix, examples, kinds)
        said, before = model.coef_, model.intercept_
        if len(kinds) == 2:  # scikit-learn keeps only what speaks for the second against the first
            said, before = np.vstack([-said, said]) / 2, np.hstack([-before, before]) / 2
        weights, bias = said.astype(np.float32), before.astype(np.float32)
    return _small(kinds, grams, weights.T, bias, rarity)


def vectors(examples: Sequence[Example]) -> tuple[Any, list[str], Floats]:
    """The examples as the rows of numbers that the reader makes of a text, the n-gram of each column, and how rare each is."""
    from scipy.sparse import hstack
    from sklearn.feature_extraction.text import TfidfVectorizer

    parts, tables = [], []
    for part, weight in PARTS.items():
        vectorizer = TfidfVectorizer(
            analyzer=partial(_grams, part),
            lowercase=False,
            sublinear_tf=True,
            dtype=np.float32,
            min_df=LEAST[part],
            max_features=MOST[part],
        )
        with suppress(ValueError):  # no n-gram of this part stands in enough examples
            tables.append(vectorizer.fit_transform(examples) * np.float32(weight))
            parts.append(vectorizer)
    if not parts:
        return None, [], np.zeros(0, dtype=np.float32)
    grams = [str(gram) for one in parts for gram in one.get_feature_names_out()]
    return hstack(tables, format="csr"), grams, np.concatenate([one.idf_ for one in parts]).astype(np.float32)


def _grams(part: str, example: Example) -> Iterable[str]:
    return grams_of(part, example.title, example.lead)


def _fit(model: Any, matrix: Any, examples: Sequence[Example], kinds: Sequence[str]) -> None:
    """So many steps of each round towards the weights under which the right types are likeliest."""
    from sklearn.exceptions import ConvergenceWarning

    shares = [_shares(one) for one in examples]
    unsure = [n for n, one in enumerate(examples) if len(one.kinds) > 1]
    for turn, steps in enumerate(STEPS):
        if turn and unsure:
            for n, chances in zip(unsure, model.predict_proba(matrix[unsure]), strict=True):
                shares[n] = _again(examples[n], dict(zip(kinds, chances, strict=True)))
        rows = [
            (n, kind, examples[n].weight * share)
            for n, mine in enumerate(shares)
            for kind, share in mine.items()
            if share >= min(LEAST_SHARE, max(mine.values()))
        ]
        rows += [(0, kind, 0.0) for kind in kinds]  # none is lost when its last example turns to another
        places, right, weights = zip(*rows, strict=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.set_params(max_iter=steps).fit(matrix[list(places)], right, sample_weight=np.array(weights, dtype=np.float32))


def _shares(one: Example) -> dict[str, float]:
    """How an example counts at first: `nothing` half when many types would do as well, else alike; the rules' word gets most."""
    count = len(one.kinds)
    shares = dict.fromkeys(one.kinds, 1.0 / count)
    if count > 8 and NOTHING in shares:
        shares = {kind: 0.5 if kind == NOTHING else 0.5 / (count - 1) for kind in shares}
    if one.hint in shares and count > 1:
        shares = {kind: 0.3 * share + (0.7 if kind == one.hint else 0.0) for kind, share in shares.items()}
    return shares


def _again(one: Example, chances: Mapping[str, float]) -> dict[str, float]:
    """How it counts after a round: the likelier of the right types more, and the rules' word most."""
    mine = {kind: float(chances[kind]) + 1e-6 for kind in one.kinds}
    if one.hint in mine:
        mine[one.hint] = mine[one.hint] * 3 + 0.05
    total = sum(mine.values())
    return {kind: value / total for kind, value in mine.items()}


def _small(kinds: list[str], grams: list[str], weights: Floats, bias: Floats, rarity: Floats) -> Reader:
    """One byte a weight: the loss is far below what the labels are sure of."""
    scale = np.maximum(np.abs(weights).max(axis=0, initial=0.0), 1e-9) / 127.0
    small = np.round(weights / scale).astype(np.int8)
    return Reader(kinds, grams, weights=small, scale=scale.astype(np.float32), bias=bias.astype(np.float32), idf=rarity)
