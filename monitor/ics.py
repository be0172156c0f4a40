"""Dates ahead as an iCalendar file (RFC 5545), for people's own calendars: days without a time that block nobody's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from monitor.digest import Ahead
from monitor.exports import clean, web

PRODUCT = "-//Market Monitor//market-monitor//EN"


def calendar_file(found: Iterable[Ahead], now: datetime) -> bytes:
    """The dates as one file. The same expectation keeps its UID when its date moves, so that importing again moves it too.

    No METHOD: it is a file to read, and no invitation to answer. What is known to the month or less stands on its last day.
    """
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    for one in found:
        event = Event()
        event.add("uid", uid(one))
        event.add("dtstamp", now)
        event.add("dtstart", one.last)
        event.add("dtend", one.last + timedelta(days=1))  # the first day that is no longer part of it
        event.add("summary", str(clean(one.told())))
        event.add("transp", "TRANSPARENT")
        event.add("categories", [one.market])
        if one.development:
            event.add("description", f"monitor explain {one.development}")
        if web(one.url):
            event.add("url", str(clean(one.url)))
        file.add_component(event)
    written: bytes = file.to_ical()
    return written


def uid(one: Ahead) -> str:
    """The same for the same expectation."""
    return f"{hashlib.sha256(one.subject.encode('utf-8', 'replace')).hexdigest()[:32]}@market-monitor"
