"""Builds the second reader from examples (needs scipy, extra `train`): softmax regression over n-grams, found by L-BFGS.

An example may have several right types: its weight is shared among them and follows the model from round to round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np

from monitor.errors import MonitorError
from monitor.reader import NOTHING, Floats, Reader, features, part_of, weighed

MOST = {"t:": 5_000, "c:": 6_000, "l:": 2_000}  # n-grams kept of each part
LEAST = {"t:": 2, "c:": 3, "l:": 4}  # examples in which an n-gram must stand
STRENGTH = 8.0  # how little large weights are held back
# Steps of each round, not convergence: that takes ten times as long for the same figures. After a round, weight moves between the right
# types of an example.
STEPS = (40, 15)


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
        from scipy.optimize import minimize
        from scipy.sparse import csr_matrix
    except ImportError as error:
        raise MonitorError("training needs scipy: pip install 'market-monitor[train]'") from error
    if not examples:
        raise MonitorError("there is nothing to learn from: name a labelled file, or a seeds/ with a corpus/")
    rows = [features(one.title, one.lead) for one in examples]
    grams, rarity = _vocabulary(rows)
    matrix = _matrix(csr_matrix, rows, grams, rarity)
    kinds = sorted({NOTHING, *(kind for one in examples for kind in one.kinds)})
    weights = np.array([one.weight for one in examples], dtype=np.float32)
    shares = [_shares(one) for one in examples]
    found = np.zeros((len(grams) + 1, len(kinds)), dtype=np.float32)  # the last row: what speaks for a type before a word is read
    for turn, steps in enumerate(STEPS):
        if turn:
            shares = _again(examples, _chances(matrix, found), kinds)
        found = _fit(minimize, matrix, _wanted(shares, kinds), weights, found, steps)
    return _small(kinds, grams, found, rarity)


def _fit(minimize: Any, matrix: Any, wanted: Floats, weights: Floats, start: Floats, steps: int) -> Floats:
    """So many steps towards the weights under which the wanted types are likeliest, from where the round before ended."""
    turned = matrix.T.tocsr()

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        now = flat.astype(np.float32).reshape(start.shape)
        chances = _chances(matrix, now)
        missed = -(wanted * np.log(chances + np.float32(1e-12))).sum(axis=1)
        slope = (chances - wanted) * weights[:, None]
        gradient = np.vstack([turned @ slope + now[:-1] / STRENGTH, slope.sum(axis=0)])
        size = float((now[:-1] * now[:-1]).sum()) / (2 * STRENGTH)
        return float((missed * weights).sum()) + size, gradient.ravel().astype(np.float64)

    found = minimize(loss, start.ravel().astype(np.float64), jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 5})
    fitted: Floats = found.x.astype(np.float32).reshape(start.shape)
    return fitted


def _chances(matrix: Any, found: Floats) -> Floats:
    scores = matrix @ found[:-1] + found[-1]
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances: Floats = scores / scores.sum(axis=1, keepdims=True)
    return chances


def _vocabulary(rows: Sequence[Mapping[str, float]]) -> tuple[dict[str, int], Floats]:
    """The n-grams that are kept, each with its place, and how rare each is."""
    frequency = Counter(gram for row in rows for gram in row)
    kept: list[str] = []
    for part, most in MOST.items():
        of_part = (gram for gram, count in frequency.items() if gram.startswith(part) and count >= LEAST[part])
        kept += sorted(of_part, key=lambda gram: (-frequency[gram], gram))[:most]
    kept.sort()
    rarity = np.array([1.0 + log((1 + len(rows)) / (1 + frequency[gram])) for gram in kept], dtype=np.float32)
    return {gram: n for n, gram in enumerate(kept)}, rarity


def _matrix(csr_matrix: type, rows: Sequence[Mapping[str, float]], grams: Mapping[str, int], rarity: Floats) -> Any:
    parts = np.array([part_of(gram) for gram in grams], dtype=np.int8)
    starts, places, values = [0], [], []
    for row in rows:
        # Sorted, because sums depend on the order in the last digit, and that of a set differs from process to process.
        found = sorted((grams[gram], count) for gram, count in row.items() if gram in grams)
        where = np.array([place for place, _ in found], dtype=np.int32)
        places.append(where)
        values.append(weighed(np.array([count for _, count in found], dtype=np.float32) * rarity[where], parts[where]))
        starts.append(starts[-1] + len(found))
    return csr_matrix((np.concatenate(values), np.concatenate(places), starts), shape=(len(rows), len(grams)), dtype=np.float32)


def _wanted(shares: Sequence[Mapping[str, float]], kinds: Sequence[str]) -> Floats:
    place = {kind: n for n, kind in enumerate(kinds)}
    wanted = np.zeros((len(shares), len(kinds)), dtype=np.float32)
    for n, one in enumerate(shares):
        for kind, share in one.items():
            wanted[n, place[kind]] = share
    return wanted


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
    """The shares after a round: the likelier of the right types counts more, and the rules' word most."""
    place = {kind: n for n, kind in enumerate(kinds)}
    shares = []
    for n, one in enumerate(examples):
        mine = {kind: float(chances[n][place[kind]]) + 1e-6 for kind in one.kinds}
        if one.hint in mine and len(mine) > 1:
            mine[one.hint] = mine[one.hint] * 3 + 0.05
        total = sum(mine.values())
        shares.append({kind: value / total for kind, value in mine.items()})
    return shares


def _small(kinds: list[str], grams: Mapping[str, int], found: Floats, rarity: Floats) -> Reader:
    """One byte a weight: the loss is far below what the labels are sure of."""
    weights, bias = found[:-1], found[-1]
    scale = np.maximum(np.abs(weights).max(axis=0, initial=0.0), 1e-9) / 127.0
    small = np.round(weights / scale).astype(np.int8)
    return Reader(kinds, list(grams), weights=small, scale=scale.astype(np.float32), bias=bias.astype(np.float32), idf=rarity)
