"""The only reader of the environment. Every variable starts with `DIPG_` except those that other tools define."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dipg_ui.logins import Account, read_accounts

VERSION = "0.1.0"
MAX_PLACES = 16
MAX_SERVERS = 16
MAX_SERVER_PLACES = 64
MAX_SECONDS = 86_400.0
_OAUTH = ("OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_SCOPES", "OPENID_PROVIDER_URL")
ASSETS = Path(__file__).resolve().parent.parent / "assets"


@dataclass(frozen=True, slots=True)
class ServerSeconds:
    """How long to wait for a connection, for the first word, between two words, and for one answer with all tries."""

    connect: float = 5.0
    first: float = 120.0
    stall: float = 30.0
    total: float = 900.0


@dataclass(frozen=True, slots=True)
class Settings:
    """
    host, port            where the page is served (DIPG_HOST, DIPG_PORT)
    data_dir              converted weights and stored runs (DIPG_DATA_DIR)
    database_url          where runs are stored, "" for a SQLite file in data_dir (DIPG_DATABASE_URL)
    device                "auto", "cpu" or "cuda" (DIPG_DEVICE)
    quantisation          "auto", "nf4", "bf16" or "int8" for the local models (DIPG_QUANTISATION)
    places                answers that a model in this process writes at once, 1–16; 0: its own choice (DIPG_PLACES)
    gpu_model             hub id or folder of the model offered on a GPU (DIPG_GPU_MODEL)
    allow_download        whether models and data sets may be fetched from the hub (DIPG_ALLOW_DOWNLOAD, off by default)
    server_url            base URL of an OpenAI-compatible server, "" for none; several that serve one model are
                          separated by spaces or commas (DIPG_SERVER_URL)
    server_key            its key; one for all of several, or as many as there are URLs (DIPG_SERVER_KEY)
    server_model          the model asked of it, "" for the first it lists (DIPG_SERVER_MODEL)
    server_places         requests at once to each server, 1–64 (DIPG_SERVER_PLACES)
    server_tries          how often a server is asked while nothing was received, 1–10 (DIPG_SERVER_TRIES)
    server_seconds        how long to wait for a server (DIPG_SERVER_CONNECT_SECONDS, _FIRST_, _STALL_ and _TOTAL_)
    openenv_url           base URL of an OpenEnv DIPG server whose tasks the page may fetch (DIPG_OPENENV_URL)
    frame_ancestors       who may embed the page, a CSP source list (DIPG_FRAME_ANCESTORS)
    mcp                  tools for programs that speak the Model Context Protocol, at /mcp (DIPG_MCP, off by default)
    accounts              who may log in; empty: nobody has to (DIPG_LOGIN_FILE, or DIPG_LOGIN with the same lines)
    preload               load the embedded model at start (DIPG_PRELOAD)
    replay_rate           tokens per second at which a stored completion is replayed (DIPG_REPLAY_RATE)
    hf_token              for gated repositories (HF_TOKEN)
    on_space              running as a Hugging Face Space (SPACE_ID)
    zero_gpu              the Space lends a GPU for one answer at a time (SPACES_ZERO_GPU)
    hub_login             who visits may sign in with Hugging Face: on a Space that has it (`hf_oauth: true` in its
                          README gives it the variables), and never beside accounts
    """

    host: str = "127.0.0.1"
    port: int = 7860
    data_dir: Path = Path("data")
    database_url: str = ""
    device: str = "auto"
    quantisation: str = "auto"
    places: int = 0
    gpu_model: str = "unsloth/gemma-3-4b-it"
    allow_download: bool = False
    server_url: str = ""
    server_key: str = ""
    server_model: str = ""
    server_places: int = 8
    server_tries: int = 4
    server_seconds: ServerSeconds = ServerSeconds()
    openenv_url: str = ""
    frame_ancestors: str = "'self'"
    mcp: bool = False
    accounts: tuple[Account, ...] = ()
    preload: bool = True
    replay_rate: float = 40.0
    hf_token: str = ""
    on_space: bool = False
    zero_gpu: bool = False
    hub_login: bool = False

    @property
    def store_place(self) -> str | Path:
        """The URL of the database that holds the runs, or its file."""
        return self.database_url or self.data_dir / "runs.sqlite3"


def _flag(env: Mapping[str, str], name: str, default: bool) -> bool:
    value = env.get(name, "").strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    if value == "":
        return default
    raise ValueError(f"{name} must be one of 1, 0, true, false, yes, no, on, off; it is {value!r}")


def _number(env: Mapping[str, str], name: str, default: float) -> float:
    value = env.get(name, "").strip()
    try:
        return float(value) if value else default
    except ValueError:
        raise ValueError(f"{name} must be a number; it is {value!r}") from None


def _whole(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    value = _number(env, name, default)
    if value not in range(low, high + 1):
        raise ValueError(f"{name} must be a whole number of {low} to {high}; it is {value:g}")
    return int(value)


def _seconds(env: Mapping[str, str], name: str, default: float) -> float:
    value = _number(env, name, default)
    if not 0 < value <= MAX_SECONDS:
        raise ValueError(f"{name} must be more than 0 and at most {MAX_SECONDS:g} seconds; it is {value:g}")
    return value


def _server_seconds(env: Mapping[str, str]) -> ServerSeconds:
    usual = ServerSeconds()
    return ServerSeconds(
        connect=_seconds(env, "DIPG_SERVER_CONNECT_SECONDS", usual.connect),
        first=_seconds(env, "DIPG_SERVER_FIRST_SECONDS", usual.first),
        stall=_seconds(env, "DIPG_SERVER_STALL_SECONDS", usual.stall),
        total=_seconds(env, "DIPG_SERVER_TOTAL_SECONDS", usual.total),
    )


def _accounts(env: Mapping[str, str]) -> tuple[Account, ...]:
    """Those of the file and of the variable. A login that was asked for and holds nobody is refused: it must not be
    taken for none."""
    named, given = env.get("DIPG_LOGIN_FILE", ""), env.get("DIPG_LOGIN", "")
    if not named and not given:
        return ()
    if named and given:
        raise ValueError("Give DIPG_LOGIN_FILE or DIPG_LOGIN, not both")
    name = "DIPG_LOGIN_FILE" if named else "DIPG_LOGIN"
    try:
        accounts = read_accounts(Path(named).read_text(encoding="utf-8") if named else given)
    except OSError as error:
        raise ValueError(f"{name}: the file cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{name}: the file is not UTF-8") from None
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    if not accounts:
        raise ValueError(f"{name} names nobody; leave it out where no login is wanted")
    return accounts


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Settings from `env` (default: the process environment). Raises ValueError naming the variable that is wrong."""
    env = os.environ if env is None else env
    on_space = bool(env.get("SPACE_ID"))
    accounts = _accounts(env)
    return Settings(
        host=env.get("DIPG_HOST") or ("0.0.0.0" if on_space else "127.0.0.1"),  # noqa: S104 - a Space is reached through its proxy
        port=int(_number(env, "DIPG_PORT", 7860)),
        data_dir=Path(env.get("DIPG_DATA_DIR") or _default_data_dir(env)),
        database_url=env.get("DIPG_DATABASE_URL") or "",
        device=env.get("DIPG_DEVICE") or "auto",
        quantisation=env.get("DIPG_QUANTISATION") or "auto",
        places=_whole(env, "DIPG_PLACES", 0, 0, MAX_PLACES),
        gpu_model=env.get("DIPG_GPU_MODEL") or "unsloth/gemma-3-4b-it",
        allow_download=_flag(env, "DIPG_ALLOW_DOWNLOAD", on_space),
        server_url=(env.get("DIPG_SERVER_URL") or "").rstrip("/"),
        server_key=env.get("DIPG_SERVER_KEY") or "",
        server_model=env.get("DIPG_SERVER_MODEL") or "",
        server_places=_whole(env, "DIPG_SERVER_PLACES", 8, 1, MAX_SERVER_PLACES),
        server_tries=_whole(env, "DIPG_SERVER_TRIES", 4, 1, 10),
        server_seconds=_server_seconds(env),
        openenv_url=(env.get("DIPG_OPENENV_URL") or "").rstrip("/"),
        frame_ancestors=env.get("DIPG_FRAME_ANCESTORS")
        or ("https://huggingface.co https://*.hf.space" if on_space else "'self'"),
        mcp=_flag(env, "DIPG_MCP", False),
        accounts=accounts,
        preload=_flag(env, "DIPG_PRELOAD", True),
        replay_rate=_number(env, "DIPG_REPLAY_RATE", 40.0),
        hf_token=env.get("HF_TOKEN") or "",
        on_space=on_space,
        zero_gpu=_flag(env, "SPACES_ZERO_GPU", False),
        hub_login=on_space and not accounts and env.get("SYSTEM") == "spaces" and all(env.get(name) for name in _OAUTH),
    )


def _default_data_dir(env: Mapping[str, str]) -> Path:
    home = env.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "dipg-safety-dashboard"
