"""A run as a data set repository on the Hugging Face Hub, or on a server that speaks its API (`HF_ENDPOINT`)."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from dipg_ui.sharing.data_card import ANSWERS, REPORT, RUN, SAMPLES, data_card
from dipg_ui.sharing.harness import run_as_samples
from dipg_ui.sharing.opened import OpenedRun, open_run
from dipg_ui.sharing.reports import run_as_report
from dipg_ui.store import RunStore
from dipg_ui.store.exports import run_as_jsonl, run_as_parquet
from evaluator.protocols import DEFAULT_THRESHOLD

_SYNTHETIC = "synthetic"


class PushRefused(Exception):
    """The run was not pushed; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Push:
    """`repo` is owner/name, or a name of the token's owner. `private` keeps it from others; `overwrite` writes into a
    repository that is there already; `any_text` allows cases of which nobody says that they are synthetic."""

    repo: str
    token: str
    private: bool = True
    overwrite: bool = False
    any_text: bool = False


def push_run(store: RunStore, run_id: str, push: Push) -> str:
    """Make the repository and write the run and its card in one commit. Returns its address. Raises PushRefused, and
    StoreError where the run cannot be read."""
    if not push.token:
        raise PushRefused("A token that may write is needed: set HF_TOKEN.")
    opened = open_run(store, run_id)
    synthetic = all(_SYNTHETIC in case.source.lower() for case in opened.run.cases)
    if not synthetic and not push.any_text:
        raise PushRefused(
            "Some cases of this run are not marked as synthetic, and a push sends their whole text to another machine. "
            "Where that is allowed, say so with --any-text."
        )
    return _send(push, _files(opened, synthetic=synthetic), opened.run.info.title)


def _files(opened: OpenedRun, *, synthetic: bool) -> dict[str, bytes]:
    return {
        "README.md": data_card(opened, synthetic=synthetic).encode("utf-8"),
        ANSWERS: run_as_parquet(opened.run, opened.scored, DEFAULT_THRESHOLD),
        RUN: run_as_jsonl(opened.run),
        REPORT: run_as_report(opened),
        SAMPLES: run_as_samples(opened),
    }


def _send(push: Push, files: dict[str, bytes], title: str) -> str:
    # Late: its constants are read from the environment when it is imported.
    from huggingface_hub import CommitOperationAdd, HfApi
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, OfflineModeIsEnabled

    api = HfApi(token=push.token)
    try:
        made = api.create_repo(push.repo, repo_type="dataset", private=push.private, exist_ok=push.overwrite)
        if push.overwrite and push.private and not api.dataset_info(made.repo_id).private:
            raise PushRefused(f"{push.repo} is there already and everybody can read it. Say --public if that is meant.")
        api.create_commit(
            made.repo_id,
            [CommitOperationAdd(name, data) for name, data in files.items()],
            commit_message=f"Run: {title[:120]}".replace("\n", " "),
            repo_type="dataset",
        )
    except HfHubHTTPError as error:
        status = error.response.status_code if error.response is not None else 0
        if status == 409:
            told = f"There is a repository {push.repo} already. Choose another name, or write into it with --overwrite."
            raise PushRefused(told) from error
        raise PushRefused(f"The Hub answered {status}: {error.server_message or 'no reason given'}") from error
    except OfflineModeIsEnabled as error:
        raise PushRefused("HF_HUB_OFFLINE is set, so nothing is sent. Unset it to push.") from error
    except HFValidationError as error:
        raise PushRefused(str(error)) from error
    except (ValueError, KeyError) as error:
        raise PushRefused(f"This is not the answer of a Hub: {error}") from error
    except _transport_errors() as error:
        raise PushRefused(f"The Hub cannot be reached: {error}") from error
    return str(made)


def _transport_errors() -> tuple[type[Exception], ...]:
    """What the Hub's client lets through where no answer comes: of httpx2, and of httpx in its earlier versions."""
    clients = [name for name in ("httpx2", "httpx") if find_spec(name) is not None]
    return (OSError, *(import_module(name).HTTPError for name in clients))
