"""The digest's own words: subject, preheader, summary, amounts, why something matters. No word of a source enters the subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from monitor.digest.dates import ENGLISH, day_name
from monitor.gazetteer import EventType, Market, Product
from monitor.model import TIERS, Coverage, Development, MarketSection, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from monitor.digest.ahead import Ahead
    from monitor.digest.choosing import Chosen

SUBJECT_LIMIT = 69
PREHEADER_LIMIT = 90
ANSWERED = (Outcome.OK, Outcome.NOT_MODIFIED, Outcome.EMPTY, Outcome.STALE, Outcome.MOVED)
QUIET = "no reportable developments"


def clip(text: str, length: int) -> str:
    """The text on one line, cut between words (or inside one that is too long) so that it has at most `length` characters."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line[: length - 1]
    space = cut.rfind(" ")
    return (cut[:space] if space > length // 2 else cut).rstrip(" ,;:–-") + "…"


def money(millions: float, currency: str | None) -> str:
    """USD 3.25 billion, USD 286 million."""
    amount, unit = (millions / 1000, "billion") if millions >= 1000 else (millions, "million")
    return f"{currency or ''} {amount:,.2f}".rstrip("0").rstrip(".").strip() + f" {unit}"


def number_of(count: int, singular: str, plural: str = "") -> str:
    """1 line, 2 lines."""
    return f"{count} {singular if count == 1 else plural or singular + 's'}"


def rank(development: Development) -> tuple[int, int, int, str]:
    """The deterministic order of a digest: importance, closeness to the market, date, id."""
    return (-development.importance, TIERS.index(development.relevance), -development.event_date.toordinal(), development.id)


# ---- top of the digest -----------------------------------------------------------------------------------------------


def counted(developments: Sequence[Development], types: Mapping[str, EventType]) -> tuple[str, ...]:
    """`2 approvals`, `1 deal` …, weightiest first. Deals of every kind count together, as people speak of them."""
    counts: Counter[tuple[str, str]] = Counter()
    for one in developments:  # by rank, so the weightiest type comes first
        kind = types.get(one.type)
        if kind is not None and kind.family == "deal":
            counts["deal", "deals"] += 1
        else:
            label = (kind.label if kind else "") or one.type.replace("_", " ")
            counts[label, (kind.plural if kind else "") or label + "s"] += 1
    return tuple(number_of(count, *names) for names, count in counts.items())


def subject(counts: Sequence[str], shorts: Sequence[str], period: str) -> str:
    """The richest subject under 70 characters: counts by type, markets, period."""
    total = sum(int(text.split(" ", 1)[0]) for text in counts)
    tellings = [", ".join(counts)] if counts else [QUIET]
    for shown in range(len(counts) - 1, 0, -1):
        rest = sum(int(text.split(" ", 1)[0]) for text in counts[shown:])
        tellings += [f"{', '.join(counts[:shown])}, {rest} more"]
    tellings.append(number_of(total, "development") if counts else "no news")
    places = [", ".join(shorts), *(f"{', '.join(shorts[:kept])} +{len(shorts) - kept}" for kept in range(len(shorts) - 1, 0, -1))]
    for place in places:
        for telling in tellings:
            for when in (period, period.removeprefix("week ")):
                if len(text := f"[Markets] {telling} – {place} | {when}") <= SUBJECT_LIMIT:
                    return text
    return clip(f"[Markets] {tellings[-1]} | {period.removeprefix('week ')}", SUBJECT_LIMIT)


def preheader(sections: Sequence[MarketSection], coverage: Sequence[Coverage]) -> str:
    """The single most important fact, in ninety characters."""
    headlines = [item.development for section in sections for item in section.headlines]
    updates = [item.development for section in sections for item in section.updates]
    if best := sorted(headlines, key=rank) or sorted(updates, key=rank):
        return clip(best[0].headline, PREHEADER_LIMIT)
    return clip(f"{QUIET[0].upper()}{QUIET[1:]}; {answered_text(coverage)}", PREHEADER_LIMIT)


def summary(
    number: int,
    sections: Sequence[MarketSection],
    chosen: Chosen,
    *,
    counts: Sequence[str],
    coverage: Sequence[Coverage],
    read: int,
    kept: int,
    alerted: int = 0,
) -> tuple[str, ...]:
    """At most five lines: numbers, what changed since the last issue, what needs a decision, the sources, what came with first looks."""
    proposed = sum(len(section.proposed) + section.proposed_left_out for section in sections)
    review = sum(len(section.review) + section.review_left_out for section in sections)
    lines = [_numbers(sections, counts, read, kept), _since(number, chosen, alerted)]
    if proposed or review:
        asked = [
            f"{number_of(proposed, 'proposed line')}" if proposed else "",
            f"{number_of(review, 'development')} to review" if review else "",
        ]
        lines.append(f"To decide: {' and '.join(filter(None, asked))}.")
    else:
        lines.append("To decide: nothing waits for you.")
    lines.append(f"Sources: {answered_text(coverage)}{_silent(coverage)}.")
    if chosen.first_looks:
        told = number_of(chosen.first_looks, "development")
        lines.append(f"On file, not news: {told} from first looks at sources or from before; see the table.")
    return tuple(lines)


def _silent(coverage: Sequence[Coverage]) -> str:
    """The sources that did not answer, by name, so that a quiet week can be judged from the top."""
    silent = [one for one in coverage if one.outcome not in ANSWERED]
    named = [f"{clip(one.source, 30)} {str(one.outcome).replace('_', ' ') if one.outcome else 'never looked at'}" for one in silent[:3]]
    more = [f"{len(silent) - 3} more"] if len(silent) > 3 else []
    return f"; not: {', '.join(named + more)}" if silent else ""


def _numbers(sections: Sequence[MarketSection], counts: Sequence[str], read: int, kept: int) -> str:
    looked = f"{number_of(read, 'entry', 'entries')} read, {kept} kept"
    told = [item.development for section in sections for item in (*section.headlines, *section.updates)]
    conflicts = len({one.id for one in told if one.conflict_note})
    if not counts and not any(section.proposed or section.updates for section in sections):
        return f"{QUIET[0].upper()}{QUIET[1:]}: {looked}."
    text = f"New: {', '.join(counts) or 'nothing'}; {looked}"
    return f"{text}; {number_of(conflicts, 'conflict')} between sources." if conflicts else f"{text}."


def _since(number: int, chosen: Chosen, alerted: int) -> str:
    sent = f" Already sent in alerts: {number_of(alerted, 'development')}." if alerted else ""
    if number <= 1:
        return f"First issue of this edition: there is none to compare with.{sent}"
    corrections = sum(1 for one, text in chosen.updates if text and chosen.is_home(one))
    steps = sum(1 for one, text in chosen.updates if not text and chosen.is_home(one))
    parts = [number_of(corrections, "correction")] if corrections else []
    parts += [f"{number_of(steps, 'update')} to known stories"] if steps else []
    parts += [f"{number_of(count, 'line')} {status}" for status, count in sorted(chosen.decided.items())]
    return f"Since issue {number - 1}: {', '.join(parts) or 'no corrections, no updates to known stories'}.{sent}"


# ---- sources ---------------------------------------------------------------------------------------------------------


def worth_a_look(coverage: Coverage) -> bool:
    """Whether what this source did in the period makes the silence less credible."""
    return coverage.outcome not in (Outcome.OK, Outcome.NOT_MODIFIED) or coverage.missed_windows > 0


def answered_text(coverage: Sequence[Coverage]) -> str:
    """`17 of 18 sources answered`."""
    answered = sum(1 for one in coverage if one.outcome in ANSWERED)
    return f"{answered} of {number_of(len(coverage), 'source')} answered" if coverage else "no sources are configured"


# ---- one development -------------------------------------------------------------------------------------------------


def product_name(product: Product) -> str:
    """What a reader calls it."""
    return product.brand or product.generic or (product.codes[0] if product.codes else product.id)


def date_of_product(product: Product) -> str:
    """What is expected of it, with its name once."""
    what, names = product.next_date_what, (product.brand, product.generic, *product.codes)
    return what if any(name and name.casefold() in what.casefold() for name in names) else f"{product_name(product)}: {what or 'next date'}"


def overdue(one: Ahead, language: str = ENGLISH) -> str:
    """A decision or closing that should have come, with the last day on which it was expected."""
    return f"{one.told(language)}: was due by {day_name(one.last, language=language)}; nothing seen"


def record(development: Development, language: str = ENGLISH) -> str:
    """What registers and filings say of it; empty for what none tells of."""
    known = development.confirmed
    if known is None:
        return ""
    if known.state == "announced":
        return "Announced; not yet in a register or filing"
    when = f", {day_name(known.day, language=language)}" if known.day else ""
    return f"{'Confirmed by' if known.state == 'confirmed' else 'Known only from the register'} {clip(known.source, 60)}{when}"


def is_product(product: Product, development: Development) -> bool:
    """Whether the development is about this product, by brand, generic name or code."""
    told = {name.casefold() for name in (development.product, development.generic) if name}
    return not told.isdisjoint(name.casefold() for name in (product.brand, product.generic, *product.codes) if name)


def why_it_matters(development: Development, market: Market, present: Sequence[Development], language: str = ENGLISH) -> str:
    """What the development means for the report: whose list, which product, which present line."""
    parts = [_players_matter(development, market), _product_matters(development, market, present, language)]
    if development.relevance == "adjacent":
        parts.append("An adjacent setting: reported for its weight, not for its disease.")
    elif development.relevance == "player_only":
        parts.append("It concerns the company, not the market itself.")
    return " ".join(part for part in parts if part) or f"It falls under the terms of {market.short}."


def _players_matter(development: Development, market: Market) -> str:
    seen = list(dict.fromkeys((player, printed) for player, printed, _ in development.players))
    listed = [(printed, market.players[player]) for player, printed in seen if player in market.players and market.players[player].lists]
    if listed:
        printed, player = listed[0]
        more = f", as {number_of(len(listed) - 1, 'other player')} named here" if len(listed) > 1 else ""
        return f"{clip(printed, 60)} stands in the report's player list {' and '.join(player.lists)}{more}."
    if seen and any(player.lists for player in market.players.values()):
        return f"{clip(seen[0][1], 60)} is in no player list of the report."
    return ""


def _product_matters(development: Development, market: Market, present: Sequence[Development], language: str) -> str:
    found = next((product for product in market.products.values() if is_product(product, development)), None)
    if found is None:
        return ""
    name = product_name(found)
    earlier = [one for one in present if one.id != development.id and is_product(found, one)]
    if earlier:
        when = day_name(earlier[-1].event_date, earlier[-1].date_precision, language)
        return f"The report's line of {when} already speaks of {name}."
    return f"{name} is a {found.tier} product of this market without a line so far." if found.tier == "core" else ""


def where_told(development: Development, chosen: Chosen) -> str:
    """For a line proposed in one market while another one's section tells the event."""
    if chosen.is_home(development):
        return ""
    return "The same event is told under another market of this digest; each report decides for itself."


def why_review(development: Development) -> str:
    """Why a person must look: conflicting sources, or the rule that held it back."""
    if development.conflict_note:
        return clip(f"Sources disagree: {development.conflict_note}", 200)
    return clip(development.why[-1].what, 200) if development.why else "Facts are missing or only weaker sources tell it."


def differences(before: Development, now: Development, language: str = ENGLISH) -> str:
    """The facts that differ between what an issue showed and what is known now; empty when none does."""

    def amount(value: float | None, currency: str | None) -> str | None:
        return None if value is None else money(value, currency)

    def day(one: Development) -> str:
        return day_name(one.event_date, one.date_precision, language)

    facts: tuple[tuple[str, str | None, str | None], ...] = (
        ("date", day(before), day(now)),
        ("type", before.type.replace("_", " "), now.type.replace("_", " ")),
        ("product", before.product or before.generic, now.product or now.generic),
        ("indication", before.indication, now.indication),
        ("agency", before.agency, now.agency),
        ("trial", before.trial, now.trial),
        ("upfront", amount(before.deal_upfront, before.currency), amount(now.deal_upfront, now.currency)),
        ("total", amount(before.deal_max, before.currency), amount(now.deal_max, now.currency)),
        ("sources disagree", before.conflict_note or None, now.conflict_note or None),
    )
    if before.confirmed and now.confirmed and before.confirmed.state != now.confirmed.state == "confirmed":
        facts = (*facts, ("record", str(before.confirmed), str(now.confirmed)))
    if before.due and now.due:
        facts = (*facts, ("due", before.due.value, now.due.value))
    changed = [(name, clip(old or "not stated", 120), clip(new or "not stated", 120)) for name, old, new in facts if old != new]
    return "; ".join(f"{name} now {new} (was {old})" for name, old, new in changed)
