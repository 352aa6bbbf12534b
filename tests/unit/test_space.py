"""What a Hugging Face Space reads of this repository, and how the app starts there, as far as it can be tried here."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from fastapi import FastAPI
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from dipg_ui.hub_login import add_hub_login
from tests.browser.stage import build_stage, start_app

ROOT = Path(__file__).parents[2]
PYTHON = "3.12"
MAX_DESCRIPTION = 60
# Stands where the package `spaces` would: it notes what is imported before it, and that it is told to begin.
RECORDER = """
import sys
from pathlib import Path
NOTES = Path(__file__).parent / "notes"
def note(text):
    with NOTES.open("a") as file:
        file.write(text + "\\n")
"""
AT_IMPORT = (
    'from spaces import note, sys\nnote("before: " + " ".join(n for n in ("torch", "gradio") if n in sys.modules))'
)


def front_matter() -> dict[str, object]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found: dict[str, object] = yaml.safe_load(text.split("---\n")[1])
    return found


def requirements() -> dict[str, Requirement]:
    """Those that hold on the Space's Python."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    listed = [Requirement(line) for each in lines if (line := re.split(r"\s*#", each)[0].strip())]
    on_space = {"python_version": PYTHON, "sys_platform": "linux", "platform_machine": "x86_64"}
    return {each.name: each for each in listed if each.marker is None or each.marker.evaluate(on_space)}


def test_the_head_of_the_readme_is_what_a_space_asks_for() -> None:
    head = front_matter()
    assert (head["sdk"], head["python_version"], head["hf_oauth"]) == ("gradio", PYTHON, True)
    assert (ROOT / str(head["app_file"])).is_file()
    assert len(str(head["short_description"])) <= MAX_DESCRIPTION
    assert str(head["sdk_version"]) in requirements()["gradio"].specifier
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert PYTHON in SpecifierSet(project["requires-python"])


@pytest.mark.parametrize(
    ("torch", "admitted"), [("2.7.1", False), ("2.8.0", True), ("2.11.0", True), ("2.12.0", False)]
)
def test_on_its_python_torch_is_one_that_zero_gpu_admits(torch: str, admitted: bool) -> None:
    assert (torch in requirements()["torch"].specifier) == admitted


def test_a_space_brings_its_own_package() -> None:
    assert "spaces" not in requirements()


def test_where_this_is_no_space_nobody_is_signed_in_as_whose_token_lies_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Gradio does there with its own button."""
    monkeypatch.delenv("SYSTEM", raising=False)
    monkeypatch.setenv("SPACE_ID", "somebody/dashboard")
    app = FastAPI()
    with pytest.raises(RuntimeError, match="Space alone"):
        add_hub_login(app)
    assert [route for route in app.routes if "login" in getattr(route, "path", "")] == []


def test_spaces_is_imported_before_torch_and_gradio_and_told_to_begin(tmp_path: Path) -> None:
    folder = build_stage(tmp_path / "space")
    package = folder / "spaces"
    package.mkdir()
    (package / "__init__.py").write_text(RECORDER)
    (package / "zero.py").write_text(f'{AT_IMPORT}\ndef startup():\n    note("begun")\n')
    app = start_app(folder, tmp_path / "data", preload="0")
    app.stop()
    assert (package / "notes").read_text().splitlines() == ["before: ", "begun"]
