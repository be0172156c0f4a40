"""What `monitor doctor` looks at: everything outside the program that it relies on, each with what to do when it is not well."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from monitor.app import Environment, environment, load
from monitor.config import Config
from monitor.doctor import machine, mail
from monitor.doctor.finding import Finding
from monitor.doctor.templates import problems_of
from monitor.errors import ConfigError, MonitorError, Problem, StoreError
from monitor.restored import LastSent
from monitor.store import Store

__all__ = ["Finding", "examine"]


def examine(config: str | None, database: str | None, environ: Mapping[str, str] = os.environ) -> list[Finding]:
    """Every check, in order; a check that fails does not keep the others from running. Changes nothing."""
    found = [machine.python(), mail.headers(), machine.expat(), machine.sqlite(), machine.clock()]
    try:
        around = environment(config, database, environ)
    except MonitorError as error:
        missing = Finding("feeds.yaml", "look", str(error), "`monitor init DIR` writes one to start from")
        return [*found, machine.time_zones(()), missing, mail.relay(environ, None), mail.mailbox(environ, None)]
    loaded, problems = _files(around)
    found += [machine.time_zones(edition.time_zone for edition in (*loaded.editions, *loaded.alerts)) if loaded else machine.time_zones(())]
    found += [_of_problems("feeds.yaml, seeds", problems, f"{around.config} with {around.beside('seeds')}")]
    found += [_of_problems("templates", problems_of(around.beside("templates")), str(around.beside("templates")))]
    found += [*_secrets(loaded, environ), machine.disk(machine.folder_of(around.database) or around.folder), *_database(around)]
    return [*found, mail.relay(environ, loaded), mail.mailbox(environ, loaded)]


def _files(around: Environment) -> tuple[Config | None, tuple[Problem, ...]]:
    try:
        config, _, warnings = load(around)
    except ConfigError as error:
        return None, error.problems
    return config, warnings


def _of_problems(check: str, problems: tuple[Problem, ...], where: str) -> Finding:
    if not problems:
        return Finding(check, "well", where)
    wrong = [problem for problem in problems if problem.severity == "error"]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return Finding(check, "wrong" if wrong else "look", f"{(wrong or problems)[0]}{more}", "`monitor check` lists everything")


def _secrets(config: Config | None, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Environment variables that sources name for their authorisation, and editions for where they are sent."""
    named = {source.auth.removeprefix("env:"): source.name for source in config.sources if source.enabled and source.auth} if config else {}
    for edition in config.editions if config else ():
        named |= {sink.variable: edition.name for sink in edition.sinks if edition.enabled and sink.variable}
    if missing := [f"{variable} (for {source})" for variable, source in named.items() if not environ.get(variable)]:
        yield Finding("secrets", "wrong", f"not set: {', '.join(missing)}", "set them in the environment of the service")
    elif named:
        yield Finding("secrets", "well", f"{', '.join(named)} set")


def _database(around: Environment) -> Iterator[Finding]:
    """Whether the database opens and is of this version, and what the outbox does not know."""
    where = machine.file_of(around.database)
    if where is not None and not where.exists():
        yield Finding("database", "well", f"{where} is not there yet; the first command that needs it creates it")
        return
    try:
        store = Store.open(around.database)
    except StoreError as error:
        yield Finding("database", "wrong", str(error), "check MONITOR_DATABASE_URL, or restore a backup")
        return
    with store:
        states = [delivery.state for delivery in store.deliveries()]
        unknown = _unknown(LastSent(around.last_sent), store)
    yield Finding("database", "well", f"{where or 'the server'} opens and is of this version")
    if unknown:
        todo = "settle by `monitor outbox` what did arrive, then `monitor outbox --trust`"
        yield Finding("outbox", "wrong", unknown, todo)
        return
    stuck = {state: states.count(state) for state in ("in_doubt", "failed", "held") if state in states}
    if stuck:
        counted = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in stuck.items())
        yield Finding("outbox", "look", counted, "`monitor outbox` shows and settles them")
    else:
        yield Finding("outbox", "well", "nothing in doubt, failed or held")


def _unknown(last_sent: LastSent, store: Store) -> str:
    try:
        unknown = last_sent.missing(store)
    except MonitorError as error:
        return str(error)
    if unknown is None:
        return ""
    when = f"{unknown:%Y-%m-%d %H:%M} UTC"
    return f"nothing is sent: this database knows nothing of what left on {when}, and seems put back from a backup"
