"""Commands that run the line: run, poll, assess, issue, outbox."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from monitor.cli import LOOK, WELL, WRONG, monitor, show, surroundings

if TYPE_CHECKING:
    from monitor.model import Delivery, DeliveryState, Suppression

FINE = {"ok", "not_modified", None}
STUCK: tuple[DeliveryState, ...] = ("in_doubt", "failed", "held")  # until somebody looks
NOT_SENT: tuple[DeliveryState, ...] = (*STUCK, "pending", "sending", "suppressed")


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now and end: for cron.")
@click.option("--every", "seconds", default=30.0, show_default=True, metavar="SECONDS", help="Between two looks at what is due.")
@click.option("--no-web", is_flag=True, help="Without the web server, and so without push.")
def run(once: bool, seconds: float, no_web: bool) -> int:
    """Run the service: poll the sources that are due, assess what came, issue and deliver the editions that are due.

    Ends on SIGTERM or Ctrl-C after finishing what is in flight. A changed feeds.yaml or seeds/ is taken over when it is right.
    """
    import logging
    import signal

    from monitor.app import Watch, opened
    from monitor.engine.service import Service

    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in ("alembic", "apscheduler"):  # they tell of every step and every beat
        logging.getLogger(name).setLevel(logging.ERROR)
    around = surroundings()
    with opened(around, examples=True) as opened_monitor:
        reload = Watch(around, opened_monitor).reload
        service = Service(opened_monitor, reload)
        server: AbstractContextManager[object] = nullcontext()
        if not (once or no_web):
            from monitor import web

            settings = web.settings(around.secrets)
            service = Service(opened_monitor, reload, settings.callbacks)
            server = web.serving(web.app(opened_monitor, settings), settings)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: service.stop())
        if once:
            done = service.beat()
            worst = any(outcome not in FINE for outcome in done.looks) or any(state != "sent" for state in done.delivered)
            return LOOK if worst else WELL
        with server:
            service.run(seconds)
    return WELL


@click.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
@click.option("--json", "json_wanted", is_flag=True, help="As JSON.")
def poll(names: tuple[str, ...], json_wanted: bool) -> int:
    """Look at the sources that are due, or at the named ones, due or not."""
    from monitor import pipeline
    from monitor.errors import NotFound

    rows = []
    with monitor() as opened_monitor:
        known = [source.name for source in opened_monitor.config.sources]
        if unknown := [name for name in names if name not in known]:
            raise NotFound(f"no source {', '.join(unknown)} in {opened_monitor.config.path}; there is: {', '.join(known)}")
        with show.Progress("polling", len(names) or None) as progress:
            for look, saved in pipeline.poll(opened_monitor, names or None):
                progress()
                rows.append(
                    {
                        "source": look.source,
                        "outcome": str(look.outcome),
                        "entries": len(look.entries),
                        "new": saved.new,
                        "revised": saved.revised,
                        "next_check": look.next_check,
                        "detail": look.detail,
                    }
                )
    show.table(sorted(rows, key=lambda row: str(row["source"])), json_wanted=json_wanted, empty="nothing is due")
    return WELL if all(row["outcome"] in FINE for row in rows) else LOOK


@click.command()
@click.option("--again", is_flag=True, help="Decide anew about what is stored already, with the seeds/ of today. Accepted lines stay.")
@click.option("--json", "json_wanted", is_flag=True, help="As JSON.")
def assess(again: bool, json_wanted: bool) -> None:
    """Decide about every entry not yet decided about, and cluster what it tells into events."""
    from monitor import pipeline

    with monitor() as opened_monitor, show.Progress("assessing") as progress:
        if again:
            opened_monitor.store.forget_assessments()
        done = pipeline.assess(opened_monitor, progress)
    if json_wanted:
        show.as_json({"entries": done.entries, "reports": done.reports, "events": done.events})
    else:
        click.echo(f"{done.entries} entries decided, {done.reports} reports, {done.events} events written")


@click.command()
@click.argument("names", nargs=-1, metavar="[EDITION]...")
@click.option("--compose-only", is_flag=True, help="Write the issue into the outbox without delivering it.")
@click.option("--json", "json_wanted", is_flag=True, help="As JSON.")
def issue(names: tuple[str, ...], compose_only: bool, json_wanted: bool) -> int:
    """Compose the editions that are due (or the named ones, up to now) and deliver what the outbox holds."""
    from monitor import alerting, delivering, pipeline

    with monitor() as opened_monitor:
        pipeline.assess(opened_monitor)
        pipeline.alarm(opened_monitor)
        urgent = [] if names else list(alerting.alert(opened_monitor))
        made = [*urgent, *pipeline.issue(opened_monitor, names or None)]
        ended = Counter[str]() if compose_only else delivering.deliver(opened_monitor)
        rows = [_delivery(one) for each in made for one in opened_monitor.store.deliveries(issue=each.id)]
    issues = [
        {"edition": one.edition, "number": one.number, "subject": one.digest.subject, "from": one.digest.start, "to": one.digest.end}
        for one in made
    ]
    if json_wanted:
        show.as_json({"issues": issues, "deliveries": rows})
    else:
        show.table(issues, json_wanted=False, empty="no edition is due")
        show.table(rows, json_wanted=False, empty="nothing to deliver")
    return WELL if all(state == "sent" for state in ended) else LOOK


@click.command()
@click.option("--sent", "sent", type=int, metavar="ID", help="This delivery in doubt did arrive: settle it as sent.")
@click.option("--resend", "resend", type=int, metavar="ID", help="This delivery did not arrive: send it again, with the same Message-ID.")
@click.option("--trust", is_flag=True, help="This database was put back from a backup: let it send all the same.")
@click.option("--suppressed", is_flag=True, help="Instead: who gets nothing any more, of which edition, and why.")
@click.option("--all", "everything", is_flag=True, help="Also what was sent.")
@click.option("--json", "json_wanted", is_flag=True, help="As JSON.")
def outbox(sent: int | None, resend: int | None, trust: bool, suppressed: bool, everything: bool, json_wanted: bool) -> int:
    """Show the deliveries that are not yet sent (or all), and settle those in doubt.

    In doubt means: the program or the connection ended after the mail server may have taken the mail. What becomes of
    it by itself is what its edition says under `in_doubt`.
    """
    from monitor.errors import NotFound

    with monitor() as opened_monitor:
        store, now = opened_monitor.store, opened_monitor.now()
        if suppressed:
            show.table([_suppression(one) for one in store.suppressions()], json_wanted=json_wanted, empty="nobody is suppressed")
            return WELL
        if trust and opened_monitor.last_sent:
            opened_monitor.last_sent.forget()
        stuck = {one.id for one in store.deliveries(STUCK)}
        for number in (sent, resend):
            if number is not None and number not in stuck:
                raise NotFound(f"no delivery {number} in doubt, failed or held; see `monitor outbox`")
        if sent is not None:
            store.settle_delivery(sent, "sent", now, "settled by hand")
        if resend is not None:
            store.settle_delivery(resend, "pending", now, "sent again by hand", now)
        rows = [_delivery(one) for one in store.deliveries(None if everything else NOT_SENT)]
    show.table(rows, json_wanted=json_wanted, empty="everything was delivered")
    return LOOK if any(row["state"] in STUCK for row in rows) else WELL


@click.command()
@click.argument("address")
@click.option("--edition", default="", metavar="EDITION", help="Only of this edition; without it, of all.")
@click.option("--lift", is_flag=True, help="Send to it again.")
@click.option("--json", "json_wanted", is_flag=True, help="As JSON.")
def suppress(address: str, edition: str, lift: bool, json_wanted: bool) -> int:
    """Send nothing more to an address, whatever feeds.yaml says; or, with --lift, send to it again."""
    from monitor.errors import NotFound
    from monitor.model import Suppression
    from monitor.sinks import mail

    try:
        bare = mail.address(address)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    with monitor() as opened_monitor:
        store = opened_monitor.store
        if edition and edition not in {one.edition for one in store.suppressions()}:
            opened_monitor.edition(edition)
        if lift and not store.lift(bare, edition):
            raise NotFound(f"{bare} is not suppressed{f' in {edition}' if edition else ''}: see `monitor outbox --suppressed`")
        if not lift:
            store.suppress(Suppression(bare, edition, "by hand", "", opened_monitor.now()))
        rows = [_suppression(one) for one in store.suppressions() if one.address == bare.casefold()]
    show.table(rows, json_wanted=json_wanted, empty=f"{bare} gets everything again")
    return WELL


def _suppression(one: Suppression) -> dict[str, Any]:
    return {"address": one.address, "edition": one.edition or "all", "reason": one.reason, "since": one.since, "detail": one.detail}


def _delivery(one: Delivery) -> dict[str, Any]:
    next_try: datetime | None = one.next_try
    return {
        "id": one.id, "issue": one.issue, "recipient": one.recipient or f"sink {one.sink + 1}", "state": one.state,
        "attempts": one.attempts, "next_try": next_try, "sent_at": one.sent_at, "detail": one.detail,
    }  # fmt: skip


__all__ = ["WRONG", "assess", "issue", "outbox", "poll", "run", "suppress"]
