"""seeds/ → the gazetteer: markets/*.yaml, types.yaml and style.yaml, checked against each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from monitor.config.checks import near, validated
from monitor.config.market_file import MarketFile
from monitor.config.markets import market_of
from monitor.config.names import names_of
from monitor.config.places import Tree
from monitor.config.reading import read_text, read_tree
from monitor.config.starter import shipped
from monitor.config.style_file import style_of
from monitor.config.types import Types, types_of
from monitor.errors import ConfigError, Problem
from monitor.gazetteer import EventType, Listed, Market, Seeds, Style
from monitor.reader import Reader

FIELDS = ("title", "lead", "body")


def load_seeds(folder: Path) -> tuple[Seeds, tuple[Problem, ...]]:
    """Everything of a seeds folder, and the warnings about it.

    Raises ConfigError with every mistake of every file: a mistake in one file does not hide those of another.
    """
    markets_found = sorted((folder / "markets").glob("*.yaml"))
    # A folder from before there was a style.yaml goes on with the shipped one.
    own_style = (folder / "style.yaml").exists()
    files = [folder / "types.yaml", folder / "style.yaml" if own_style else shipped("seeds") / "style.yaml", *markets_found]
    digest = hashlib.sha256()
    trees: list[Tree] = []
    problems: list[Problem] = []
    for path in files:
        name = f"{folder.name}/{path.relative_to(folder).as_posix()}" if path.is_relative_to(folder) else f"seeds/{path.name}"
        try:
            text = read_text(path, name)
        except ConfigError as error:
            problems += error.problems
            continue
        digest.update(f"{name}\0{text}\0".encode())
        trees.append(read_tree(text, name, dates=True))
    if not markets_found:
        problems.append(Problem(f"{folder.name}/markets", 1, 1, "", "holds no market: add a file such as markets/my-market.yaml"))
    types_tree = next((tree for tree in trees if tree.file.endswith("/types.yaml")), None)
    style_tree = next((tree for tree in trees if tree.file.endswith("/style.yaml")), None)
    said = types_of(types_tree) if types_tree else Types()
    market_trees = [tree for tree in trees if tree is not types_tree and tree is not style_tree]
    read = [(file, tree) for tree in market_trees if (file := validated(MarketFile, tree))]
    known = said.types if types_tree and not types_tree.errors() else None
    style = style_of(style_tree, known if own_style else None) if style_tree else Style()
    markets: dict[str, Market] = {}
    for file, tree in read:
        _add_market(file, tree, read, known, markets)
    _same_everywhere(market_trees)
    names, substances = _names(folder, digest, problems)
    reader = _reader(folder, digest, problems)
    problems += [problem for tree in trees for problem in tree.errors()]
    if problems:
        raise ConfigError(problems)
    warnings = tuple(problem for tree in trees for problem in tree.warnings())
    types = {id_: _worded(one, style) for id_, one in said.types.items()}
    return Seeds(
        digest.hexdigest(), markets, types, said.noise, said.modality, said.negation, said.history, style, names, substances, reader
    ), warnings


def _names(folder: Path, digest: hashlib._Hash, problems: list[Problem]) -> tuple[dict[str, Listed], dict[str, str]]:
    """The listed names, and the nonproprietary ones of brands; a folder from before there were any goes on with the shipped ones."""
    own = folder / "names.tsv"
    path, name = (own, f"{folder.name}/names.tsv") if own.exists() else (shipped("seeds") / "names.tsv", "seeds/names.tsv")
    try:
        text = read_text(path, name)
    except ConfigError as error:
        problems += error.problems
        return {}, {}
    digest.update(f"{name}\0{text}\0".encode())
    names, substances, wrong = names_of(text, name)
    problems += wrong
    return names, substances


def _reader(folder: Path, digest: hashlib._Hash, problems: list[Problem]) -> bytes:
    """The second reader's model, empty where the folder has none: then the rules decide alone."""
    path, name = folder / "reader.npz", f"{folder.name}/reader.npz"
    if not path.exists():
        return b""
    content = path.read_bytes()
    digest.update(content)
    try:
        Reader.loads(content)
    except ValueError as error:
        problems.append(Problem(name, 1, 1, "", str(error)))
    return content


def _worded(one: EventType, style: Style) -> EventType:
    """The type with every sentence it may be told in, of whatever stage."""
    wordings = style.wordings.get(one.id, {}).values()
    return replace(
        one,
        lines=tuple(template.text for wording in wordings for template in (*wording.first, *wording.second)),
        headline=tuple(template.text for wording in wordings for template in wording.headline),
    )


def _add_market(
    file: MarketFile, tree: Tree, read: list[tuple[MarketFile, Tree]], types: Mapping[str, EventType] | None, markets: dict[str, Market]
) -> None:
    first = next(other for other in read if other[0].id == file.id)
    if first[0] is not file:
        tree.report(("id",), f"{file.id} is already the id of {first[1].file}: every market has its own")
        return
    lender = next((other for other in read if other[0].id == file.shares_with), None)
    if file.shares_with and lender is None:
        tree.report(("shares_with",), f"{file.shares_with} is no market; {near(file.shares_with, [other.id for other, _ in read])}")
        return
    market = market_of(file, tree, types, lender)
    for other in markets.values():
        if other.short == market.short:
            tree.report(("short",), f"{market.short} is already the short name of {other.id}: digests could not tell them apart")
    markets[market.id] = market


def _same_everywhere(trees: Iterable[Tree]) -> None:
    """One id in two markets must be one company."""
    seen: dict[str, tuple[str, str]] = {}
    for tree in trees:
        for steps, player in tree.each("players"):
            name = player.get("legal_name") if isinstance(player, dict) else None
            if not isinstance(name, str):
                continue
            first, where = seen.setdefault(str(steps[-1]), (name, tree.file))
            if first != name:
                tree.report(
                    (*steps, "legal_name"), f"{where} calls the same id {first}: write the same company, or another id", severity="warning"
                )
