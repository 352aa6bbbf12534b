"""Data sets of the Hugging Face hub by id, such as `surfiniaburger/med-safety-gym-eval`.

Nothing is fetched unless downloads are allowed, and then only the files of the split that was asked for. What was
fetched once lies in the hub's own cache (`HF_HOME`) and is read from there without a network.
"""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from dipg_ui.case_sets.files import ENDINGS, listed, open_table
from dipg_ui.settings import Settings
from evaluator.case_tables import MAX_FILE_BYTES, MAX_ROWS
from evaluator.cases import CaseTable
from evaluator.errors import CaseFileError

PREFIX = "hf:"
MAX_SET_BYTES = 200 * 1024 * 1024
MAX_FILES = 100
FREE_BYTES = 1024**3
"""What must be left free on the disk of the cache, so that a data set more cannot fill it."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_FETCHING = threading.Lock()
_SECONDS = 15.0
_PAGE = "https://huggingface.co/datasets/"
_ID = re.compile(
    r"(?P<repo>[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})(?:@(?P<revision>[\w][\w.-]{0,99}))?"
    r"(?:/(?P<split>[\w][\w.-]{0,99}))?",
    re.ASCII,
)
_FILE = re.compile(r"[\w.][\w. -]*(?:/[\w.][\w. -]*)*", re.ASCII)
_SHARD = re.compile(r"[-_.]?\d+-of-\d+|[-_]\d{3,}$")
_WORDS = re.compile(r"[^a-z0-9]+")
# What is asked for where nobody says which split: the one that was held out.
_USUAL = ("test", "eval", "evaluation", "validation", "valid", "dev", "train")
_BEST_FIRST = (".parquet", ".jsonl", ".json", ".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class HubSet:
    """`revision` is a branch, tag or commit, `split` a split or the name of a file; "" for the usual ones."""

    repo: str
    revision: str = ""
    split: str = ""

    def __str__(self) -> str:
        revision = f"@{self.revision}" if self.revision else ""
        return f"{self.repo}{revision}{f'/{self.split}' if self.split else ''}"


def parse_hub_set(text: str) -> HubSet:
    """An id as `owner/name` or `owner/name@revision`, with or without `/split` after it; `hf:` or the address of the
    hub's page may stand before it. Raises CaseFileError for anything else."""
    plain = text.strip().removeprefix(PREFIX).removeprefix(_PAGE).rstrip("/")
    found = _ID.fullmatch(plain)
    repo = found["repo"] if found else ""
    if not found or ".." in repo or "--" in repo or ".." in plain or repo.endswith(".git"):
        raise CaseFileError(
            f"“{plain:.120}” is no data set of the hub: write owner/name, owner/name/split or "
            "owner/name@revision/split."
        )
    return HubSet(repo, found["revision"] or "", found["split"] or "")


@dataclass(frozen=True, slots=True)
class Hub:
    """How the hub is reached. `endpoint` and `cache` are None for those that are set (`HF_ENDPOINT`, `HF_HOME`)."""

    allow_download: bool = False
    token: str = field(default="", repr=False)
    endpoint: str | None = None
    cache: Path | None = None


def hub_for_page(settings: Settings) -> Hub:
    """How visitors of the page reach the hub. Where others than the operator can reach the page, they neither have the
    operator's token nor see what lies in the operator's own cache, which may be private."""
    if settings.host in LOOPBACK and not settings.on_space:
        return Hub(settings.allow_download, settings.hf_token)
    return Hub(settings.allow_download, cache=settings.data_dir / "public-sets")


def open_hub_set(asked: HubSet, hub: Hub) -> CaseTable:
    """The rows of a data set, from the hub or what was fetched before. Raises CaseFileError with the next step."""
    if not _FETCHING.acquire(blocking=False):
        raise CaseFileError("Another data set is being fetched. Try again in a moment.")
    try:
        paths = _fetched(asked, hub) if hub.allow_download else _cached(asked, hub)
    finally:
        _FETCHING.release()
    tables = [open_table(path) for path in paths]
    rows = [row for table in tables for row in table.rows]
    cut = next((table.cut for table in tables if table.cut), rows[MAX_ROWS] if len(rows) > MAX_ROWS else None)
    return CaseTable(str(asked), tuple(rows[:MAX_ROWS]), cut)


def choose_files(files: Iterable[str], split: str) -> tuple[str, ...]:
    """Which files of a data set hold the split, the parts of one file together. Raises CaseFileError naming what there
    is where that is not plain."""
    parts: dict[str, list[str]] = {}
    for file in sorted(files):
        if _FILE.fullmatch(file) and ".." not in file and file.lower().endswith(ENDINGS):
            parts.setdefault(_whole(file), []).append(file)
    data = [name for name in parts if not _is_about(name)]
    if not data:
        raise CaseFileError("it holds no file of JSON Lines, JSON, CSV or Parquet")
    wanted = [name for name in data if _holds(name, split.lower()) or split in map(_name, parts[name])] if split else []
    for usual in () if split else _USUAL:
        wanted = wanted or [name for name in data if _holds(name, usual)]
    wanted = wanted or ([] if split else data)
    for ending in _BEST_FIRST:
        best = [name for name in wanted if name.lower().endswith(ending)]
        if len(best) == 1:
            if len(parts[best[0]]) > MAX_FILES:
                raise CaseFileError(f"{_name(best[0])} is in {len(parts[best[0]]):,} parts; {MAX_FILES} are allowed")
            return tuple(parts[best[0]])
        if best:
            raise CaseFileError(f"several files may be meant: {_choices(best)}. Name one after the id")
    raise CaseFileError(f"it has no split {split:.60}; there are {_choices(data)}")


def _choices(names: Sequence[str]) -> str:
    return listed(tuple(_name(name) for name in names))


def _name(file: str) -> str:
    return PurePosixPath(file).name


def _whole(file: str) -> str:
    """The name without the number of the part."""
    path = PurePosixPath(file)
    return str(path.with_name(_SHARD.sub("", path.stem) + path.suffix))


def _holds(file: str, split: str) -> bool:
    words = [word for word in _WORDS.split(file.lower()) if word]
    return split in words or split == PurePosixPath(file).stem.lower()


def _is_about(file: str) -> bool:
    """Whether a file tells of the data set and holds none of it."""
    return PurePosixPath(file).name.lower() in {"dataset_infos.json", "dataset_info.json", "state.json", "config.json"}


def _fetched(asked: HubSet, hub: Hub) -> list[Path]:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError
    from huggingface_hub.errors import HTTPError as HubError  # type: ignore[attr-defined]  # of whichever httpx it uses

    api = HfApi(endpoint=hub.endpoint, token=hub.token or False)
    try:
        info: Any = api.dataset_info(asked.repo, revision=asked.revision or None, files_metadata=True, timeout=_SECONDS)
        sizes = {each.rfilename: each.size for each in info.siblings or ()}
        chosen = _bounded(asked, sizes)
        _check_room(asked, hub)
        # By the revision's name and not by its commit: the cache then finds it by that name without a network.
        fetch = partial(api.hf_hub_download, asked.repo, repo_type="dataset", revision=asked.revision or None)
        return [Path(fetch(filename=file, etag_timeout=_SECONDS, cache_dir=hub.cache)) for file in chosen]
    except GatedRepoError as error:
        raise _unfit(
            asked, "must be asked for on its page first; then set HF_TOKEN to a token that may read it"
        ) from error
    except RevisionNotFoundError as error:
        raise _unfit(asked, f"has no revision {asked.revision}") from error
    except RepositoryNotFoundError as error:
        raise _unfit(asked, "is not on the hub, or is private: check the id, and HF_TOKEN if it is yours") from error
    except (HubError, OSError) as error:
        cached = _from_cache(asked, hub)
        if cached:
            return cached
        reason = " ".join(str(error).split())[:200]
        raise _unfit(asked, f"could not be fetched ({reason}). Try again later, or {_next_step(asked, hub)}") from error


def _bounded(asked: HubSet, sizes: dict[str, int | None]) -> tuple[str, ...]:
    chosen = _chosen(asked, sizes)
    for file in chosen:
        if (size := sizes[file]) is None:
            raise _unfit(asked, f"does not tell the size of {_name(file)}, so it is not fetched")
        if size > MAX_FILE_BYTES:
            raise _unfit(asked, f"has {_name(file)} of {size / 1024**2:,.0f} MB; a file of cases may have up to 50 MB")
    total = sum(sizes[file] or 0 for file in chosen)
    if total > MAX_SET_BYTES:
        raise _unfit(asked, f"has {total / 1024**2:,.0f} MB; {MAX_SET_BYTES // 1024**2} MB are allowed")
    return chosen


def _check_room(asked: HubSet, hub: Hub) -> None:
    from huggingface_hub.constants import HF_HUB_CACHE

    folder = hub.cache or Path(HF_HUB_CACHE)
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < MAX_SET_BYTES + FREE_BYTES:
        raise _unfit(asked, "is not fetched: there is too little room left on the disk of the cache")


def _chosen(asked: HubSet, files: Iterable[str]) -> tuple[str, ...]:
    try:
        return choose_files(files, asked.split)
    except CaseFileError as error:
        raise _unfit(asked, f"cannot be used: {error}") from error


def _cached(asked: HubSet, hub: Hub) -> list[Path]:
    cached = _from_cache(asked, hub)
    if not cached:
        why = "is not in the local cache, and downloads are off"
        raise _unfit(asked, f"{why}. Start with DIPG_ALLOW_DOWNLOAD=1, or {_next_step(asked, hub)}")
    return cached


def _from_cache(asked: HubSet, hub: Hub) -> list[Path]:
    """The files of the split that were fetched before, none where there are none."""
    from huggingface_hub import snapshot_download

    try:
        folder = Path(
            snapshot_download(
                asked.repo,
                repo_type="dataset",
                revision=asked.revision or None,
                cache_dir=hub.cache,
                local_files_only=True,
            )
        )
    except (OSError, ValueError):
        return []
    files = [str(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file()]
    return [folder / file for file in _chosen(asked, files)] if files else []


def _next_step(asked: HubSet, hub: Hub) -> str:
    if hub.cache is not None:
        return "use a file"
    return (
        f"run `hf download --repo-type dataset {asked.repo}` where there is "
        "internet and bring the cache here (HF_HOME); or use a file"
    )


def _unfit(asked: HubSet, why: str) -> CaseFileError:
    return CaseFileError(f"The data set {asked} {why}.")
