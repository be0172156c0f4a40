"""What feeds.yaml may say. The JSON Schema that editors use comes from these models too, hence the descriptions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema

from monitor.config import times, written
from monitor.config.checks import Strict, near
from monitor.model import KINDS


def _one_of(kind: str) -> Callable[[str, ValidationInfo], str]:
    """A check that a word is one of those the caller knows; without context (as in a schema) every word is."""

    def check(word: str, info: ValidationInfo) -> str:
        known = (info.context or {}).get(kind)
        if known is not None and word not in known:
            raise ValueError(f"{word} is no {kind} here; {near(word, known)}")
        return word

    return check


def _kind(word: str) -> str:
    if word not in KINDS:
        hint = "RSS, Atom and JSON feeds are all written feed" if word.lower() in {"rss", "atom", "json", "jsonfeed"} else near(word, KINDS)
        raise ValueError(f"{word} is no kind of source; {hint}")
    return word


def _language(word: str) -> str:
    if len(word) < 2 or not all(part.isascii() and part.isalnum() for part in word.split("-")) or not word[:2].isalpha():
        raise ValueError(f"{word!r} is no language: write its short form, as in en, de or zh")
    return word.lower()


def _language_of_dates(word: str) -> str:
    from monitor.digest import dates  # with the tables of Babel, which few files need

    short = _language(word) if dates.known(word) else ""
    if not short:
        meant = dates.short_form(word)
        hint = f"write {meant}" if meant else "write its short form, as in de, en, fr, ja or pt-br"
        raise ValueError(f"{word!r} is no language whose days and months are known here; {hint}")
    return short


def _line(text: str) -> str:
    if not text.strip() or any(ord(character) < 32 for character in text):
        raise ValueError("must be one line of text")
    return text


def _path(text: str) -> str:
    if not text.strip() or "://" in text:
        raise ValueError("must be a path on this machine; one without / in front starts at the folder of feeds.yaml")
    return text


def _schedule(value: object) -> tuple[tuple[str, ...], str]:
    if not isinstance(value, str):
        raise ValueError('must be days and a time: write "mon 07:00"')
    return times.schedule(value)


def _hours(value: object) -> tuple[str, str]:
    if not isinstance(value, str):
        raise ValueError('must be a span of a day: write "20:00-07:00"')
    return times.hours(value)


LIGHT, DARK = "#fcfcfa", "#1c2327"  # the grounds of the digest's page
TEXT: dict[str, Any] = {"type": "string"}
COLOUR = {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"}
NAME = {"type": "string", "pattern": "^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$"}
DURATION = {"type": "string", "pattern": r"^(\d+[smhd])+$"}
OPTION = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
SCHEDULE = {"type": "string", "examples": ["mon 07:00", "mon,thu 07:00", "mon-fri 07:00", "daily 07:00"]}

Name = Annotated[str, AfterValidator(written.name), WithJsonSchema(NAME)]
Every = Annotated[timedelta, BeforeValidator(times.interval), WithJsonSchema(DURATION)]
Pause = Annotated[timedelta, BeforeValidator(times.spacing), WithJsonSchema(DURATION)]
Lateness = Annotated[timedelta, BeforeValidator(times.lateness), WithJsonSchema(DURATION)]
Keeping = Annotated[timedelta, BeforeValidator(times.keeping), WithJsonSchema(DURATION)]
Url = Annotated[str, AfterValidator(written.url), WithJsonSchema({"type": "string", "pattern": "^https?://[^@\\s]+$"})]
Address = Annotated[str, AfterValidator(written.mail_address), WithJsonSchema({"type": "string", "pattern": "^[^@\\s<>]+@[^@\\s<>]+$"})]
Contact = Annotated[str, AfterValidator(written.contact), WithJsonSchema(TEXT)]
Secret = Annotated[str, AfterValidator(written.secret_name), WithJsonSchema({"type": "string", "pattern": "^env:[A-Za-z_][A-Za-z0-9_]*$"})]
SinkSecret = Annotated[
    str, AfterValidator(written.secret_of_sink), WithJsonSchema({"type": "string", "pattern": "^env:[A-Za-z_][A-Za-z0-9_]*$"})
]
Schedule = Annotated[tuple[tuple[str, ...], str], BeforeValidator(_schedule), WithJsonSchema(SCHEDULE)]
Zone = Annotated[str, AfterValidator(times.time_zone), WithJsonSchema({"type": "string", "examples": ["Europe/Berlin"]})]
Hours = Annotated[tuple[str, str], BeforeValidator(_hours), WithJsonSchema({"type": "string", "examples": ["20:00-07:00"]})]
OnLight = Annotated[str, AfterValidator(lambda text: written.colour(text, LIGHT)), WithJsonSchema(COLOUR)]
OnDark = Annotated[str, AfterValidator(lambda text: written.colour(text, DARK)), WithJsonSchema(COLOUR)]
Language = Annotated[str, AfterValidator(_language), WithJsonSchema(TEXT)]
LanguageOfDates = Annotated[str, AfterValidator(_language_of_dates), WithJsonSchema({"type": "string", "examples": ["en", "de", "pt-br"]})]
Line = Annotated[str, AfterValidator(_line), WithJsonSchema(TEXT)]
PathText = Annotated[str, AfterValidator(_path), WithJsonSchema(TEXT)]
OptionValue = Annotated[tuple[str, ...], BeforeValidator(written.option), WithJsonSchema(OPTION)]
KindOfSource = Annotated[str, AfterValidator(_kind), WithJsonSchema({"enum": list(KINDS)})]
MarketId = Annotated[str, AfterValidator(_one_of("market")), WithJsonSchema(TEXT)]
PlayerId = Annotated[str, AfterValidator(_one_of("player")), WithJsonSchema(TEXT)]
TypeId = Annotated[str, AfterValidator(_one_of("event type")), WithJsonSchema(TEXT)]
GroupName = Annotated[str, AfterValidator(_one_of("group")), WithJsonSchema(TEXT)]
InDoubt = Literal["hold", "resend", "ask"]
IN_DOUBT = "a mail that may have been taken: hold it for a person, resend it, or ask the archive"


class DefaultsFile(Strict):
    """What holds for every source that does not say otherwise."""

    kind: KindOfSource = "feed"
    every: Every = Field(default=timedelta(hours=1), description="how often to look, e.g. 30m, 1h, 2d")
    fastest: Every | None = Field(default=None, description="how often it may be looked at when its window is short, e.g. 10m")
    slowest: Every | None = Field(default=None, description="how seldom when it rarely writes, e.g. 1d")
    tier: int = Field(default=2, ge=1, le=4, description="1 regulator, filing or wire; 2 edited press; 3 aggregator; 4 content farm")
    language: Language = Field(default="en", description="of the texts, e.g. en, de, zh")


class SourceFile(Strict):
    """A place to look."""

    name: Name = Field(description="short name, unique; what was read is kept under it, so do not rename lightly")
    url: Url | None = Field(default=None, description="address, without user name or password; some kinds know their own")
    kind: KindOfSource | None = Field(default=None, description="how it is read")
    options: dict[str, OptionValue] = Field(default={}, description="what its kind wants to know")
    every: Every | None = Field(default=None, description="how often to look, e.g. 30m, 1h, 2d")
    fastest: Every | None = Field(default=None, description="how often it may be looked at when its window is short, e.g. 10m")
    slowest: Every | None = Field(default=None, description="how seldom when it rarely writes, e.g. 1d")
    tier: int | None = Field(
        default=None, ge=1, le=4, description="1 regulator, filing or wire; 2 edited press; 3 aggregator; 4 content farm"
    )
    language: Language | None = Field(default=None, description="of the texts, e.g. en, de, zh")
    enabled: bool = Field(default=True, description="false: known, but not looked at")
    markets: list[MarketId] = Field(default=[], description="only for these markets; empty: for all")
    fetch_body: bool | None = Field(default=None, description="whether the text of an entry without one is fetched from where it links to")
    auth: Secret | None = Field(default=None, description='"env:NAME": the variable NAME holds the value of the Authorization header')
    contact: Contact | None = Field(default=None, description="who this publisher may write to, when not the contact at the top")
    push: bool = Field(default=True, description="false: no subscription to its hub (WebSub), even where it offers one")
    keep_raw: Keeping | None = Field(default=None, description="how long its bodies are kept for `replay`, e.g. 14d; 0s: not at all")


class GroupFile(Strict):
    """People who get the same editions."""

    name: Name
    recipients: list[Address] = Field(min_length=1)
    health: bool = Field(default=False, description="whether their copy shows the state of every source in detail")
    enabled: bool = Field(default=True, description="false: they get nothing")


class SinkFile(Strict):
    """Where an edition goes: exactly one of folder, email, report, webhook, slack, teams, feed and apprise."""

    folder: PathText | None = Field(default=None, description="a folder that takes .eml and .html files")
    email: bool | None = Field(default=None, description="true: to the recipients and groups, by MONITOR_SMTP_HOST")
    report: PathText | None = Field(default=None, description="a report file whose Recent Developments section is brought up to date")
    market: MarketId | None = Field(
        default=None, description="with report: whose lines it gets; may be left out when the edition has one market"
    )
    include: list[Literal["accepted", "proposed"]] | None = Field(
        default=None, min_length=1, description="with report and feed: accepted lines, and proposed ones when you say so"
    )
    create: bool | None = Field(default=None, description="with report: begin the section where there is none")
    webhook: Url | None = Field(default=None, description="an address that gets the digest as signed JSON (docs/webhook.md)")
    secret: SinkSecret | None = Field(default=None, description='with webhook: "env:NAME", the variable NAME holds the key that signs')
    slack: SinkSecret | None = Field(
        default=None, description='"env:NAME": the variable NAME holds the address of an incoming webhook of Slack'
    )
    teams: SinkSecret | None = Field(
        default=None, description='"env:NAME": the variable NAME holds the address of a workflow of Teams that takes webhooks'
    )
    feed: PathText | None = Field(default=None, description="a folder that takes atom.xml and feed.json of each market")
    serve: bool | None = Field(default=None, description="with feed: the web server shows it, at /markets/ID/atom.xml and /feed.json")
    apprise: SinkSecret | None = Field(
        default=None, description='"env:NAME": the variable NAME holds addresses of other services, as Apprise writes them'
    )


class ColoursFile(Strict):
    """The colour of headings and rules, readable on the page's ground."""

    accent: OnLight = "#1d5c63"
    accent_dark: OnDark = "#8fd0d2"


class EditionFile(Strict):
    """Who gets which markets, when, and how."""

    name: Name = Field(description="short name, unique; the numbers of its issues count under it")
    title: Line | None = Field(default=None, description="as the digest prints it")
    markets: list[MarketId] = Field(min_length=1)
    players: list[PlayerId] = Field(default=[], description="only these; empty: all")
    types: list[TypeId] = Field(default=[], description="only these event types; empty: all")
    schedule: Schedule = Field(description='weekday names and a time: "mon 07:00", "mon,thu 07:00", "mon-fri 07:00", "daily 07:00"')
    time_zone: Zone = Field(description="e.g. Europe/Berlin")
    language: LanguageOfDates = Field(
        default="en", description="of its days and months, e.g. de, fr, pt-br; lines stay as the report has them"
    )
    groups: list[GroupName] = Field(default=[])
    recipients: list[Address] = Field(default=[])
    minimum_importance: int = Field(default=1, ge=1, le=5)
    enabled: bool = True
    split: Literal["market"] | None = Field(default=None, description="market: one issue for each market, numbered under NAME-MARKET")
    intro: Line | None = Field(default=None, max_length=500, description="a text above the summary")
    colours: ColoursFile = ColoursFile()
    in_doubt: InDoubt = Field(default="hold", description=IN_DOUBT)
    reply_to: Address | None = Field(default=None, description="the person who reads answers")
    approve: bool = Field(default=False, description="true: an issue waits until `monitor digest approve`")
    latest: Lateness = Field(default=timedelta(hours=24), description="composed later than this after it was due, an issue waits, e.g. 24h")
    sinks: list[SinkFile] = Field(default=[SinkFile(folder="digests")], min_length=1)


class AlertFile(Strict):
    """What cannot wait for the digest, who gets it, and when it may not leave."""

    name: Name = Field(description="short name, unique among editions too; the numbers of its alerts count under it")
    title: Line | None = Field(default=None, description="as the alert prints it")
    markets: list[MarketId] = Field(min_length=1)
    players: list[PlayerId] = Field(default=[], description="only these; empty: all")
    types: list[TypeId] = Field(default=[], description="only these event types; empty: approvals, rejections and deals")
    minimum_importance: int = Field(default=4, ge=1, le=5)
    time_zone: Zone = Field(description="e.g. Europe/Berlin")
    language: LanguageOfDates = Field(default="en", description="of its days and months, e.g. de, fr, pt-br")
    quiet_hours: Hours = Field(default=("00:00", "00:00"), description='when nothing leaves: "20:00-07:00"; what came then goes together')
    at_most: int = Field(default=5, ge=1, le=50, description="mails a day; what comes after them waits for the next day")
    groups: list[GroupName] = Field(default=[])
    recipients: list[Address] = Field(default=[])
    enabled: bool = True
    intro: Line | None = Field(default=None, max_length=500, description="a text above the summary")
    colours: ColoursFile = ColoursFile()
    in_doubt: InDoubt = Field(default="hold", description=IN_DOUBT)
    sinks: list[SinkFile] = Field(default=[SinkFile(folder="alerts")], min_length=1)


class FeedsFile(Strict):
    """The admins' file: sources, and editions of what they bring."""

    contact: Contact | None = Field(
        default=None, description="who publishers may write to: a mail address or page, sent with every request"
    )
    host_spacing: Pause = Field(default=timedelta(seconds=1), description="pause between two requests to one host, e.g. 1s")
    alarm_after: Every = Field(
        default=timedelta(hours=12), description="how long a source may be in trouble before groups with health get an alarm, e.g. 12h"
    )
    keep_raw: Keeping | None = Field(default=None, description="how long every source's bodies are kept for `replay`, e.g. 14d")
    defaults: DefaultsFile = DefaultsFile()
    sources: list[SourceFile]
    groups: list[GroupFile] = Field(default=[])
    editions: list[EditionFile] = Field(default=[])
    alerts: list[AlertFile] = Field(default=[])
