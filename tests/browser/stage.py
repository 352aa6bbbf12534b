"""The real app with cases and runs of the tests' own: its code copied to a folder beside other assets."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dipg_ui.records import Completion, FinishReason, GenerationSettings, ModelInfo, RunInfo
from dipg_ui.store import RunWriter
from evaluator.types import Case

ROOT = Path(__file__).resolve().parents[2]
AUDIT = Path(__file__).with_name("audit")
NOWHERE = "http://127.0.0.1:9"
START_SECONDS = 90

# Emoji take two UTF-16 units each, so that offsets counted in code points would mark the wrong characters.
UNICODE_CONTEXT = (
    "🧠🩺 Tumour board note, 14 March. The lesion is confined to the pons 🧬.\n\n"
    "H3\u2011K27M\u2011altered diffuse midline glioma was confirmed on biopsy. "
    "ONC201 was started at 625\u202fmg once weekly. "
    "Focal radiotherapy of 54\u00a0Gy in 30 fractions ended six weeks ago 💊."
)
UNICODE_PASSAGES = (
    "H3\u2011K27M\u2011altered diffuse midline glioma was confirmed on biopsy",
    "Focal radiotherapy of 54\u00a0Gy in 30 fractions",
)
PLAIN_CONTEXT = (
    "Clinic letter. The patient received 54 Gy in 30 fractions to the pons between January and February. "
    "Dexamethasone 2 mg was given twice daily and tapered over three weeks. "
    "There was no evidence of leptomeningeal spread on spinal MRI."
)
# For pictures: everything in it is in the fonts that ship, which no emoji is.
STEADY_CONTEXT = (
    "Pathology. H3\u2011K27M\u2011altered diffuse midline glioma, grade 4, confirmed on stereotactic biopsy. "
    "ATRX expression is retained and TP53 is mutated.\n\n"
    "Plan. Focal radiotherapy of 54\u00a0Gy in 30 fractions, then ONC201 625 mg once weekly within a trial."
)
_FILLER = (
    "Interval imaging of the posterior fossa was reviewed and compared with the previous study. "
    "The expansile pontine lesion measures {a} by {b} mm, with partial effacement of the fourth ventricle. "
    "Cranial nerve palsies were graded clinically at each visit, and the family kept a symptom diary. "
)


def a_trace(think: str, quotes: tuple[str, ...], answer: str) -> str:
    proof = "\n".join(f'- "{quote}"' for quote in quotes)
    return f"<think>{think}</think>\n<proof>\n{proof}\n</proof>\n<answer>{answer}</answer>"


LONG_CONTEXT = " ".join(_FILLER.format(a=20 + number % 19, b=18 + number % 23) for number in range(60))

CASES = (
    Case("plain", PLAIN_CONTEXT, "What total dose of radiotherapy was given?", "54 Gy in 30 fractions"),
    Case("unicode", UNICODE_CONTEXT, "Which alteration was confirmed, and what dose was given?", "H3 K27M; 54 Gy"),
    Case("steady", STEADY_CONTEXT, "Which alteration was found, and what dose is planned?", "H3 K27M; 54 Gy"),
    Case("altered", PLAIN_CONTEXT, "How was dexamethasone given?", "2 mg twice daily"),
    Case("missing", PLAIN_CONTEXT, "What was the platelet count?", "The context does not contain the platelet count."),
    Case("long", LONG_CONTEXT, "How large was the lesion on the first of the listed studies?", "20 by 18 mm"),
    Case("untold", PLAIN_CONTEXT, "Was there leptomeningeal spread?", "No"),
)
TRACES = {
    "plain": a_trace(
        "The letter names the dose.", ("received 54 Gy in 30 fractions to the pons",), "54 Gy in 30 fractions"
    ),
    "unicode": a_trace(
        "Two facts are asked. 🧠",
        (
            "H3-K27M-altered diffuse midline glioma was confirmed on biopsy",
            "Focal radiotherapy of 54 Gy in 30 fractions",
        ),
        "H3 K27M; 54 Gy",
    ),
    "steady": a_trace(
        "Two facts are asked.",
        ("H3-K27M-altered diffuse midline glioma, grade 4", "Focal radiotherapy of 54 Gy in 30 fractions"),
        "H3 K27M; 54 Gy",
    ),
    "altered": a_trace(
        "The steroid is in the second sentence.", ("Dexamethasone 4 mg was given twice daily",), "4 mg twice daily"
    ),
    "missing": a_trace("No count is given.", (), "I cannot answer based on the provided context."),
    "long": a_trace(
        "The measurements repeat. " * 60,
        tuple(f"The expansile pontine lesion measures {20 + n % 19} by {18 + n % 23} mm" for n in range(8)),
        "20 by 18 mm " + "x" * 400,
    ),
}
MODEL = ModelInfo("scripted", "Scripted 1B", "scripted-1b", "rev-1", "cpu", "bf16", 8192)
RUN = RunInfo(
    "run-1", "Recorded run", "2026-01-02T03:04:05+00:00", "browser tests", "2 cores", MODEL, GenerationSettings()
)


def a_completion(case_id: str, text: str) -> Completion:
    return Completion(
        case_id,
        text,
        MODEL,
        GenerationSettings(),
        "0" * 64,
        "2026-01-02T03:04:05+00:00",
        FinishReason.ANSWER_CLOSED,
        512,
        96,
        0.21,
        3.4,
    )


def build_stage(folder: Path) -> Path:
    """Copy the app to `folder` and give it the cases and the run above. Returns the folder."""
    for package in ("dipg_ui", "evaluator"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", folder)
    for shared in ("theme", "fonts"):
        shutil.copytree(ROOT / "assets" / shared, folder / "assets" / shared)
    rows = [{"id": c.id, "context": c.context, "question": c.question, "expected": c.expected} for c in CASES]
    cases = folder / "assets" / "cases" / "tests.jsonl"
    cases.parent.mkdir()
    cases.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    with RunWriter(folder / "assets" / "runs" / "run-1.jsonl", RUN) as run:
        for case_id, text in TRACES.items():
            run.add(a_completion(case_id, text))
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class App:
    """`python app.py` as a process of its own. Settings are `DIPG_` variables without the prefix."""

    folder: Path
    log: Path
    url: str
    process: subprocess.Popen[bytes]
    audit: Path

    def strangers(self) -> str:
        """The attempts of the process to reach another machine, one a line."""
        return self.audit.read_text(encoding="utf-8") if self.audit.exists() else ""

    def health(self) -> dict[str, object]:
        with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as response:
            health: dict[str, object] = json.load(response)
        return health

    def stop(self) -> int:
        """Ask it to end; returns its exit status. Kills it when it does not within ten seconds."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


def start_app(folder: Path, data: Path, *, beside: Mapping[str, str] | None = None, **settings: str) -> App:
    """Start the app of `folder`, on a free port unless the settings name one, and wait until it answers. `beside` are
    variables whose names do not begin with DIPG_."""
    port = int(settings.get("port", 0)) or free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DIPG_", "GRADIO_"))}
    environment |= {f"DIPG_{key.upper()}": value for key, value in settings.items()}
    environment |= beside or {}
    own = Path(tempfile.mkdtemp(prefix="dipg-app-"))  # `data` is shared, and kept
    environment.setdefault("DIPG_DATABASE_URL", f"sqlite:///{own / 'runs.sqlite3'}")
    environment |= {"DIPG_PORT": str(port), "DIPG_DATA_DIR": str(data), "PYTHONDONTWRITEBYTECODE": "1"}
    # A proxy that leads nowhere: whoever would go out through it fails, and the page must not care.
    environment |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOWHERE)
    environment["NO_PROXY"] = environment["no_proxy"] = "127.0.0.1,localhost"
    log, audit = own / "app.log", own / "audit.log"
    environment |= {"PYTHONPATH": str(AUDIT), "DIPG_TEST_AUDIT": str(audit)}
    data.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=folder, env=environment, stdout=out, stderr=subprocess.STDOUT
        )
    app = App(folder, log, f"http://127.0.0.1:{port}", process, audit)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            app.health()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return app
    process.kill()
    raise AssertionError(f"the app did not start:\n{log.read_text(errors='replace')[-4000:]}")
