"""What was found in a page: the value every kind of source gives back."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model import Entry, Outcome


@dataclass(frozen=True, slots=True)
class Document:
    """A page as it was understood. `outcome` is ok, empty (readable, without entries), html_instead_of_feed or parse_error."""

    outcome: Outcome
    entries: tuple[Entry, ...] = ()
    identity: str = ""  # guid, link or hash: how the entries were told apart
    unreadable: int = 0  # entries that could not be read
    detail: str = ""  # what a person should know of it, also when all is well
    next_page: str = ""  # address of the page that goes on where this one ends
    hub: str = ""  # where the feed offers push (WebSub)
    topic: str = ""  # the address under which the hub knows it
