"""Builds the second reader from the corpus of seeds/, from labelled files and from what analysts decided (needs scikit-learn).

An example may have several right types: its weight is shared among them and follows the model from round to round.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np

from monitor.errors import MonitorError
from monitor.reader import NOTHING, Reader, features

MOST = {"t:": 5_000, "c:": 6_000, "l:": 2_000}  # n-grams kept of each part
LEAST = {"t:": 2, "c:": 3, "l:": 4}  # examples in which an n-gram must stand
PART_WEIGHT = {"t:": 1.0, "c:": 0.8, "l:": 0.5}
ROUNDS = 3
STRENGTH = 8.0  # of scikit-learn's C


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
        from scipy.sparse import csr_matrix
        from sklearn.linear_model import LogisticRegression
    except ImportError as error:
        raise MonitorError("training needs scikit-learn: pip install 'market-monitor[train]'") from error
    rows = [features(one.title, one.lead) for one in examples]
    grams, idf = _vocabulary(rows)
    matrix = _matrix(csr_matrix, rows, grams, idf)
    shares = [_shares(one) for one in examples]
    model = LogisticRegression(C=STRENGTH, warm_start=True)  # each round goes on where the one before ended
    for turn in range(ROUNDS):
        model.max_iter = 60 if turn == 0 else 25
        places = [(n, kind, share) for n, one in enumerate(shares) for kind, share in one.items() if share > 0.03]
        _fit(
            model,
            matrix[[n for n, _, _ in places]],
            [kind for _, kind, _ in places],
            [share * examples[n].weight for n, _, share in places],
        )
        if turn < ROUNDS - 1:
            shares = _again(examples, model.predict_proba(matrix), list(model.classes_))
    return _small(list(model.classes_), list(grams), model.coef_, model.intercept_, idf)


def _fit(model: Any, matrix: Any, kinds: list[str], weights: list[float]) -> None:
    """A fixed number of steps, not convergence: that would take ten times as long for the same figures."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(matrix, kinds, sample_weight=weights)


def _vocabulary(rows: Sequence[Mapping[str, float]]) -> tuple[dict[str, int], np.ndarray]:
    frequency = Counter(gram for row in rows for gram in row)
    kept: list[str] = []
    for part, most in MOST.items():
        of_part = (gram for gram, count in frequency.items() if gram.startswith(part) and count >= LEAST[part])
        kept += sorted(of_part, key=lambda gram: (-frequency[gram], gram))[:most]
    kept.sort()
    idf = np.array([PART_WEIGHT[gram[:2]] * (1.0 + log((1 + len(rows)) / (1 + frequency[gram]))) for gram in kept])
    return {gram: n for n, gram in enumerate(kept)}, idf


def _matrix(csr_matrix: type, rows: Sequence[Mapping[str, float]], grams: Mapping[str, int], idf: np.ndarray) -> Any:
    starts, places, values = [0], [], []
    for row in rows:
        found = [(grams[gram], count * idf[grams[gram]]) for gram, count in row.items() if gram in grams]
        length = sum(value * value for _, value in found) ** 0.5 or 1.0
        places += [place for place, _ in found]
        values += [value / length for _, value in found]
        starts.append(len(places))
    return csr_matrix((values, places, starts), shape=(len(rows), len(grams)))


def _shares(one: Example) -> dict[str, float]:
    """How an example counts at first: `nothing` half when many types would do as well, else alike; the rules' word gets most."""
    count = len(one.kinds)
    shares = dict.fromkeys(one.kinds, 1.0 / count)
    if count > 8 and NOTHING in shares:
        shares = {kind: 0.5 if kind == NOTHING else 0.5 / (count - 1) for kind in shares}
    if one.hint in shares and count > 1:
        shares = {kind: 0.3 * share + (0.7 if kind == one.hint else 0.0) for kind, share in shares.items()}
    return shares


def _again(examples: Sequence[Example], chances: np.ndarray, kinds: Sequence[str]) -> list[dict[str, float]]:
    place = {kind: n for n, kind in enumerate(kinds)}
    shares = []
    for n, one in enumerate(examples):
        mine = {kind: float(chances[n][place[kind]]) + 1e-6 if kind in place else 1e-6 for kind in one.kinds}
        if one.hint in mine and len(mine) > 1:
            mine[one.hint] = mine[one.hint] * 3 + 0.05
        total = sum(mine.values())
        shares.append({kind: value / total for kind, value in mine.items()})
    return shares


def _small(kinds: list[str], grams: list[str], weights: np.ndarray, bias: np.ndarray, idf: np.ndarray) -> Reader:
    """One byte a weight: the loss is far below what the labels are sure of."""
    scale = np.abs(weights).max(axis=1) / 127.0
    small = np.round(weights / scale[:, None]).astype(np.int8).T.copy()
    return Reader(
        kinds, grams, weights=small, scale=scale.astype(np.float32), bias=bias.astype(np.float32), idf=idf.astype(np.float32)
    )
