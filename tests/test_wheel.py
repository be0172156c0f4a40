"""The installed command works from an empty folder outside the checkout, from what the wheel carries."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from tests.commands import surroundings
from tests.conftest import ROOT
from tests.test_imports import imported as imports
from tests.test_imports import modules


def run(*words: str | Path, folder: Path, **environ: str) -> str:
    done = subprocess.run(
        list(map(str, words)),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=surroundings(**environ),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from what git tracks, so that a stray file of the checkout cannot help."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, tracked):
        if (ROOT / name).is_file():
            target = source / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((ROOT / name).read_bytes())
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, source, folder=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that has the wheel, and the dependencies of this one."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, with_pip=False, symlinks=True)
    site = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    pip = (sys.executable, "-m", "pip", "--python", folder / "bin" / "python")
    run(*pip, "install", "-q", "--no-deps", "--no-index", wheel, folder=folder, PYTHONWARNINGS="")  # older pips warn about themselves
    assert (site / "monitor").is_dir()
    (site / "of-this-environment.pth").write_text(sysconfig.get_path("purelib") + "\n")  # searched after the wheel's own
    return folder / "bin"


def test_the_wheel_carries_what_stands_at_the_top_level(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for path in [ROOT / "feeds.yaml", *(ROOT / "seeds").rglob("*.yaml"), *(ROOT / "templates").rglob("*.*")]:
        assert f"monitor/_shipped/{path.relative_to(ROOT).as_posix()}" in names
    assert not [name for name in names if name.startswith("tests/") or "__pycache__" in name]


def test_every_library_that_is_imported_comes_with_the_program() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {re.split(r"[^A-Za-z0-9._-]", line)[0].lower().replace("_", "-") for line in project["dependencies"]}
    named = {package: {name.lower().replace("_", "-") for name in names} for package, names in metadata.packages_distributions().items()}
    imported = {target.split(".")[0] for _, _, tree in modules() for target in imports(tree)} - set(sys.stdlib_module_names) - {"monitor"}
    with_others = {"markupsafe": "jinja2", "sqlalchemy": "sqlmodel", "pydantic_core": "pydantic"}  # no release of these comes without
    optional = {
        "apprise",
        "psycopg",
        "pysqlite3",
        "pyarrow",
        "pandas",
        "polars",
        "sklearn",
        "scipy",
        "threadpoolctl",
    }  # extras; whoever needs one is told
    lacking = {one for one in imported - optional if not asked & (named.get(one, set()) | {with_others.get(one, one)})}
    assert lacking == set()


def test_the_installed_command_starts_a_folder_and_runs_the_demo_far_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = run(installed / "python", "-c", "import monitor; print(monitor.__file__)", folder=tmp_path)
    assert str(installed.parent) in where  # the wheel's, not the checkout's
    assert "Recent Developments" in run(installed / "monitor", "--help", folder=tmp_path)

    run(installed / "monitor", "init", "ours", folder=tmp_path)
    run(installed / "monitor", "--config", "ours/feeds.yaml", "check", folder=tmp_path)
    said = run(installed / "monitor", "demo", folder=tmp_path)

    assert "monitor-demo/digests/" in said
    assert (tmp_path / "monitor-demo" / "monitor.db").is_file()
