"""What the pages are built from: cases, stored runs and models, put together once at start."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

from dipg_ui.generation.base import Backend, ModelState, ModelStatus
from dipg_ui.generation.local import local_backends
from dipg_ui.generation.replay import ReplayBackend
from dipg_ui.generation.server import Endpoint, ServerBackend
from dipg_ui.records import Completion, ModelInfo, Run, RunInfo, completion_key
from dipg_ui.run_queue import RunQueue
from dipg_ui.settings import ASSETS, MAX_SERVERS, Settings
from dipg_ui.store import RunFileError, RunOrigin, RunStore, StoreError, load_run, temporary_store
from evaluator.cases import load_cases
from evaluator.errors import CaseFileError
from evaluator.evaluate import assess
from evaluator.types import Case, Outcome

STORED_PREFIX = "stored-"
_LOADING_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class StoredTrace:
    """A completion of a recorded run."""

    key: str
    completion: Completion
    run: RunInfo


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A recorded run as an entry of the model picker: it replays and never generates."""

    info: ModelInfo
    status: ModelStatus
    traces: Mapping[str, StoredTrace]


class StoredOutcomes:
    """What each protocol made of the newest stored trace of each case; scored in the background, once."""

    def __init__(self, cases: Mapping[str, Case], traces: Sequence[StoredTrace]) -> None:
        self._cases = cases
        self._traces = traces
        self._outcomes: dict[str, dict[str, Outcome]] = {}
        self._lock = threading.Lock()
        self._scored = False

    def start(self) -> None:
        threading.Thread(target=self.by_case, name="stored-outcomes", daemon=True).start()

    def by_case(self) -> Mapping[str, Mapping[str, Outcome]]:
        """Case id to protocol name to outcome. The first call takes as long as the scoring."""
        with self._lock:
            if not self._scored:
                for trace in self._traces:
                    case = self._cases.get(trace.completion.case_id)
                    if case is not None and case.id not in self._outcomes:
                        done = assess(case, trace.completion.text)
                        self._outcomes[case.id] = {each.protocol: each.outcome for each in done.evaluations}
                self._scored = True
        return self._outcomes


@dataclass(frozen=True, slots=True)
class Services:
    """`backends` by model id, the default first; `traces` newest run first; `problems` says in sentences what of
    the shipped cases and runs could not be read; `stopping` is set once the server is to end. `store` keeps what is
    generated here and holds the shipped runs too; `run_queue` works on runs in it."""

    settings: Settings
    cases: Mapping[str, Case]
    runs: Sequence[Run]
    backends: Mapping[str, Backend]
    problems: tuple[str, ...] = ()
    store: RunStore = field(default_factory=temporary_store)
    stopping: threading.Event = field(default_factory=threading.Event)
    traces: tuple[StoredTrace, ...] = field(init=False)
    stored_models: Mapping[str, StoredModel] = field(init=False)
    outcomes: StoredOutcomes = field(init=False)
    run_queue: RunQueue = field(init=False)

    def __post_init__(self) -> None:
        traces = tuple(
            StoredTrace(completion_key(completion), completion, run.info)
            for run in self.runs
            for completion in run.completions
        )
        stored = [_stored_model(run, [trace for trace in traces if trace.run is run.info]) for run in self.runs]
        object.__setattr__(self, "traces", traces)
        object.__setattr__(self, "stored_models", {model.info.id: model for model in stored})
        object.__setattr__(self, "outcomes", StoredOutcomes(self.cases, traces))
        object.__setattr__(self, "run_queue", RunQueue(self.store, self.backends, self.stopping))

    def load_default(self) -> None:
        """Load the first model and wait for it: ZeroGPU takes the weights over before the page is served."""
        backend = next(iter(self.backends.values()))
        backend.load()
        while backend.status().state is ModelState.LOADING:
            time.sleep(_LOADING_PAUSE)

    def traces_of(self, case_id: str) -> tuple[StoredTrace, ...]:
        return tuple(trace for trace in self.traces if trace.completion.case_id == case_id)

    def start(self) -> None:
        """Begin what can go on while the page is already served: scoring the stored traces, loading the default
        model, and asking the configured server, if there is one, what it has."""
        self.outcomes.start()
        if self.settings.preload and self.backends:
            next(iter(self.backends.values())).load()
        for backend in self.backends.values():
            if isinstance(backend, ServerBackend):
                backend.load()

    def stop(self) -> None:
        """End what is being generated, runs too; called when the server stops, by the handler of a signal."""
        self.stopping.set()

    def replay(self, trace: StoredTrace) -> Backend:
        return ReplayBackend(trace.completion, self.settings.replay_rate)


def _stored_model(run: Run, traces: Sequence[StoredTrace]) -> StoredModel:
    info = replace(run.info.model, id=f"{STORED_PREFIX}{run.info.id}", title=run.info.title)
    detail = f"Recorded on {run.info.created[:10]}, {run.info.machine}; replayed, nothing is generated."
    by_case = {trace.completion.case_id: trace for trace in traces}
    return StoredModel(info, ModelStatus(ModelState.READY, detail), by_case)


def read_cases(folder: Path) -> tuple[dict[str, Case], tuple[str, ...]]:
    """The cases of every file of a folder, by id, and what could not be read of them."""
    cases: dict[str, Case] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.jsonl")):
        try:
            file = load_cases(path)
        except CaseFileError as error:
            problems.append(str(error))
            continue
        cases.update({case.id: case for case in file.cases})
        problems += [f"{path.name}, {problem}" for problem in file.problems]
    return cases, tuple(problems)


def read_runs(folder: Path) -> tuple[tuple[Run, ...], tuple[str, ...]]:
    """The runs of a folder, newest first, and what could not be read of them."""
    runs: list[Run] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.jsonl")):
        try:
            loaded = load_run(path)
        except RunFileError as error:
            problems.append(str(error))
            continue
        runs.append(loaded.run)
        problems += loaded.problems
    return tuple(sorted(runs, key=lambda run: run.info.created, reverse=True)), tuple(problems)


def build_backends(settings: Settings) -> tuple[dict[str, Backend], tuple[str, ...]]:
    """The models that can generate, by id, the default first, and what is wrong with the settings for others."""
    backends: dict[str, Backend] = {backend.describe().id: backend for backend in local_backends(settings)}
    if not settings.server_url:
        return backends, ()
    try:
        server = ServerBackend(*server_endpoints(settings))
    except ValueError as error:
        return backends, (f"DIPG_SERVER_URL: {error}",)
    return {**backends, server.describe().id: server}, ()


def server_endpoints(settings: Settings) -> tuple[Endpoint, ...]:
    """The servers that the settings name. Raises ValueError where their number does not fit."""
    urls = list(dict.fromkeys(url.rstrip("/") for url in settings.server_url.replace(",", " ").split()))
    if len(urls) > MAX_SERVERS:
        raise ValueError(f"{len(urls)} servers are named; {MAX_SERVERS} are allowed")
    keys = [settings.server_key]
    if len(urls) > 1 and len(several := settings.server_key.replace(",", " ").split()) > 1:
        keys = several
    if len(keys) not in (1, len(urls)):
        raise ValueError(f"there are {len(urls)} servers and {len(keys)} keys; give one key, or one for each")
    seconds = settings.server_seconds
    return tuple(
        Endpoint(
            url,
            key,
            settings.server_model,
            stall_seconds=seconds.stall,
            first_seconds=seconds.first,
            connect_seconds=seconds.connect,
            total_seconds=seconds.total,
            parallel=settings.server_places,
            tries=settings.server_tries,
        )
        for url, key in zip(urls, keys * (len(urls) // len(keys)), strict=True)
    )


def build_services(settings: Settings) -> Services:
    """Reads cases and runs from the assets and opens the store; opens no port and loads no model."""
    cases, bad_cases = read_cases(ASSETS / "cases")
    runs, bad_runs = read_runs(ASSETS / "runs")
    backends, bad_settings = build_backends(settings)
    store, bad_store = open_store(settings, cases, runs)
    problems = (*bad_cases, *bad_runs, *bad_settings, *bad_store, *_missing_extras(settings))
    return Services(settings, cases, runs, backends, problems, store)


def offers_hub_login(settings: Settings) -> bool:
    """Whether who visits can sign in with Hugging Face. A Space brings the packages."""
    return settings.hub_login and all(find_spec(name) is not None for name in ("authlib", "itsdangerous"))


def _missing_extras(settings: Settings) -> tuple[str, ...]:
    missing: list[str] = []
    if settings.mcp and find_spec("mcp") is None:
        missing.append("DIPG_MCP is set, but the package mcp is missing: pip install -r requirements-mcp.txt.")
    if settings.hub_login and not offers_hub_login(settings):
        missing.append("Nobody can sign in with Hugging Face: authlib or itsdangerous is missing.")
    return tuple(missing)


def open_store(settings: Settings, cases: Mapping[str, Case], runs: Sequence[Run]) -> tuple[RunStore, tuple[str, ...]]:
    """The store of the settings with the shipped `runs` in it, and what is wrong with it. Where it cannot be used at
    all, a store that lasts until the process ends stands in, and the problem says so."""
    store = RunStore(settings.store_place)
    problems: list[str] = []
    try:
        store.heads()
    except StoreError as error:
        problems.append(f"{error} What is generated now is kept only until the server stops.")
        store = temporary_store()
    return store, (*problems, *_add_recorded(store, cases, runs))


def _add_recorded(store: RunStore, cases: Mapping[str, Case], runs: Sequence[Run]) -> list[str]:
    problems = []
    for run in runs:
        asked = dict.fromkeys([each.case_id for each in run.completions] + [each.case_id for each in run.failures])
        own = run.cases or tuple(cases[case_id] for case_id in asked if case_id in cases)
        try:
            store.add_run(replace(run, cases=own), RunOrigin.RECORDED)
        except StoreError as error:
            problems.append(f"The recorded run {run.info.title} cannot be compared: {error}")
    return problems
