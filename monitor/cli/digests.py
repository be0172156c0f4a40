"""Commands about issues: digest preview, approve, send, resend, archive; and bounces, what came back of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli import LOOK, WELL, monitor, show

if TYPE_CHECKING:
    from monitor.model import Delivery, Issue

JSON = click.option("--json", "json_wanted", is_flag=True, help="As JSON.")


@click.group()
def digest() -> None:
    """Preview, approve, test, send again and list the issues of editions."""


@digest.command()
@click.argument("edition")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Default: preview-EDITION.html here.")
@click.option("--open", "opens", is_flag=True, help="Open it in the browser.")
def preview(edition: str, output: Path | None, opens: bool) -> int:
    """Write what the next issue would be if it were made now, as HTML. Sends nothing, and takes no number."""
    from monitor import delivering
    from monitor.files import write_atomically
    from monitor.render import standalone

    path = output or Path(f"preview-{edition}.html")
    with monitor() as opened_monitor:
        made = delivering.preview(opened_monitor, edition)
        renderer = opened_monitor.post.renderer
        page = standalone(renderer.digest_html(made, health=True), renderer.digest_picture(made, health=True))
    try:
        write_atomically(path.absolute(), page.encode())
    except OSError as error:
        raise click.UsageError(f"cannot write {path}: {error.strerror}") from error
    click.echo(f"{path}: {made.subject}")
    if opens:
        click.launch(path.absolute().as_uri())
    return WELL


@digest.command()
@click.argument("what", metavar="EDITION|ISSUE")
@JSON
def approve(what: str, json_wanted: bool) -> int:
    """Let an issue out that waits, because its edition wants that or because it came late; then it is delivered."""
    from monitor import delivering

    with monitor() as opened_monitor:
        released = delivering.approve(opened_monitor, what)
        ended = delivering.deliver(opened_monitor)
        rows = [_summary(opened_monitor.store.deliveries(issue=one.id), one) for one in released]
    show.table(rows, json_wanted=json_wanted, empty="nothing waited")
    return WELL if all(state == "sent" for state in ended) else LOOK


@digest.command()
@click.argument("edition")
@click.option("--to", required=True, metavar="ADDRESS", help="Who gets it; nobody else does.")
def send(edition: str, to: str) -> int:
    """Send what `preview` shows to one address, marked as a test, outside the numbering and the outbox."""
    from monitor import delivering

    with monitor() as opened_monitor:
        click.echo(f"{to}: {delivering.send_test(opened_monitor, edition, _address(to))}")
    return WELL


@digest.command()
@click.argument("issue", type=int)
@click.option("--to", metavar="ADDRESS", help="Only to this address, whether it got it before or not.")
@JSON
def resend(issue: int, to: str | None, json_wanted: bool) -> int:
    """Send an issue again, marked, to all who got it by mail or to one address. Each copy has a Message-ID of its own."""
    from monitor import delivering

    with monitor() as opened_monitor:
        delivering.resend(opened_monitor, issue, _address(to) if to else None)
        ended = delivering.deliver(opened_monitor)
        rows = [_row(one) for one in opened_monitor.store.deliveries(issue=issue) if one.resent]
    show.table(rows, json_wanted=json_wanted, empty="nobody got it by mail")
    return WELL if all(state == "sent" for state in ended) else LOOK


@digest.command()
@click.argument("issue", type=int, required=False)
@click.option("--edition", metavar="EDITION", help="Only of this edition.")
@JSON
def archive(issue: int | None, edition: str | None, json_wanted: bool) -> int:
    """List the issues with their dates, states and files; or show one by its id."""
    with monitor() as opened_monitor:
        store = opened_monitor.store
        if issue is None:
            made = store.issues(edition)
            if edition is not None and not made:
                opened_monitor.addressed(edition)  # a misspelt name is no empty archive
            rows = [_summary(store.deliveries(issue=one.id), one) for one in made]
            show.table(rows, json_wanted=json_wanted, empty="no issue was made yet")
            return WELL
        one, rows = store.issue(issue), [_row(each) for each in store.deliveries(issue=issue)]
        text = opened_monitor.post.renderer.digest_text(one.digest, health=True)
    if json_wanted:
        show.as_json({**_summary((), one), "state": _state(each["state"] for each in rows), "deliveries": rows, "text": text})
    else:
        click.echo(text)
        show.table(rows, json_wanted=False, empty="it had no recipients")
    return WELL


@click.command()
@click.option("--mbox", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="Read them from this mbox file.")
@click.option("--imap", is_flag=True, help="Read them from the mailbox of MONITOR_IMAP_HOST, back to 30 days ago.")
@click.option("--folder", metavar="NAME", help="With --imap: this folder instead of MONITOR_IMAP_FOLDER.")
@JSON
def bounces(mbox: Path | None, imap: bool, folder: str | None, json_wanted: bool) -> int:
    """Read what came back: the delivery failed, and an address that does not exist (or is full for the third time) gets nothing more.

    Reading the same report twice counts once. Answers of people and notices of absence are left alone.
    """
    import mailbox
    from dataclasses import asdict, replace
    from datetime import timedelta

    from monitor import delivering
    from monitor.errors import MonitorError
    from monitor.sinks import Mailbox

    if (mbox is None) != imap:
        raise click.UsageError("say where they are: --mbox FILE or --imap")
    with monitor() as opened_monitor:
        if mbox is not None:
            box = mailbox.mbox(mbox, create=False)
            taken, others = delivering.take_bounces(opened_monitor, (box.get_bytes(key) for key in box.iterkeys()))
            box.close()
        else:
            if opened_monitor.archive is None:
                raise MonitorError("no mailbox is set: MONITOR_IMAP_HOST, MONITOR_IMAP_USER and MONITOR_IMAP_PASSWORD name it")
            settings = replace(opened_monitor.archive, folder=folder or opened_monitor.archive.folder)
            with Mailbox(settings) as opened:
                taken, others = delivering.take_bounces(opened_monitor, opened.messages(opened_monitor.now() - timedelta(days=30)))
    if json_wanted:
        show.as_json({"bounces": [asdict(one) for one in taken], "other_mails": others})
    else:
        show.table([asdict(one) for one in taken], json_wanted=False, empty="nothing came back")
        click.echo(f"{others} other mails left alone")
    return LOOK if any(one.became in {"suppressed", "counted"} for one in taken) else WELL


def _address(text: str) -> str:
    from monitor.sinks import mail

    try:
        return mail.address(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _summary(deliveries: tuple[Delivery, ...], one: Issue) -> dict[str, Any]:
    files = [each.detail for each in deliveries if not each.recipient and each.state == "sent"]
    return {
        "issue": one.id, "edition": one.edition, "number": one.number, "created": one.created, "from": one.digest.start,
        "to": one.digest.end, "state": _state(each.state for each in deliveries), "subject": one.digest.subject, "files": ", ".join(files),
    }  # fmt: skip


def _state(states: Any) -> str:
    """In few words; an issue that waits for a person is `waiting`."""
    counted = Counter("waiting" if state == "held" else state for state in states)
    return next(iter(counted), "") if len(counted) < 2 else ", ".join(f"{count} {state}" for state, count in sorted(counted.items()))


def _row(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.id, "recipient": one.recipient or f"sink {one.sink + 1}", "state": one.state, "resent": one.resent,
        "sent_at": one.sent_at, "detail": one.detail,
    }  # fmt: skip
