"""OpenEnv beside the packages of these tests and not among them: each version in a folder of its own, made once."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from hashlib import blake2s
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CORES = ("0.2", "0.3")
INSTALL_SECONDS = 240


def environment(core: str, scratch: Path) -> Mapping[str, str]:
    """The environment variables under which a program of ours finds that version of openenv-core first. Skips the test
    where the package index cannot be reached."""
    pytest.importorskip("med_safety_gym", reason="openenv-dipg-safety is not installed: make test installs it")
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("DIPG_", "PYTHON"))}
    return {
        **inherited,
        "PYTHONPATH": str(_installed(HERE / f"core-{core}.txt")),
        "HF_HOME": str(scratch / "hub"),
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
    }


def _installed(listing: Path) -> Path:
    home = Path(os.environ.get("DIPG_TEST_DATA_DIR") or tempfile.gettempdir()) / "openenv"
    stamp = blake2s(listing.read_bytes() + sys.version.encode(), digest_size=6).hexdigest()
    folder = home / f"{listing.stem}-{stamp}"
    if folder.is_dir():
        return folder
    home.mkdir(parents=True, exist_ok=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    with tempfile.TemporaryDirectory(dir=home) as half:
        made = Path(half) / "made"
        try:
            subprocess.run(
                [*pip, "--retries", "1", "--no-deps", "--target", str(made), "-r", str(listing)],
                check=True,
                capture_output=True,
                text=True,
                timeout=INSTALL_SECONDS,
            )
        except subprocess.CalledProcessError as error:
            pytest.skip(f"{listing.name} cannot be installed: {error.stderr.strip()[-300:]}")
        except subprocess.TimeoutExpired:
            pytest.skip(f"{listing.name} was not installed within {INSTALL_SECONDS} seconds")
        try:
            made.rename(folder)
        except OSError:
            assert folder.is_dir()  # another test run was faster
    return folder
