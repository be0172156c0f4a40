"""What is wrong in a folder of templates, found by rendering a digest that has something in every place."""

from __future__ import annotations

from pathlib import Path

from monitor.doctor.sample import FULL, QUIET
from monitor.errors import Problem, RenderError
from monitor.render import Renderer


def problems_of(folder: Path) -> tuple[Problem, ...]:
    """Every template that cannot be parsed, or names something that does not exist."""
    try:
        renderer = Renderer(folder)
    except RenderError as error:
        return (_problem(folder, error),)
    found: dict[str, Problem] = {}
    for digest in (FULL, QUIET):
        for health in (True, False):
            for render in (renderer.digest_html, renderer.digest_text):
                try:
                    render(digest, health=health)
                except RenderError as error:
                    problem = _problem(folder, error)
                    found.setdefault(str(problem), problem)
    return tuple(found.values())


def _problem(folder: Path, error: RenderError) -> Problem:
    """The error with the place in the template, which the template engine writes into the traceback or the error itself."""
    file, line = folder, 1
    cause = error.__cause__
    if cause is not None and (name := getattr(cause, "filename", None)):
        file, line = Path(name), getattr(cause, "lineno", None) or 1
    trace = cause.__traceback__ if cause is not None else None
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(folder):
            file, line = path, trace.tb_lineno
        trace = trace.tb_next
    where = f"{folder.name}/{file.relative_to(folder)}" if file.is_relative_to(folder) and file != folder else folder.name
    return Problem(where, line, 1, "", str(error))
