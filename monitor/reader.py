"""The second reader: a linear model over n-grams of the painted title and lead, for what no rule claims and for doubt where they disagree.

Its weights are a plain numpy file that `monitor train` writes (training.py); here they are only read. No pickle is ever loaded.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

NOTHING = "nothing"  # the class of items that announce no development
TOKENS = {"A": " agen ", "P": " drug ", "D": " drug ", "C": " comp ", "O": " comp "}
PAINTED = re.compile(r"([APDCO])\1*")
NUMBER = re.compile(r"\d[\d.,]*")
WORD = re.compile(r"[a-z$€£%'0&+-]+")
LEAD_CAP = 400  # characters of the lead
PARTS = {"t:": 1.0, "c:": 1.0, "l:": 0.4}  # how much the title's words, their pieces and the lead's words count, however many they are
MOST_WORDS = 50_000  # remembered
SHORTEST, LONGEST = 3, 5  # characters of an n-gram inside a word
Weights = npt.NDArray[np.int8]  # one byte for each n-gram and type
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Opinion:
    """How likely each type is, `nothing` among them, and the n-grams that spoke loudest for the likeliest."""

    chances: Mapping[str, float]
    because: tuple[tuple[str, float], ...]

    def best(self) -> str:
        """The likeliest, `nothing` among them."""
        return max(self.chances, key=lambda kind: (self.chances[kind], kind))


def plain(masked: str) -> str:
    """A painted text as the reader sees it: names as their kind, figures as 0."""
    text = PAINTED.sub(lambda found: TOKENS[found[1]], masked)
    return " ".join(NUMBER.sub("0", text).split())


def grams_of(part: str, title: str, lead: str) -> Iterable[str]:
    """The n-grams of a part of a plain title and lead, as often as they count: those of the lead once."""
    if part == "t:":
        return _grams(WORD.findall(title), part)
    if part == "c:":
        return (piece for word in WORD.findall(title) for piece in _pieces(word))
    return dict.fromkeys(_grams(WORD.findall(lead[:LEAD_CAP]), part))


def _grams(words: Sequence[str], part: str) -> Iterator[str]:
    previous = "^"
    for word in words:
        yield part + word
        yield f"{part}{previous} {word}"
        previous = word
    yield f"{part}{previous} $"


@lru_cache(maxsize=20_000)
def _pieces(word: str) -> tuple[str, ...]:
    """The pieces of a word with its edges, as in `<nod>`."""
    edged = f"<{word}>"
    return tuple("c:" + edged[at : at + size] for size in range(SHORTEST, LONGEST + 1) for at in range(len(edged) - size + 1))


def part_of(gram: str) -> int:
    """Which part of a text an n-gram is of."""
    return list(PARTS).index(gram[:2])


def weighed(values: Floats, parts: Weights) -> Floats:
    """The values of a text's n-grams with each part brought to its length, so that a long lead does not drown the title."""
    lengths = np.sqrt(np.bincount(parts, values * values, minlength=len(PARTS)))
    each: Floats = (np.array(list(PARTS.values())) / np.maximum(lengths, 1e-9)).astype(np.float32)
    return values * each[parts]


class Reader:
    """A trained model; `opinion` is pure and safe to call from several threads."""

    def __init__(self, kinds: Sequence[str], grams: Sequence[str], *, weights: Weights, scale: Floats, bias: Floats, idf: Floats) -> None:
        self.kinds, self.grams = tuple(kinds), tuple(grams)
        self._place = {gram: n for n, gram in enumerate(grams)}
        self._known: dict[str, tuple[int, ...]] = {}  # word → places of its pieces
        self._parts = np.array([part_of(gram) for gram in grams], dtype=np.int8)
        self._weights, self._scale, self._bias, self._idf = weights, scale, bias, idf

    @classmethod
    def loads(cls, content: bytes) -> Reader:
        """The model of a file's bytes; raises ValueError when they are none."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                kinds = bytes(arrays["kinds"]).decode().split("\n")
                grams = bytes(arrays["grams"]).decode().split("\n")
                return cls(kinds, grams, **{name: arrays[name] for name in ("weights", "scale", "bias", "idf")})
        except (KeyError, OSError, EOFError, ValueError, zipfile.BadZipFile) as error:
            raise ValueError(f"is no model of the second reader ({error}): write it anew with `monitor train`") from error

    def dumps(self) -> bytes:
        """The model as a file's bytes; the same model always gives the same bytes."""
        arrays = {
            "kinds": np.frombuffer("\n".join(self.kinds).encode(), dtype=np.uint8),
            "grams": np.frombuffer("\n".join(self.grams).encode(), dtype=np.uint8),
            "weights": self._weights, "scale": self._scale, "bias": self._bias, "idf": self._idf,
        }  # fmt: skip
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, array in arrays.items():
                member = io.BytesIO()
                np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
                # Not np.savez: it writes the time of day into the archive.
                archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), member.getvalue(), zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def opinion(self, title: str, lead: str) -> Opinion:
        """What a plain title and lead most likely tell."""
        places, values = self.values(title, lead)
        if not len(places):
            return Opinion({kind: float(kind == NOTHING) for kind in self.kinds}, ())
        rows = self._weights[places].astype(np.float32)
        scores = (values @ rows) * self._scale + self._bias
        chances = np.exp(scores - scores.max())
        chances /= chances.sum()
        best = int(chances.argmax())
        loud = values * rows[:, best] * self._scale[best]
        order = np.argsort(-loud, kind="stable")[:4]
        because = tuple((self.grams[places[n]][2:], round(float(loud[n]), 2)) for n in order if loud[n] > 0)
        return Opinion(dict(zip(self.kinds, (float(chance) for chance in chances), strict=True)), because)

    def values(self, title: str, lead: str) -> tuple[npt.NDArray[np.int32], Floats]:
        """The places of the n-grams that are known, and how much each counts in this text."""
        counts = self._counts(title, lead)
        places = np.array(list(counts), dtype=np.int32)
        heard = (1.0 + np.log(np.array(list(counts.values()), dtype=np.float32))).astype(np.float32)
        return places, weighed(heard * self._idf[places], self._parts[places])

    def _counts(self, title: str, lead: str) -> dict[int, int]:
        """How often each n-gram that is known stands in a text, by its place."""
        counts: dict[int, int] = {}
        for gram in grams_of("t:", title, lead):
            if (place := self._place.get(gram)) is not None:
                counts[place] = counts.get(place, 0) + 1
        for word in WORD.findall(title):
            for place in self._pieces(word):
                counts[place] = counts.get(place, 0) + 1
        for gram in grams_of("l:", title, lead):
            if (place := self._place.get(gram)) is not None:
                counts[place] = 1
        return counts

    def _pieces(self, word: str) -> tuple[int, ...]:
        found = self._known.get(word)
        if found is None:
            if len(self._known) > MOST_WORDS:
                self._known.clear()
            found = tuple(self._place[piece] for piece in _pieces(word) if piece in self._place)
            self._known[word] = found
        return found
