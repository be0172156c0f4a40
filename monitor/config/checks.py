"""Pydantic's findings in people's words: the place in the file, and what to write instead."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError

from monitor.config.places import Steps, Tree

Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """A mapping of a file: no unknown keys, no silent conversion."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def validated(model: type[Model], tree: Tree, context: Mapping[str, Any] | None = None) -> Model | None:
    """The model of the tree's value; None when there are errors, each of them reported to the tree."""
    if tree.value is None and not tree.problems:
        tree.report((), f"is empty: it needs {_listed(_required(model)) or 'keys'}")
    if tree.value is None:
        return None
    try:
        return model.model_validate(tree.value, context=dict(context or {}))
    except ValidationError as error:
        details = error.errors(include_url=False)
        meant: set[Steps] = set()  # a misspelt key is not missing as well
        for detail in sorted(details, key=lambda one: one["type"] != "extra_forbidden"):
            _report(tree, model, detail, meant)
    return None


def near(word: str, words: Iterable[str]) -> str:
    """` (did you mean X?)`, or which words there are."""
    known = sorted(set(words))
    found = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    if found:
        return f"did you mean {found[0]}?"
    if not known:
        return "there are none"
    return f"there are: {_listed(known, 12)}"


def _listed(words: Iterable[str], most: int = 20) -> str:
    every = list(words)
    return ", ".join(every[:most]) + (f" and {len(every) - most} more" if len(every) > most else "")


def _required(model: type[BaseModel]) -> list[str]:
    return [name for name, info in model.model_fields.items() if info.is_required()]


def _report(tree: Tree, model: type[BaseModel], detail: Any, meant: set[Steps]) -> None:
    steps: Steps = tuple(step for step in detail["loc"] if step != "[key]")
    kind = str(detail["type"])
    if kind == "extra_forbidden":
        owner = _model_at(model, steps[:-1])
        known = list(owner.model_fields) if owner else []
        tree.report(steps, f"is not a key here; {near(str(steps[-1]), known)}", of_key=True)
        meant.update((*steps[:-1], word) for word in difflib.get_close_matches(str(steps[-1]), known, n=1))
    elif kind == "missing" and steps in meant:
        return
    elif kind == "missing":
        tree.report(steps, f"is missing: add `{steps[-1]}: …`")
    else:
        tree.report(steps, _message(kind, detail), of_key="[key]" in detail["loc"])


WANTED = {
    "int_type": "must be a whole number, without quotes",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number, without quotes",
    "bool_type": "must be true or false, without quotes",
    "list_type": "must be a list: write [a, b], or one line beginning with '- ' for each",
    "dict_type": "must be a mapping: lines of `key: value`",
    "model_type": "must be a mapping: lines of `key: value`",
    "model_attributes_type": "must be a mapping: lines of `key: value`",
}


def _message(kind: str, detail: Any) -> str:
    given, context = detail.get("input"), detail.get("ctx") or {}
    if kind in {"value_error", "assertion_error"}:
        return str(context.get("error", detail["msg"]))
    if given is None:
        return "is empty: write a value, or remove the key"
    if kind in {"too_short", "string_too_short"}:
        return "must not be empty"
    if kind == "literal_error":
        wanted = f"must be {context.get('expected')}"
    elif kind in {"greater_than_equal", "less_than_equal"}:
        wanted = f"must be {'at least' if 'ge' in context else 'at most'} {context.get('ge', context.get('le'))}"
    elif kind == "string_type":
        wanted = "must be text" + (f': write "{given}" in quotes' if isinstance(given, int | float) else "")
    else:
        wanted = WANTED.get(kind, str(detail["msg"]))
    return f"{wanted} (here stands {_shown(given)})"


def _shown(given: Any) -> str:
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, list):
        return "a list"
    if isinstance(given, dict):
        return "a mapping"
    return repr(given) if len(repr(given)) <= 60 else repr(given)[:57] + "…'"


def _model_at(annotation: Any, steps: Steps) -> type[BaseModel] | None:
    """The model that the value at these steps must have."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _model_at(get_args(annotation)[0], steps)
    if origin in {Union, types.UnionType}:
        return next((found for one in get_args(annotation) if (found := _model_at(one, steps))), None)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not steps:
            return annotation
        info = annotation.model_fields.get(str(steps[0]))
        return _model_at(info.annotation, steps[1:]) if info else None
    if origin in {list, dict, Mapping} and steps:
        return _model_at(get_args(annotation)[-1], steps[1:])
    return None
