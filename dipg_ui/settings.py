"""The only reader of the environment. Every variable starts with `DIPG_` except the three that other tools define."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dipg_ui.logins import Account, read_accounts

MAX_PLACES = 16
ASSETS = Path(__file__).resolve().parent.parent / "assets"


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
    allow_download        whether a model may be fetched from the hub (DIPG_ALLOW_DOWNLOAD, off by default)
    server_url            base URL of an OpenAI-compatible server, "" for none (DIPG_SERVER_URL)
    server_key            its key (DIPG_SERVER_KEY)
    server_model          the model asked of it, "" for the first it lists (DIPG_SERVER_MODEL)
    openenv_url           base URL of an OpenEnv DIPG server whose tasks the page may fetch (DIPG_OPENENV_URL)
    frame_ancestors       who may embed the page, a CSP source list (DIPG_FRAME_ANCESTORS)
    accounts              who may log in; empty: nobody has to (DIPG_LOGIN_FILE, or DIPG_LOGIN with the same lines)
    preload               load the embedded model at start (DIPG_PRELOAD)
    replay_rate           tokens per second at which a stored completion is replayed (DIPG_REPLAY_RATE)
    hf_token              for gated repositories (HF_TOKEN)
    on_space              running as a Hugging Face Space (SPACE_ID)
    zero_gpu              the Space lends a GPU for one answer at a time (SPACES_ZERO_GPU)
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
    openenv_url: str = ""
    frame_ancestors: str = "'self'"
    accounts: tuple[Account, ...] = ()
    preload: bool = True
    replay_rate: float = 40.0
    hf_token: str = ""
    on_space: bool = False
    zero_gpu: bool = False

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


def _places(env: Mapping[str, str]) -> int:
    places = _number(env, "DIPG_PLACES", 0)
    if places not in range(MAX_PLACES + 1):
        raise ValueError(f"DIPG_PLACES must be a whole number of 0 to {MAX_PLACES}; it is {places:g}")
    return int(places)


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
    return Settings(
        host=env.get("DIPG_HOST") or ("0.0.0.0" if on_space else "127.0.0.1"),  # noqa: S104 - a Space is reached through its proxy
        port=int(_number(env, "DIPG_PORT", 7860)),
        data_dir=Path(env.get("DIPG_DATA_DIR") or _default_data_dir(env)),
        database_url=env.get("DIPG_DATABASE_URL") or "",
        device=env.get("DIPG_DEVICE") or "auto",
        quantisation=env.get("DIPG_QUANTISATION") or "auto",
        places=_places(env),
        gpu_model=env.get("DIPG_GPU_MODEL") or "unsloth/gemma-3-4b-it",
        allow_download=_flag(env, "DIPG_ALLOW_DOWNLOAD", on_space),
        server_url=(env.get("DIPG_SERVER_URL") or "").rstrip("/"),
        server_key=env.get("DIPG_SERVER_KEY") or "",
        server_model=env.get("DIPG_SERVER_MODEL") or "",
        openenv_url=(env.get("DIPG_OPENENV_URL") or "").rstrip("/"),
        frame_ancestors=env.get("DIPG_FRAME_ANCESTORS")
        or ("https://huggingface.co https://*.hf.space" if on_space else "'self'"),
        accounts=_accounts(env),
        preload=_flag(env, "DIPG_PRELOAD", True),
        replay_rate=_number(env, "DIPG_REPLAY_RATE", 40.0),
        hf_token=env.get("HF_TOKEN") or "",
        on_space=on_space,
        zero_gpu=_flag(env, "SPACES_ZERO_GPU", False),
    )


def _default_data_dir(env: Mapping[str, str]) -> Path:
    home = env.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "dipg-safety-dashboard"
