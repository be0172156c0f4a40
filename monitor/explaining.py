"""The path from a text to its line, for a person: names, rule, words, score, market, event, line; or why nothing came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from monitor import cluster, phrase
from monitor.errors import NotFound
from monitor.model import Assessment, Development, Entry, Event, MarketMatch, Reason, Report, Source, Span, Status, StoredEntry
from monitor.phrase.filling import Piece
from monitor.pipeline import Monitor

Told = dict[str, Any]
IN_NO_REGISTER = "announced, not yet in a register or filing"


def headline(monitor: Monitor, title: str, lead: str, tier: int) -> Told:
    """The path of a headline, as if a source of that tier had just published it."""
    now = monitor.now()
    source = Source(name="this headline", url="", tier=tier)
    stored_entry = StoredEntry(0, Entry(source.name, "", title, lead, published=now), now)
    assessment = monitor.assessor.assess(stored_entry, source)
    events = [cluster.merge([report], cluster.event_id([report])) for report in assessment.reports]
    return {**_entry(stored_entry), "tier": tier, **_assessment(assessment), "events": [_event(monitor, event) for event in events]}


def stored(monitor: Monitor, item: str) -> Told:
    """The path of a development (by id) or of entries (by number or URL); raises NotFound."""
    store = monitor.store
    if item.isdigit():
        return _of_entry(monitor, store.entry(int(item)))
    if item.startswith(("http://", "https://")):
        entries = store.entries_at(item)
        if not entries:
            raise NotFound(f"no entry links to {item}; an entry's number or a development's id would do as well")
        told = [_of_entry(monitor, one) for one in entries]
        return told[0] if len(told) == 1 else {"entries": told}
    development = store.development(item)
    if development.status is Status.BASELINE:
        return {"development": _development(development), "note": "printed in the report before the monitor came; no source was read"}
    event = store.event(development.event)
    return {"development": _development(development), "events": [_event(monitor, event, [development])]}


def _of_entry(monitor: Monitor, stored_entry: StoredEntry) -> Told:
    store = monitor.store
    told = {**_entry(stored_entry), "tier": monitor.source(stored_entry.entry.source).tier}
    assessment = store.assessment(stored_entry.id)
    if assessment is None:
        return {**told, "note": "not decided about yet: the next `monitor assess` will"}
    ids = dict.fromkeys(event for _, event in store.reports(stored_entry.id) if event is not None)
    events = [_event(monitor, store.event(id_), store.developments_of(id_)) for id_ in ids]
    if assessment.reports and not events:
        told["note"] = "not put into an event yet: the next `monitor assess` will"
    return {**told, **_assessment(assessment), "events": events}


# ---- as values -------------------------------------------------------------------------------------------------------


def _entry(stored_entry: StoredEntry) -> Told:
    entry = stored_entry.entry
    return {
        "entry": stored_entry.id or None,
        "title": entry.title,
        "source": entry.source,
        "url": entry.link,
        "published": stored_entry.effective(),
        "first_look": stored_entry.baseline,
        "revision": stored_entry.revision,
        "body_missing": entry.body_missing or None,
    }


def _assessment(assessment: Assessment) -> Told:
    return {
        "names": [
            {"kind": one.kind, "id": one.id, "markets": list(one.markets), **_span(one.span), "rule": one.rule}
            for one in assessment.mentions
        ],
        "steps": _reasons(assessment.reasons),
        "dropped": _reason(assessment.dropped) if assessment.dropped else None,
        "reports": [_report(report) for report in assessment.reports],
    }


def _report(report: Report) -> Told:
    return {
        "type": report.label.type,
        "stage": report.label.subtype,
        "rule": report.label.rule,
        "confidence": report.label.confidence,
        "trigger": _span(report.label.trigger),
        "evidence": report.sentence,
        "date": f"{report.date.value.isoformat()} ({report.date.precision}, {report.date.origin})",
        "slots": [
            {"name": slot.name, "value": slot.value, "id": slot.id, "currency": slot.currency, **(_span(slot.span) if slot.span else {})}
            for slot in report.slots
        ],
        "score": report.score,
        "addends": _reasons(report.reasons),
        "markets": [_market(match) for match in report.markets],
    }


def _market(match: MarketMatch) -> Told:
    return {"market": match.market, "tier": match.tier, "because": _reasons(match.reasons)}


def _event(monitor: Monitor, event: Event, developments: Sequence[Development] | None = None) -> Told:
    """The event, why its reports are one, and for each market what it became and where each clause of its line comes from."""
    seeds, lead = monitor.seeds, event.reports[0]
    markets = [seeds.markets[match.market] for match in event.markets if match.market in seeds.markets]
    told: list[Told] = []
    for market in markets:
        kept = next((one for one in developments or () if one.market == market.id), None)
        if developments and kept is None:
            continue
        now = phrase.develop(event, market, seeds, monitor.now())
        shown, line = kept or now, phrase.compose(event, market, seeds)
        told.append(
            {
                "market": market.id,
                **(_development(shown) if shown else {"status": None}),
                "why": _reasons(known.why) if (known := now or kept) else [],
                "clauses": _clauses(line.pieces) if not shown or line.text == shown.line_text else [],
                "no_line": line.why_not,
            }
        )
    return {
        "event": event.id,
        "type": event.type,
        "stage": event.subtype,
        "story": event.story,
        "reports": [
            {
                "source": one.source,
                "tier": one.source_tier,
                "title": one.title,
                "url": one.url,
                "published": one.published,
                **_joined(one, lead),
            }
            for one in event.reports
        ],
        "conflicts": [{"slot": one.slot, "says": [list(pair) for pair in one.says]} for one in event.conflicts],
        "conflict": phrase.conflict_note(event.conflicts),
        "developments": told,
    }


def _joined(report: Report, lead: Report) -> Told:
    """Why a report stands in the event of the leading one. It may have come through a third report, then its own likeness is small."""
    if report is lead:
        return {"same_event": ["it leads: best tier, then surest, then earliest"]}
    verdict = cluster.same_event(lead, report)
    return {"same_event": [f"{one.what} ({one.weight:+.2f})" for one in verdict.reasons], "likeness": verdict.score}


def _clauses(pieces: Iterable[Piece]) -> list[Told]:
    return [
        {"text": piece.text, "from": piece.kind, "where": piece.origin, **(_span(piece.span) if piece.span else {})}
        for piece in pieces
        if piece.text.strip()
    ]


def _development(one: Development) -> Told:
    return {
        "id": one.id,
        "status": str(one.status),
        "importance": one.importance,
        "headline": one.headline,
        "line": one.line_text,
        "conflict": one.conflict_note,
        "flag": one.flag,
        "confirmed": str(one.confirmed) if one.confirmed else None,
        "due": f"{one.due.what} by {one.due.value}, as {one.due.source} says" if one.due else None,
    }


def _reasons(reasons: Iterable[Reason]) -> list[Told]:
    return [_reason(reason) for reason in reasons]


def _reason(reason: Reason) -> Told:
    return {"what": reason.what, "weight": reason.weight, **(_span(reason.span) if reason.span else {})}


def _span(span: Span) -> Told:
    return {"field": span.field, "start": span.start, "end": span.end, "text": span.text}


# ---- as text ---------------------------------------------------------------------------------------------------------


def as_text(told: Told) -> str:
    """The same for reading: one step a line, the words that prove it in quotation marks."""
    if "entries" in told:
        return "\n\n".join(as_text(one) for one in told["entries"])
    return "\n".join(_lines(told))


def _lines(told: Told) -> Iterator[str]:
    if "title" in told:
        number = f"Entry {told['entry']}: " if told["entry"] else ""
        yield f"{number}{told['title']}"
        yield f"  {told['source']}, tier {told['tier']}, {told['published']:%Y-%m-%d %H:%M} UTC{'  ' + told['url'] if told['url'] else ''}"
        if told["first_look"]:
            yield "  found at the first look at its source: on file, not news"
        if told["body_missing"]:
            yield f"  {told['body_missing']}"
    if told.get("note"):
        yield told["note"]
    if told.get("development") and not told.get("events"):
        yield from _told_development(told["development"])
    if "names" in told:
        yield "Names"
        yield from (
            (f"  {one['kind']} {one['id']}: {_quoted(one)}  {one['rule']}".rstrip() for one in told["names"])
            if told["names"]
            else ("  none",)
        )
    if told.get("dropped"):
        yield f"Dropped: {_step(told['dropped'])}"
    if told.get("steps"):
        yield "Steps"
        yield from (f"  {_step(one)}" for one in told["steps"])
    for report in told.get("reports", []):
        yield from _told_report(report)
    for event in told.get("events", []):
        yield from _told_event(event)


def _told_report(report: Told) -> Iterator[str]:
    stage = f", {report['stage']}" if report["stage"] else ""
    yield f"Type {report['type']}{stage} by rule {report['rule']}, confidence {report['confidence']:.2f}: {_quoted(report['trigger'])}"
    yield f"  date {report['date']}"
    yield "Slots"
    for slot in report["slots"]:
        value = f"{slot['currency']} {slot['value']}" if slot["currency"] else slot["value"]
        known = f" = {slot['id']}" if slot["id"] else ""
        yield f"  {slot['name'].removeprefix('role:')}: {value}{known}  {_quoted(slot) if 'text' in slot else 'from seeds/'}"
    yield f"Score {report['score']:.2f}"
    yield from (f"  {_step(one)}" for one in report["addends"])
    yield "Markets"
    for match in report["markets"]:
        yield f"  {match['market']}: {match['tier']}"
        yield from (f"    {_step(one)}" for one in match["because"])
    if not report["markets"]:
        yield "  none"


def _told_event(event: Told) -> Iterator[str]:
    yield f"Event {event['event']}, {len(event['reports'])} report{'s' if len(event['reports']) > 1 else ''}"
    for one in event["reports"]:
        yield f"  {one['source']} (tier {one['tier']}): {one['title']}"
        yield f"    {'; '.join(one['same_event'])}"
    if event["conflicts"]:
        yield f"  sources disagree on {event['conflict']}"
    for one in event["developments"]:
        yield f"In {one['market']}"
        yield from _told_development(one)
        yield from (f"    {_step(step)}" for step in _of_the_event(one["why"]))
        if one["clauses"] and one["status"] != Status.MENTION:
            yield "  Line, clause by clause"
            yield from (f"    {_clause(clause)}" for clause in one["clauses"])
        elif one["no_line"]:
            yield f"  No line: {one['no_line']}"


def _told_development(one: Told) -> Iterator[str]:
    if one["status"] is None:
        yield "  shown nowhere"
        return
    yield f"  {one['status']}, importance {one['importance']}: {one['headline']}  ({one['id']})"
    if one["line"]:
        yield f"  Line: {one['line']}"
    if one["conflict"]:
        yield f"  Conflict: {one['conflict']}"
    if one["confirmed"]:
        yield f"  Record: {IN_NO_REGISTER if one['confirmed'] == 'announced' else one['confirmed']}"
    if one["due"]:
        yield f"  Due: {one['due']}"
    if one["flag"]:
        yield f"  Flag: {one['flag']}"


def _of_the_event(why: Sequence[Told]) -> Sequence[Told]:
    """What was decided after the report had been read: its own steps stand above, under the entry."""
    start = next((n for n, step in enumerate(why) if step["what"].startswith("source tier")), 0)
    return why[start:]


def _clause(clause: Told) -> str:
    place = f" [{clause['field']} {clause['start']}-{clause['end']}]" if "field" in clause else ""
    return f"{clause['text'].strip()}  <- {clause['from']} {clause['where']}".rstrip() + place


def _step(reason: Told) -> str:
    weight = f" ({reason['weight']:+.2f})" if reason["weight"] else ""
    return f"{reason['what']}{weight}{': ' + _quoted(reason) if 'text' in reason else ''}"


def _quoted(span: Told) -> str:
    return f"“{' '.join(span['text'].split())}” [{span['field']} {span['start']}-{span['end']}]"
