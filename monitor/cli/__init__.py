"""The commands. Modules of this package import nothing heavy at the top: `monitor --help` answers at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from monitor import __version__

if TYPE_CHECKING:
    from monitor.app import Environment
    from monitor.pipeline import Monitor

WELL, LOOK, WRONG = 0, 1, 2

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}

COMMANDS = {
    "demo": ("setup", "Show the whole line on feeds written for it: no network, no account, under 20 seconds."),
    "init": ("setup", "Write a commented feeds.yaml, seeds/ and templates/ to start from."),
    "check": ("setup", "Say what is wrong or unwise in feeds.yaml and seeds/, with file, line and key."),
    "schema": ("setup", "Write the JSON Schemas that let an editor complete and check the files."),
    "doctor": ("setup", "Check this machine: Python, SQLite, time zones, disk, database, templates, mail."),
    "run": ("service", "Run the service: poll, assess and issue whatever is due."),
    "poll": ("service", "Look at the sources that are due, or at the named ones."),
    "assess": ("service", "Decide about every entry not yet decided about."),
    "issue": ("service", "Compose and deliver the editions that are due, or the named ones."),
    "sources": ("sources", "Show and look after the sources: states and yield, lint, probe, add, OPML, replay, what one asks."),
    "outbox": ("service", "Show what was sent to whom, and settle what is in doubt."),
    "suppress": ("service", "Send nothing more to an address, or send to it again."),
    "bounces": ("digests", "Read what came back, and send nothing more to addresses that do not exist."),
    "digest": ("digests", "Preview, approve, test, send again and list the issues of editions."),
    "explain": ("analyst", "Show why an item became a line, or why it did not."),
    "evaluate": ("evaluate", "Say how often the monitor is right, over items that people labelled."),
    "train": ("train", "Build the second reader from examples and from what was decided here."),
    "backtest": ("trying", "Show what edited seeds/ would have made of what was read before."),
    "add-alias": ("names", "Write another name of a player or product into its market's file."),
    "add-player": ("names", "Write a new player into a market's file."),
    "accept": ("analyst", "Take a proposed line into the report; it is frozen from then on."),
    "reject": ("analyst", "Keep a development out of the report."),
    "edit": ("analyst", "Take a development into the report in your own words."),
    "calendar": ("records", "List the decisions and closings that lie ahead, or are overdue."),
    "audit": ("records", "Hold registers against the news: what was confirmed, what is only announced, what was missed."),
    "figures": ("claims", "List the market sizes of reports as claims, with what contradicts them."),
    "table": ("table", "Print the latest developments of markets, or write them to a file."),
    "report": ("builder", "Bring the Recent Developments section of a report up to date."),
}


class Lazy(click.Group):
    """Commands that are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in COMMANDS:
            return None
        import importlib

        module = importlib.import_module(f"monitor.cli.{COMMANDS[cmd_name][0]}")
        command = getattr(module, cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """From the table above, so that help imports no command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=Lazy, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="monitor")
@click.option("--config", "-c", metavar="PATH", envvar="MONITOR_CONFIG", help="feeds.yaml [MONITOR_CONFIG; default: ./feeds.yaml]")
@click.option(
    "--database", metavar="URL", envvar="MONITOR_DATABASE_URL", help="[MONITOR_DATABASE_URL; default: monitor.db beside feeds.yaml]"
)
@click.pass_context
def cli(ctx: click.Context, config: str | None, database: str | None) -> None:
    """Market Monitor: what happened in the tracked markets this week, as lines ready for their reports, each with its source."""
    ctx.obj = {"config": config, "database": database}


def surroundings() -> Environment:
    """The environment of this call; a missing file is wrong use."""
    from monitor.app import environment

    options: dict[str, Any] = click.get_current_context().obj
    return environment(options["config"], options["database"])


@contextmanager
def monitor() -> Iterator[Monitor]:
    """The monitor of this call, closed at the end."""
    from monitor.app import opened

    with opened(surroundings()) as opened_monitor:
        yield opened_monitor


def main() -> None:
    """Run a command. Exit codes: 0 well, 1 something to look at, 2 wrong use or wrong configuration."""
    from monitor.errors import ConfigError, MonitorError

    try:
        sys.exit(cli.main(standalone_mode=False, prog_name="monitor") or WELL)
    except click.exceptions.Abort:
        sys.exit(LOOK)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG)
    except ConfigError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        sys.exit(WRONG)
    except MonitorError as error:
        click.echo(f"monitor: {error}", err=True)
        sys.exit(WRONG)
