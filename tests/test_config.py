"""feeds.yaml as admins write it: right, and wrong in every way that was thought of (tests/broken/ holds one file for each)."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.config import load_config, parse_config
from monitor.errors import ConfigError, Problem
from monitor.gazetteer import Seeds
from monitor.model import KINDS, Colours, Group, Kind, SinkConfig, Urgency
from tests.test_seeds import sample_seeds

BROKEN = Path(__file__).parent / "broken"
ROOT = Path(__file__).parents[1]


def expectations() -> dict[str, list[tuple[str, str, str]]]:
    """File → (line:column, key, words) of every problem it must report, and no others."""
    table: dict[str, list[tuple[str, str, str]]] = {}
    for line in (BROKEN / "expected.tsv").read_text().splitlines()[1:]:
        file, place, key, words = line.split("\t")
        table.setdefault(file, []).append((place, key.removeprefix("-"), words))
    return table


EXPECTED = expectations()


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    return sample_seeds(tmp_path_factory.mktemp("organisation"))


def problems(path: Path, seeds: Seeds) -> tuple[Problem, ...]:
    try:
        return load_config(path, seeds).warnings
    except ConfigError as error:
        return error.problems


def test_every_broken_file_has_its_expectation() -> None:
    assert {path.stem for path in BROKEN.glob("*.yaml")} == set(EXPECTED)
    assert len(EXPECTED) >= 30


@pytest.mark.parametrize("name", EXPECTED)
def test_a_broken_file_is_reported_where_it_is_broken_and_with_what_to_write_instead(name: str, seeds: Seeds) -> None:
    found = problems(BROKEN / f"{name}.yaml", seeds)
    assert [(f"{one.line}:{one.column}", one.key) for one in found] == [(place, key) for place, key, _ in EXPECTED[name]]
    for one, (_, _, words) in zip(found, EXPECTED[name], strict=True):
        assert words in one.message
        assert one.severity == ("warning" if name.startswith("warn_") else "error")


@pytest.mark.parametrize(
    ("name", "secret"), [("url_password", "hunter2"), ("secret_in_file", "s3cr3t"), ("warn_token_in_address", "s3cr3t")]
)
def test_a_secret_written_into_the_file_is_not_repeated_in_the_message(name: str, secret: str, seeds: Seeds) -> None:
    assert all(secret not in str(one) for one in problems(BROKEN / f"{name}.yaml", seeds))


FULL = """
contact: https://example.org/bot
host_spacing: 2s
defaults: {every: 2h, tier: 1, language: de}
sources:
  - {name: fda, url: "https://fda.example/rss", every: 30m, markets: [leptomeningeal-metastases], auth: "env:FDA_TOKEN"}
  - {name: wire, url: "https://wire.example/rss", tier: 3, language: EN, enabled: false, contact: wire@example.org}
groups:
  - {name: analysts, recipients: [ann@example.org, bob@münchen.example]}
  - {name: admins, recipients: [root@example.org], health: true, enabled: false}
editions:
  - name: weekly
    title: "Cell therapy: the week"
    markets: [adoptive-cell-therapy, leptomeningeal-metastases]
    players: [gilead, nuvalent]
    types: [approval]
    schedule: "mon-wed,Fri 07:05"
    time_zone: Asia/Kolkata
    groups: [analysts, admins]
    recipients: [carol@example.org]
    minimum_importance: 3
    sinks: [{folder: out}, {email: true}, {report: act.txt, market: adoptive-cell-therapy, include: [accepted, proposed], create: true}]
  - {name: daily, markets: [leptomeningeal-metastases], schedule: "daily 23:30", time_zone: UTC}
"""


def test_what_a_source_does_not_say_comes_from_the_defaults(seeds: Seeds) -> None:
    fda, wire = parse_config(FULL, "feeds.yaml", seeds).sources
    assert (fda.every, fda.tier, fda.language, fda.auth, fda.contact) == (
        timedelta(minutes=30),
        1,
        "de",
        "FDA_TOKEN",
        "https://example.org/bot",
    )
    assert (wire.every, wire.tier, wire.language, wire.enabled, wire.contact) == (timedelta(hours=2), 3, "en", False, "wire@example.org")


def test_an_edition_is_read_with_its_days_people_and_sinks(seeds: Seeds) -> None:
    config = parse_config(FULL, "feeds.yaml", seeds)
    weekly, daily = config.editions
    assert (weekly.weekdays, weekly.at, weekly.time_zone) == (("mon", "tue", "wed", "fri"), "07:05", "Asia/Kolkata")
    assert weekly.groups == (
        Group("analysts", ("ann@example.org", "bob@xn--mnchen-3ya.example")),
        Group("admins", ("root@example.org",), health=True, enabled=False),
    )
    assert weekly.sinks == (
        SinkConfig("folder", path="out"),
        SinkConfig("email"),
        SinkConfig("report", "act.txt", "adoptive-cell-therapy", ("accepted", "proposed"), True),
    )
    assert (len(daily.weekdays), daily.at, daily.sinks) == (7, "23:30", (SinkConfig("folder", path="digests"),))
    assert (config.host_spacing, config.warnings) == (timedelta(seconds=2), ())


def test_a_split_edition_is_one_for_each_market_with_the_sinks_that_are_its_own(seeds: Seeds) -> None:
    act, lm, _ = parse_config(
        FULL.replace("    minimum_importance", "    split: market\n    minimum_importance"), "feeds.yaml", seeds
    ).editions
    assert (act.name, act.markets) == ("weekly-adoptive-cell-therapy", ("adoptive-cell-therapy",))
    assert (lm.name, lm.markets) == ("weekly-leptomeningeal-metastases", ("leptomeningeal-metastases",))
    assert [[sink.kind for sink in one.sinks] for one in (act, lm)] == [["folder", "email", "report"], ["folder", "email"]]


def test_an_alert_is_read_with_its_hours_and_people(seeds: Seeds) -> None:
    text = FULL + (
        "alerts:\n  - {name: urgent, markets: [leptomeningeal-metastases], time_zone: UTC, groups: [analysts], "
        'quiet_hours: "20:00 - 7:00", at_most: 3, intro: Now., colours: {accent: "#7A1F3D"}}\n'
    )
    (alert,) = parse_config(text, "feeds.yaml", seeds).alerts
    assert alert.alert == Urgency("20:00", "07:00", 3)
    assert (alert.minimum_importance, alert.types, alert.sinks) == (4, (), (SinkConfig("folder", path="alerts"),))
    assert (alert.groups[0].name, alert.intro, alert.colours) == ("analysts", "Now.", Colours("#7a1f3d", "#8fd0d2"))


@pytest.mark.parametrize(
    ("schedule", "weekdays"),
    [
        ("mon 07:00", ("mon",)),
        ("Monday 07:00", ("mon",)),
        ("thu,mon 07:00", ("mon", "thu")),
        ("fri-mon 07:00", ("mon", "fri", "sat", "sun")),
        ("mon, thu 07:00", ("mon", "thu")),
    ],
)
def test_days_are_written_as_people_write_them(schedule: str, weekdays: tuple[str, ...], seeds: Seeds) -> None:
    text = FULL.replace("mon-wed,Fri 07:05", schedule)
    assert parse_config(text, "feeds.yaml", seeds).editions[0].weekdays == weekdays


@pytest.mark.parametrize(
    ("at", "zone", "instead"),
    [
        ("02:30", "Europe/Berlin", "03:30"),
        ("01:15", "Europe/London", "02:15"),
        ("02:00", "America/New_York", "03:00"),
        ("02:15", "Australia/Lord_Howe", "02:45"),  # half an hour
        ("00:30", "Africa/Cairo", "01:30"),  # on a Friday
    ],
)
def test_an_hour_that_the_clocks_jump_over_is_refused_with_one_that_exists(at: str, zone: str, instead: str, seeds: Seeds) -> None:
    text = FULL.replace("mon-wed,Fri 07:05", f"daily {at}").replace("Asia/Kolkata", zone)
    with pytest.raises(ConfigError, match=f"write {instead}"):
        parse_config(text, "feeds.yaml", seeds)
    parse_config(text.replace(f"daily {at}", f"daily {instead}"), "feeds.yaml", seeds)


def test_the_hour_before_the_jump_and_zones_without_one_are_fine(seeds: Seeds) -> None:
    for at, zone in (("01:59", "Europe/Berlin"), ("03:00", "Europe/Berlin"), ("02:30", "UTC"), ("02:30", "Asia/Kolkata")):
        parse_config(FULL.replace("mon-wed,Fri 07:05", f"sun {at}").replace("Asia/Kolkata", zone), "feeds.yaml", seeds)


def test_a_mark_at_the_beginning_and_foreign_line_ends_do_not_matter(seeds: Seeds, tmp_path: Path) -> None:
    path = tmp_path / "feeds.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode())
    assert len(load_config(path, seeds).sources) == 2


def test_the_version_follows_the_text(seeds: Seeds) -> None:
    once, again = (parse_config(FULL, "feeds.yaml", seeds).version for _ in range(2))
    assert once == again != parse_config(FULL + "# more\n", "feeds.yaml", seeds).version


def test_a_file_that_is_missing_or_larger_than_a_megabyte_is_refused(seeds: Seeds, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "none.yaml", seeds)
    (tmp_path / "huge.yaml").write_text("# " + "x" * 1_000_000)
    with pytest.raises(ConfigError, match="larger than 1 MB"):
        load_config(tmp_path / "huge.yaml", seeds)


def test_an_alias_bomb_is_refused_without_unfolding_it(seeds: Seeds) -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefghijklmnopqrst", "bcdefghijklmnopqrstu", strict=True)
    )
    with pytest.raises(ConfigError, match="anchors are not read"):
        parse_config(bomb, "feeds.yaml", seeds)


def test_thousands_of_mistakes_do_not_flood_the_reader(seeds: Seeds) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config("sources:\n" + "  - {name: 1}\n" * 2000, "feeds.yaml", seeds)
    assert 10 <= len(caught.value.problems) <= 100


def test_a_kind_that_may_not_be_looked_at_often_is_not_where_nothing_else_is_said(seeds: Seeds) -> None:
    text = "defaults: {every: 30m}\nsources:\n  - {name: ema, kind: ema_medicines}\n  - {name: often, kind: fda_cgt}\n"
    ema, often = parse_config(text, "feeds.yaml", seeds).sources
    assert (ema.every, often.every) == (timedelta(hours=12), timedelta(minutes=30))
    assert ema.url.startswith("https://www.ema.europa.eu/")


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_kind_has_a_module_that_reads_it(kind: Kind) -> None:
    module = import_module(kind.module)
    assert callable(module.read)
    assert hasattr(module, "address") is kind.dated


MARKS = r"""&a *a !!x %YAML --- ... : - ? [ ] { } , ' " \ | > # @ ` no 012 22:30 2026-05-04 0x1F 1e9 .inf ~ null << 99999999999999999999999
-0 +1 é 药 http://[::1 https://a@b mon 07:00 00:00 env: Europe env:X 1d 0m"""
ODD = ["\t", "\r", "\n", "\x85", "\u2028", "\ufeff", "\U0001f600", "\ud800", "\x00", "  "]
WORDS = st.sampled_from([*MARKS.split(), *ODD])


def told(text: str, seeds: Seeds) -> tuple[Problem, ...]:
    """What is said about a text; anything raised but ConfigError, or a ConfigError without a problem, is a defect."""
    try:
        return parse_config(text, "feeds.yaml", seeds).warnings
    except ConfigError as error:
        return error.problems or (Problem("", 0, 0, "", "no problem named"),)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(st.lists(st.tuples(st.integers(0, len(FULL)), st.integers(0, 12), WORDS | st.text(max_size=6)), min_size=1, max_size=6))
@example([(0, 5000, "%YAML 9.9\n---\n")])
@example([(0, 5000, "!<tag:x,2000:y> {a: b}")])
@example([(0, 5000, "9" * 5000 + ":30")])
@example([(0, 5000, "sources: " + "[" * 5000)])
@example([(0, 5000, "? - a\n: b\n")])
def test_no_text_whatever_brings_anything_but_a_list_of_problems(seeds: Seeds, edits: list[tuple[int, int, str]]) -> None:
    text = FULL
    for start, length, words in edits:
        text = text[:start] + words + text[start + length :]
    assert all(one.line >= 1 and one.column >= 1 and one.message for one in told(text, seeds))
