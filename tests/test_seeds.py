"""seeds/: the two shipped markets against the facts they came from, and what is said about a market file that is wrong."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from monitor.config import feeds_schema, load_config, load_seeds, parse_config, seeds_schema, shipped, types_schema, write_starter
from monitor.errors import ConfigError, MonitorError
from monitor.gazetteer import Market, Seeds

ROOT = Path(__file__).parents[1]
ACT, LM = "adoptive-cell-therapy", "leptomeningeal-metastases"

TYPES = """
types:
  approval:
    family: regulatory
    importance: 5
    line: always
    label: approval
    plural: approvals
    definition: a regulator lets a medicine be sold
    subtypes: [initial, accelerated]
    triggers:
      - "{AGENCY} … approves"
      - {phrase: grants accelerated approval, subtype: accelerated, id: approval-fast, fields: [title]}
    vetoes: [seeking approval]
    negation: regulatory_rejection
    yes: [The agency approves it]
    no: [The agency may approve it]
  regulatory_rejection:
    {family: regulatory, importance: 4, line: always, label: rejection, plural: rejections, definition: x, triggers: [turns down]}
  licensing: {family: deal, importance: 4, line: always, label: licence, plural: licences, definition: x, triggers: [licenses]}
  data_presentation: {family: clinical, importance: 1, line: never, label: data, plural: data, definition: x, triggers: [presents]}
noise:
  jobs: {label: job advert, level: drop, phrases: [hiring], unless: [hiring freeze]}
modality: [could]
negation: ["no", not]
"""


def organisation(folder: Path, types: str = TYPES) -> Path:
    """A seeds folder with the shipped markets and a few event types."""
    shutil.copytree(ROOT / "seeds" / "markets", folder / "seeds" / "markets")
    (folder / "seeds" / "types.yaml").write_text(types)
    return folder / "seeds"


def sample_seeds(folder: Path) -> Seeds:
    return load_seeds(organisation(folder))[0]


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    return sample_seeds(tmp_path_factory.mktemp("organisation"))


def facts(shared: Path, market: str) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe", pure=True).load((shared / "data/facts/markets" / f"{market}.yaml").read_text())
    return found


# ---- the shipped markets -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id_", [ACT, LM])
def test_the_ids_are_those_that_labelled_files_refer_to(id_: str, seeds: Seeds, shared: Path) -> None:
    market, known = seeds.markets[id_], facts(shared, id_)
    assert set(market.players) == {player["id"] for player in known["players"]}
    assert set(market.products) == {product["id"] for product in known["products"]}
    assert dict(market.trials) == {trial["id"]: trial["product"] for trial in known["trials"]}


@pytest.mark.parametrize("id_", [ACT, LM])
def test_every_fact_about_a_product_is_kept(id_: str, seeds: Seeds, shared: Path) -> None:
    for known in facts(shared, id_)["products"]:
        product = seeds.markets[id_].products[known["id"]]
        names = {alias.text for alias in product.aliases}
        assert {name for name in (known["generic"], *known["codes"]) if name} <= names
        assert (product.owner, product.co_owner, product.off_market) == (
            known["owner"],
            known.get("co_owner"),
            known.get("off_market", False),
        )
        assert (known.get("modality") or known["class"]).startswith(product.modality)
        if "tier" in known:
            assert (product.tier, product.require_core_term) == (known["tier"], known.get("require_core_term", False))


@pytest.mark.parametrize("id_", [ACT, LM])
def test_every_name_of_a_player_is_kept_and_the_ambiguous_ones_need_context(id_: str, seeds: Seeds, shared: Path) -> None:
    for known in facts(shared, id_)["players"]:
        player = seeds.markets[id_].players[known["id"]]
        aliases = {alias.text.lower(): alias for alias in player.aliases}
        assert {name.lower() for name in known["names"]} <= set(aliases)
        assert set(known["products"]) <= set(player.products)
        for ambiguous in known.get("ambiguous", ()):
            alias = aliases.get(ambiguous["alias"].lower())
            assert alias is None or set(ambiguous["require_any"]) <= set(alias.require_any)
            assert alias is None or alias.require_any or alias.reject_any or ambiguous["alias"] == "Cellectis"


def test_the_two_player_lists_hold_23_labels_for_20_companies(seeds: Seeds) -> None:
    listed = [player for player in seeds.markets[ACT].players.values() if player.lists]
    assert (sum(len(player.labels) for player in listed), len(listed)) == (23, 20)
    assert sum("A" in player.lists for player in listed) == 7  # eight labels: Roche and Genentech are one
    assert sum("B" in player.lists for player in listed) == 15


def aliases(market: Market, player: str, text: str) -> list[Any]:
    return [alias for alias in market.players[player].aliases if alias.text == text]


def test_a_bought_company_counts_for_its_owner_from_the_closing_on(seeds: Seeds) -> None:
    act = seeds.markets[ACT]
    assert [alias.since for alias in aliases(act, "bms", "2seventy bio")] == [date(2025, 5, 13)]
    assert [alias.since for alias in aliases(act, "gilead", "Arcellx")] == [date(2026, 4, 28)]
    assert [alias.since for alias in aliases(seeds.markets[LM], "pfizer", "Seagen")] == [date(2023, 12, 14)]


def test_an_announced_purchase_is_not_owned(seeds: Seeds) -> None:
    lilly = seeds.markets[ACT].players["lilly"]
    assert not any("Kelonia" in alias.text for alias in lilly.aliases)
    assert [(owned.since, owned.announced) for owned in lilly.owns if owned.name == "Kelonia Therapeutics"] == [(None, date(2026, 4, 20))]


def test_the_lineage_that_the_report_prints_counts_at_all_times_and_keeps_its_dates(seeds: Seeds) -> None:
    act = seeds.markets[ACT]
    assert [alias.since for alias in aliases(act, "bms", "Celgene")] == [None]
    assert {owned.name: owned.since for owned in act.players["bms"].owns if owned.since}["Celgene"] == date(2019, 11, 20)


def test_abecma_was_bluebirds_until_the_split(seeds: Seeds) -> None:
    abecma = seeds.markets[ACT].products["abecma"]
    assert [(past.name, past.since, past.until) for past in abecma.past_owners] == [("bluebird", None, date(2021, 11, 4))]


@pytest.mark.parametrize("id_", [ACT, LM])
def test_merck_alone_never_counts(id_: str, seeds: Seeds) -> None:
    (merck,) = aliases(seeds.markets[id_], "merck-co", "Merck")
    assert merck.require_any
    assert {"KGaA", "Darmstadt", "EMD"} <= set(merck.reject_any)


def test_the_three_market_sizes_are_kept_as_printed_and_as_conflicting(seeds: Seeds, shared: Path) -> None:
    act, known = seeds.markets[ACT], facts(shared, ACT)["figures"]
    printed = {one["id"]: [(point["year"], point["usd_m"]) for point in one["points"]] for one in known["series"]}
    assert {one.id: [(point.year, point.usd_million) for point in one.points] for one in act.series} == printed
    assert [one.id for one in act.series if one.status == "headline"] == ["size-a"]
    assert {claim.id for claim in act.claims} == {one["id"] for one in known["conflicts"] + known["shares_and_rates"]}
    assert len(act.claims) == 17


def test_the_geography_is_the_reports_own_tree(seeds: Seeds, shared: Path) -> None:
    tree = {node["id"]: (node["name"], tuple(node["children"])) for node in facts(shared, ACT)["geography"]}
    for market in seeds.markets.values():
        assert {region.id: (region.name, region.countries) for region in market.regions} == tree
        assert {agency["id"] for agency in facts(shared, ACT)["agencies"]} <= set(market.agencies)


def test_the_first_market_has_its_two_printed_developments_and_the_second_none(seeds: Seeds, shared: Path) -> None:
    act = seeds.markets[ACT].baseline
    assert {one.id for one in act} == {one["id"] for one in facts(shared, ACT)["baseline_developments"]}
    assert [(one.date, one.precision, one.type, one.product) for one in act] == [
        (date(2022, 2, 1), "month", "approval", "carvykti"),
        (date(2023, 6, 1), "month", "data_presentation", "glpg5101"),
    ]
    assert seeds.markets[LM].baseline == ()


def test_the_baseline_lines_are_in_our_own_words_and_of_the_house_length(seeds: Seeds, shared: Path) -> None:
    report = (
        " ".join((shared / "reports").glob("*").__next__().read_text(errors="replace").split()) if (shared / "reports").is_dir() else ""
    )
    for one in seeds.markets[ACT].baseline:
        words = one.line.split()
        assert 30 <= len(words) <= 60
        assert one.line.startswith(f"In {one.date:%B %Y}, ")
        assert not any(" ".join(words[n : n + 7]) in report for n in range(len(words) - 6))


def test_an_adjacent_event_is_proposed_only_for_decisions_and_deals(seeds: Seeds) -> None:
    for market in seeds.markets.values():
        assert market.proposal == {"core": 3, "adjacent": 3, "player_only": 6}
        assert market.proposal_families["adjacent"] == ("approval", "regulatory_rejection", "deal")


def test_the_segments_of_the_report_are_no_words_to_search_for(seeds: Seeds) -> None:
    words = {term.alias.text.lower() for term in seeds.markets[ACT].terms}
    assert words.isdisjoint({"surgery", "chemotherapy", "radiotherapy"})


def test_the_shipped_seeds_give_no_cause_for_warnings(tmp_path: Path) -> None:
    assert load_seeds(organisation(tmp_path))[1] == ()


# ---- names.tsv ---------------------------------------------------------------------------------------------------------


def test_listed_names_are_the_shipped_ones_or_those_of_the_folder(tmp_path: Path) -> None:
    folder = organisation(tmp_path)
    assert load_seeds(folder)[0].names["keytruda"] == "brand"
    (folder / "names.tsv").write_text("# ours\n\ncompany\tZorbix\nbrand\tZorbix\nbrand\tZorbélta\tzorbitinib\n")
    seeds = load_seeds(folder)[0]
    assert (seeds.names, seeds.substances) == ({"zorbix": "company", "zorbelta": "brand"}, {"zorbelta": "zorbitinib"})


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("Keytruda", 1, "brand, generic, company: one of these, a tab, and the name"),
        ("drug\tKeytruda", 1, "brand, generic, company"),
        ("generic\tpembrolizumab\tKeytruda", 1, "behind a brand's a tab and its nonproprietary name"),
        ("brand\tKeytruda\tpembrolizumab\tMerck", 1, "behind a brand's"),
        ("brand\tABC", 7, "ABC is too short to be a name: at least 4 characters"),
        ("company\t", 9, "nothing is too short"),
    ],
)
def test_a_mistake_in_the_listed_names_has_its_line(line: str, column: int, words: str, tmp_path: Path) -> None:
    folder = organisation(tmp_path)
    (folder / "names.tsv").write_text(f"brand\tKeytruda\n{line}\n")
    with pytest.raises(ConfigError) as caught:
        load_seeds(folder)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.column) == ("seeds/names.tsv", 2, column)
    assert words in problem.message


# ---- types.yaml --------------------------------------------------------------------------------------------------------


def test_a_phrase_knows_its_rule_and_its_place(seeds: Seeds) -> None:
    first, second = seeds.types["approval"].triggers
    assert (first.rule, first.place, first.fields) == ("approval-1", "seeds/types.yaml:12", ("title", "lead", "body"))
    assert (second.rule, second.subtype, second.fields) == ("approval-fast", "accelerated", ("title",))
    assert [trigger.rule for trigger in seeds.types["approval"].vetoes] == ["approval-veto-1"]
    assert [(noise.id, noise.phrases[0].rule, noise.unless[0].rule) for noise in seeds.noise] == [("jobs", "jobs-1", "jobs-unless-1")]
    assert [trigger.phrase for trigger in seeds.negation] == ["no", "not"]


# ---- what is wrong with a market file ----------------------------------------------------------------------------------

MARKET = """\
id: gene-editing
name: Gene Editing
short: GE
report: {title: Gene Editing Market, order: newest_first}
shares_with: adoptive-cell-therapy
terms:
  core: [gene editing]
players:
  crispr: {legal_name: CRISPR Therapeutics AG, display: CRISPR Therapeutics, aliases: [CRISPR Therapeutics]}
products:
  casgevy: {brand: Casgevy, owner: crispr, modality: gene editing, tier: core}
"""


def with_market(tmp_path: Path, old: str = "", new: str = "", more: str = "") -> Path:
    folder = organisation(tmp_path)
    assert old in MARKET
    (folder / "markets" / "gene-editing.yaml").write_text(MARKET.replace(old, new) + more)
    return folder


def test_a_third_market_is_a_third_file(tmp_path: Path) -> None:
    loaded, warnings = load_seeds(with_market(tmp_path))
    market = loaded.markets["gene-editing"]
    assert (market.players["crispr"].products, market.baseline, warnings) == (("casgevy",), (), ())
    assert market.agencies["fda"].aliases[0].place.startswith("seeds/markets/adoptive-cell-therapy.yaml:")


BASELINE = "baseline:\n  first:\n    month: 2024-05\n    type: {}\n    line: In May 2024, it was approved.\n"


@pytest.mark.parametrize(
    ("old", "new", "more", "place", "key", "words"),
    [
        ("owner: crispr", "owner: crisper", "", "11:36", "products.casgevy.owner", "did you mean crispr?"),
        ("tier: core", "tear: core", "", "11:68", "products.casgevy.tear", "did you mean tier?"),
        ("id: gene-editing", "id: adoptive-cell-therapy", "", "1:5", "id", "already the id of seeds/markets/adoptive-cell-therapy.yaml"),
        ("short: GE", "short: ACT", "", "3:8", "short", "already the short name"),
        ("shares_with: adoptive", "shares_with: adaptive", "", "5:14", "shares_with", "did you mean adoptive-cell-therapy?"),
        ("", "", "  casgevy: {brand: X, owner: crispr, modality: x, tier: core}\n", "12:3", "products.casgevy", "stands twice"),
        ("", "", "trials: {CLIMB-111: casgevi}\n", "12:21", "trials.CLIMB-111", "did you mean casgevy?"),
        ("", "", BASELINE.format("aproval"), "15:11", "baseline.first.type", "did you mean approval?"),
        ("", "", BASELINE.format("approval, subtype: fast"), "15:28", "", "mapping values"),
        ("", "", BASELINE.format("approval\n    subtype: fast"), "16:14", "baseline.first.subtype", "there are: accelerated, initial"),
        ("", "", BASELINE.format("approval").replace("    month: 2024-05\n", ""), "13:3", "baseline.first", "month: 2022-02"),
        ("", "", BASELINE.format("approval\n    region: asia"), "16:13", "baseline.first.region", "there are: asia-pacific"),
        ("", "", BASELINE.format("approval\n    region: europe\n    country: Japan"), "17:14", "baseline.first.country", "Germany"),
        ("", "", BASELINE.format("approval\n    agency: fdaa"), "16:13", "baseline.first.agency", "did you mean fda?"),
        ("", "", "proposal_families: {core: [deals]}\n", "12:28", "proposal_families.core[0]", "did you mean deal?"),
        ("", "", "proposal: {core: 7}\n", "12:18", "proposal.core", "at most 6"),
        (
            "owner: crispr",
            "next_date: {date: 2026-13-01, what: x}, owner: crispr",
            "",
            "11:47",
            "products.casgevy.next_date.date",
            "calendar",
        ),
        ("aliases: [CRISPR", "aliases: [no, CRISPR", "", "9:88", "players.crispr.aliases[0]", "is read as false"),
        ("[gene editing]", "[]", "", "7:9", "terms.core", "must not be empty"),
        (
            "aliases: [CR",
            "pure_play: [CRISPR], aliases: [CR",
            "",
            "9:90",
            "players.crispr.pure_play[0]",
            "write one of CRISPR Therapeutics",
        ),
    ],
)
def test_a_mistake_in_a_market_file_is_reported_in_its_place(
    old: str, new: str, more: str, place: str, key: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError) as caught:
        load_seeds(with_market(tmp_path, old, new, more))
    (problem,) = caught.value.problems
    assert (problem.file, f"{problem.line}:{problem.column}", problem.key) == ("seeds/markets/gene-editing.yaml", place, key)
    assert words in problem.message


@pytest.mark.parametrize(
    ("alias", "words"),
    [
        ("GE", "shorter than five letters"),
        ("Legend", "common word"),
        ("{text: Legend, never_alone: true}", ""),
        ("{text: GE, require_any: [editing]}", ""),
        ("BE-101", ""),
        ("药明", ""),
    ],
)
def test_a_name_that_would_match_too_much_is_warned_about(alias: str, words: str, tmp_path: Path) -> None:
    _, warnings = load_seeds(with_market(tmp_path, "aliases: [CRISPR Therapeutics]", f"aliases: [CRISPR Therapeutics, {alias}]"))
    assert [(one.severity, one.line, one.key) for one in warnings] == ([("warning", 9, "players.crispr.aliases[1]")] if words else [])
    assert all(words in one.message for one in warnings)


def test_mistakes_of_several_files_are_reported_together(tmp_path: Path) -> None:
    folder = with_market(tmp_path, "tier: core", "tier: cores")
    types = folder / "types.yaml"
    types.write_text(
        types.read_text().replace("importance: 5", "importance: 9").replace("negation: regulatory_rejection", "negation: rejection")
    )
    with pytest.raises(ConfigError) as caught:
        load_seeds(folder)
    assert {problem.file for problem in caught.value.problems} == {"seeds/types.yaml", "seeds/markets/gene-editing.yaml"}


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("negation: regulatory_rejection", "negation: rejection", "15:15", "did you mean regulatory_rejection?"),
        ("id: approval-fast", "id: approval-1", "13:9", "line 12 already"),
        ("subtype: accelerated,", "subtype: acelerated,", "13:56", "did you mean accelerated?"),
        ("line: never", "line: sometimes", "21:62", "'always', 'conditional' or 'never'"),
        ("vetoes: [seeking approval]", "vetos: [seeking approval]", "14:5", "did you mean vetoes?"),
    ],
)
def test_a_mistake_in_types_is_reported_in_its_place(old: str, new: str, place: str, words: str, tmp_path: Path) -> None:
    assert old in TYPES
    with pytest.raises(ConfigError) as caught:
        load_seeds(organisation(tmp_path, TYPES.replace(old, new)))
    (problem,) = caught.value.problems
    assert f"{problem.line}:{problem.column}" == place
    assert words in problem.message


def test_a_folder_without_types_or_markets_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds no market"):
        load_seeds(tmp_path)


def test_a_changed_file_is_another_version(tmp_path: Path) -> None:
    folder = organisation(tmp_path)
    before = load_seeds(folder)[0].version
    path = folder / "markets" / f"{LM}.yaml"
    path.write_text(path.read_text() + "# a word more\n")
    assert before != load_seeds(folder)[0].version


# ---- the starter and the schemas ---------------------------------------------------------------------------------------


def plain(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text())


def as_json(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))


def test_the_starter_loads_without_a_word(seeds: Seeds) -> None:
    shipped_types = ROOT / "seeds" / "types.yaml"
    config = load_config(shipped("feeds.yaml"), seeds)
    assert config.warnings == ()
    assert len([source for source in config.sources if source.enabled]) >= 20
    assert all(source.every.total_seconds() >= 600 for source in config.sources if source.enabled)
    assert shipped_types.exists()


def test_the_schemas_accept_what_is_shipped() -> None:
    for schema, paths in (
        (feeds_schema(), [ROOT / "feeds.yaml"]),
        (seeds_schema(), sorted((ROOT / "seeds" / "markets").glob("*.yaml"))),
        (types_schema(), [ROOT / "seeds" / "types.yaml"]),
    ):
        jsonschema.Draft202012Validator.check_schema(schema)
        for path in paths:
            jsonschema.validate(as_json(plain(path)), schema)


@pytest.mark.parametrize(
    ("old", "new"),
    [("every: 1h", "every: hourly"), ("kind: feed", "kind: rss"), ("tier: 2", "tier: 9"), ("language: en", "langauge: en")],
)
def test_the_schema_refuses_what_the_monitor_refuses(old: str, new: str, seeds: Seeds) -> None:
    text = "defaults: {kind: feed, every: 1h, tier: 2, language: en}\nsources: []\n".replace(old, new)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(YAML(typ="safe", pure=True).load(text), feeds_schema())
    with pytest.raises(ConfigError):
        parse_config(text, "feeds.yaml", seeds)


def test_every_key_tells_an_editor_what_it_is_for() -> None:
    source = feeds_schema()["$defs"]["SourceFile"]["properties"]  # type: ignore[index]
    assert all("description" in key for key in source.values())


def test_a_started_folder_works_and_is_never_overwritten(tmp_path: Path) -> None:
    written = write_starter(tmp_path / "mine")
    assert {path.relative_to(tmp_path / "mine").parts[0] for path in written} >= {"feeds.yaml", "seeds", "templates", "feeds.schema.json"}
    seeds, _ = load_seeds(tmp_path / "mine" / "seeds")
    load_config(tmp_path / "mine" / "feeds.yaml", seeds)
    (tmp_path / "mine" / "feeds.yaml").write_text("mine")
    with pytest.raises(MonitorError, match="there already"):
        write_starter(tmp_path / "mine")
    assert (tmp_path / "mine" / "feeds.yaml").read_text() == "mine"
