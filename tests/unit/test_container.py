"""What of the container can be tried without an engine: lint, files, start, health check, settings."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

import pytest

from dipg_ui.settings import read_settings
from tests.browser.stage import App, free_port, start_app

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "Dockerfile"


@dataclass(frozen=True)
class Instruction:
    name: str
    value: str


def instructions() -> list[Instruction]:
    lines = [line for line in DOCKERFILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [Instruction(*line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]


def values(name: str) -> list[str]:
    return [each.value for each in instructions() if each.name == name]


def image_environment() -> dict[str, str]:
    """The variables of the last stage."""
    return dict(pair.split("=", 1) for pair in values("ENV")[-1].split())


def health_check() -> list[str]:
    command: list[str] = json.loads(values("HEALTHCHECK")[0].split("CMD", 1)[1])
    return command


def goes_in(path: str) -> bool:
    """Whether .dockerignore lets a file into the image: the last pattern that names it or a folder above it decides."""
    inside = True
    parts = PurePosixPath(path).parts
    above = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!").strip()
        if not pattern or pattern.startswith("#"):
            continue
        deep = pattern.removeprefix("**/")
        names = parts if deep != pattern else above
        if any(fnmatch(name, deep) and (deep != "*" or "/" not in name) for name in names):
            inside = line.startswith("!")
    return inside


def copied() -> list[str]:
    """The files of this repository that the image holds."""
    named = [ROOT / source for value in values("COPY") for source in value.split()[:-1]]
    assert all(source.exists() for source in named)
    files = [path for source in named for path in (source.rglob("*") if source.is_dir() else [source])]
    return [name for path in files if path.is_file() and goes_in(name := str(path.relative_to(ROOT)))]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app on what the image holds of this repository and nothing else, as the image starts it."""
    assert json.loads(values("CMD")[0]) == ["python", "app.py"]
    folder = tmp_path_factory.mktemp("image")
    for name in copied():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    host = image_environment()["DIPG_HOST"]
    started = start_app(folder, tmp_path_factory.mktemp("data"), preload="0", host=host)
    yield started
    started.stop()


def check_health(port: str) -> int:
    command = [sys.executable, *health_check()[1:]]
    return subprocess.run(command, env={**os.environ, "DIPG_PORT": port}, capture_output=True, timeout=30).returncode


def test_the_docker_file_passes_its_linter() -> None:
    linter = Path(sys.executable).parent / "hadolint"
    if not linter.exists():
        pytest.skip("hadolint is not installed: it comes with requirements-dev.txt where it has a build")
    ended = subprocess.run([linter, str(DOCKERFILE)], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (0, "")


def test_what_the_image_holds_is_enough_to_start_and_its_health_check_tells(app: App) -> None:
    assert check_health(app.url.rsplit(":", 1)[1]) == 0
    assert check_health(str(free_port())) != 0


def test_nothing_is_written_beside_the_code(app: App) -> None:
    """In the image the code belongs to root and the app does not."""
    files = {str(path.relative_to(app.folder)) for path in app.folder.rglob("*") if path.is_file()}
    assert files == set(copied())


def test_the_image_holds_no_tests_and_no_secrets() -> None:
    assert not any(goes_in(name) for name in ("tests/builders.py", ".git/config", ".env", "data/runs.sqlite3"))
    assert not goes_in("dipg_ui/__pycache__/web.cpython-312.pyc")
    assert all(
        goes_in(name) for name in ("app.py", "requirements.txt", "assets/cases/dipg.jsonl", "evaluator/types.py")
    )


def test_it_runs_without_rights_and_keeps_its_data_in_the_volume() -> None:
    assert values("USER") == ["1000:1000"]
    settings = read_settings(image_environment())
    (volume,) = values("VOLUME")
    assert str(settings.data_dir) == volume
    assert image_environment()["HF_HOME"].startswith(f"{volume}/")
    assert values("EXPOSE") == [str(settings.port)]


def test_one_argument_chooses_between_cpu_and_cuda() -> None:
    assert values("ARG") == ["DEVICE=cpu"]
    stages = [value.split(" AS ") for value in values("FROM")]
    assert [name for _, name in stages] == ["base", "torch-cpu", "torch-cuda", "app"]
    assert stages[-1][0] == "torch-${DEVICE}"
