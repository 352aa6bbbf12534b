"""How fast the embedded model answers in the app, beside a bare `transformers.generate` in bf16 in the same run.

    python tests/benchmarks/bench_generation.py [--first-start] [--rounds 9] [--tokens 64] [--json]

Times are medians of interleaved rounds, each in another order, and ratios are medians of the rounds' own, so that a
busy machine slows both sides alike: trust the ratios. They are also told in CPU time, which other work on the machine
touches less, and the other work is told too. The app's first token includes making tokens of the text, that of the bare
loop does not. Start times and peak memory come from processes of their own. `--first-start` also times the one-time
conversion, in a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from dipg_ui.generation.base import Delta, Finished, ModelState  # noqa: E402 - found through the path set above
from dipg_ui.generation.embedded import EmbeddedSource  # noqa: E402
from dipg_ui.generation.local import LocalBackend, prepare_environment  # noqa: E402
from dipg_ui.generation.weights import converted_model  # noqa: E402
from dipg_ui.records import GenerationSettings, Message, Role  # noqa: E402
from dipg_ui.settings import read_settings  # noqa: E402

PROMPT_TOKENS, CONSTANT_TOKENS = 500, 350
PROSE = (
    "The registry collects the course of children with a tumour of the pons from the first symptom to the last "
    "visit. Every centre sends the report of each scan, the dose and the dates of radiotherapy, the drugs by mouth "
    "and by vein, and what the family noticed at home. "
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; `aim` is what the ratio should reach, None where none is set."""

    name: str
    value: float
    unit: str
    aim: str = ""


def main() -> None:
    arguments = _arguments()
    prepare_environment(read_settings())
    if arguments.child:
        _child(arguments.child, Path(arguments.data_dir))
        return
    figures = [*_starts(arguments), *_speeds(arguments)]
    machine = f"{platform.machine()}, {_cpus()} CPUs, {_versions()}"
    if arguments.json:
        print(json.dumps({"machine": machine, "figures": [asdict(figure) for figure in figures]}, indent=2))
        return
    print(machine)
    for figure in figures:
        print(f"{figure.name:<58} {figure.value:>9.3g} {figure.unit:<7} {figure.aim}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first-start", action="store_true", help="also time the conversion of the packaged weights")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--tokens", type=int, default=64, help="tokens generated in a round")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--data-dir", default=str(read_settings().data_dir))
    parser.add_argument("--child", choices=["app", "bare"], help=argparse.SUPPRESS)
    return parser.parse_args()


# ── start times and memory, each in a fresh process ──────────────────────────────────────────────────────────────


def _starts(arguments: argparse.Namespace) -> Iterator[Figure]:
    converted_model(Path(arguments.data_dir), lambda stage, progress: None)
    if arguments.first_start:
        with tempfile.TemporaryDirectory() as folder:
            seconds, memory = _run_child("app", folder)
            yield Figure("process start to model ready, first start (conversion)", seconds, "s")
            yield Figure("peak memory of the first start", memory, "MB")
    seconds, memory = _run_child("app", arguments.data_dir)
    yield Figure("process start to model ready, later starts", seconds, "s")
    yield Figure("peak memory, model loaded and one answer given", memory, "MB")
    _, bare = _run_child("bare", arguments.data_dir)
    yield Figure("peak memory of bare transformers in bf16, same answer", bare, "MB")


def _run_child(kind: str, data_dir: str) -> tuple[float, float]:
    """Seconds from the start of a process until its model is ready, and its peak memory in MB after an answer."""
    began = time.time()
    command = [sys.executable, __file__, "--child", kind, "--data-dir", data_dir]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    row = json.loads(out.splitlines()[-1])
    return row["ready"] - began, row["peak"]


def _child(kind: str, data_dir: Path) -> None:
    if kind == "app":
        backend = LocalBackend(EmbeddedSource(data_dir))
        backend.load()
        while backend.status().state is ModelState.LOADING:
            time.sleep(0.01)
        ready = time.time()
        list(backend.stream(_messages(0), GenerationSettings(max_new_tokens=16)))
    else:
        bare = Bare(converted_model(data_dir, lambda stage, progress: None))
        ready = time.time()
        bare.answer(bare.ids(_messages(0)), 16)
    print(json.dumps({"ready": ready, "peak": _peak_mb()}))


def _peak_mb() -> float:
    """Of this process alone: on Linux `getrusage` also tells what its parent had used before this program began."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


# ── speed, both sides in one process, in turns ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds to the first token and for each after it, and CPU seconds of this process for the same."""

    first: float
    per_token: float
    cpu_first: float
    cpu_per_token: float


class Bare:
    """What one writes with transformers alone: bf16, `generate`, a streamer to see the first token."""

    def __init__(self, folder: Path) -> None:
        import torch
        from tokenizers import Tokenizer
        from transformers import Gemma3ForCausalLM

        from dipg_ui.generation.loading import quiet

        quiet()
        self._model = Gemma3ForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).eval()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def ids(self, messages: tuple[Message, ...]) -> list[int]:
        from dipg_ui.generation.encoding import PlainEncoder

        return list(PlainEncoder(self._tokenizer, 2)(messages).ids)

    def answer(self, ids: list[int], tokens: int) -> Timing:
        import torch
        from transformers.generation.streamers import BaseStreamer

        times: list[float] = []
        cpu_times: list[float] = []

        class Clock(BaseStreamer):  # type: ignore[misc]
            def put(self, value: Any) -> None:
                times.append(time.monotonic())
                cpu_times.append(time.process_time())

            def end(self) -> None:
                pass

        began, cpu_began = time.monotonic(), time.process_time()
        self._model.generate(
            input_ids=torch.tensor([ids]),
            attention_mask=torch.ones(1, len(ids), dtype=torch.long),
            max_new_tokens=tokens,
            min_new_tokens=tokens,
            do_sample=False,
            streamer=Clock(),
        )
        arrivals, cpu = times[1:], cpu_times[1:]  # the first call hands over the prompt
        steps = len(arrivals) - 1
        return Timing(
            arrivals[0] - began, (arrivals[-1] - arrivals[0]) / steps, cpu[0] - cpu_began, (cpu[-1] - cpu[0]) / steps
        )


def _speeds(arguments: argparse.Namespace) -> Iterator[Figure]:
    data_dir = Path(arguments.data_dir)
    loaded = EmbeddedSource(data_dir).open(lambda stage, progress: None)
    backend = LocalBackend(_Opened(loaded))
    bare = Bare(converted_model(data_dir, lambda stage, progress: None))
    settings = GenerationSettings(temperature=0.0, max_new_tokens=arguments.tokens)
    _stream(backend, _messages(99), settings)
    bare.answer(bare.ids(_messages(99)), 4)
    app: list[Timing] = []
    alone: list[Timing] = []
    plain: list[Timing] = []
    sides = [
        lambda messages: app.append(_stream(backend, messages, settings)),
        lambda messages: plain.append(bare.answer(bare.ids(messages), arguments.tokens)),
        lambda messages: alone.append(_loop(loaded, messages, settings)),
    ]
    others = _OtherWork()
    for number in range(arguments.rounds):
        turn = number % len(sides)
        for place, side in enumerate(sides[turn:] + sides[:turn]):
            # A case of its own for each: one that was asked before would be known as a whole.
            side(_messages(number * len(sides) + place))
    busy = others.cpus()
    first, bare_first = _median(app, "first"), _median(plain, "first")
    step, bare_step, loop_step = _median(app, "per_token"), _median(plain, "per_token"), _median(alone, "per_token")
    prompt = loaded.encode(_messages(0))
    label = f"{len(prompt.ids)}-token prompt"
    if busy is not None:
        yield Figure("other work on the machine meanwhile", busy, "CPUs")
    yield Figure(f"first token, app, {label}, {prompt.constant} of them known", first, "s")
    yield Figure(f"first token, bare generate in bf16, {label}", bare_first, "s")
    yield Figure("first token: times faster than bare", _ratio(plain, app, "first"), "x", "aim 3 or more")
    yield Figure("first token: times faster than bare, in CPU time", _ratio(plain, app, "cpu_first"), "x")
    yield Figure("decoding, app", 1 / step, "tok/s")
    yield Figure("decoding, bare generate in bf16", 1 / bare_step, "tok/s")
    yield Figure("decoding: times faster than bare", _ratio(plain, app, "per_token"), "x", "aim 1.4 or more")
    yield Figure("decoding: times faster than bare, in CPU time", _ratio(plain, app, "cpu_per_token"), "x")
    yield Figure("decoding, the same loop without a consumer", 1 / loop_step, "tok/s")
    yield Figure("cost of streaming to a consumer", 100 * (_ratio(app, alone, "per_token") - 1), "%", "aim under 5")
    cost = _ratio(app, alone, "cpu_per_token") - 1
    yield Figure("cost of streaming to a consumer, in CPU time", 100 * cost, "%", "aim under 5")


class _OtherWork:
    """What runs on the machine beside this process, from now on."""

    def __init__(self) -> None:
        self._busy, self._own, self._began = _busy_seconds(), time.process_time(), time.monotonic()

    def cpus(self) -> float | None:
        """How many CPUs it kept busy on average; None where the machine does not tell."""
        busy = _busy_seconds()
        if busy is None or self._busy is None:
            return None
        others = busy - self._busy - (time.process_time() - self._own)
        return max(0.0, others / (time.monotonic() - self._began))


def _busy_seconds() -> float | None:
    """CPU seconds that this machine has spent at work, all its processes together."""
    import os

    try:
        fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]
    except OSError:
        return None
    user, nice, system, _idle, _waiting, *interrupts = (int(field) for field in fields)
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class _Opened:
    """A source whose model is loaded already, so that app and bare loop share one copy of the weights."""

    loaded: Any
    needs_examples: bool = True
    places: int = 1

    def describe(self) -> Any:
        return self.loaded.info

    def problem(self) -> None:
        return None

    def open(self, report: Any) -> Any:
        return self.loaded


def _stream(backend: LocalBackend, messages: tuple[Message, ...], settings: GenerationSettings) -> Timing:
    """Through the worker and the queue, with a consumer that keeps the text."""
    text, finished, known, began = "", None, 0, time.process_time()
    cpu = began
    for event in backend.stream(messages, settings):
        if isinstance(event, Delta):
            if not text:
                known, cpu = event.tokens or 1, time.process_time()
            text += event.text
        if isinstance(event, Finished):
            finished = event
    ended = time.process_time()
    assert finished is not None
    assert text
    assert finished.completion_tokens == settings.max_new_tokens, "an answer that ends early measures less"
    first = finished.seconds_to_first_token or 0.0
    rest = settings.max_new_tokens - known
    return Timing(first, (finished.seconds - first) / (settings.max_new_tokens - 1), cpu - began, (ended - cpu) / rest)


def _loop(loaded: Any, messages: tuple[Message, ...], settings: GenerationSettings) -> Timing:
    from dipg_ui.generation.decoding import Token

    began, cpu_began = time.monotonic(), time.process_time()
    times, cpu = [], []
    for event in loaded.decoder.run(loaded.encode(messages), settings):
        if isinstance(event, Token):
            times.append(time.monotonic())
            cpu.append(time.process_time())
    steps = len(times) - 1
    return Timing(times[0] - began, (times[-1] - times[0]) / steps, cpu[0] - cpu_began, (cpu[-1] - cpu[0]) / steps)


def _ratio(slow: list[Timing], fast: list[Timing], name: str) -> float:
    """How many times longer `slow` took, by the median of the rounds."""
    return statistics.median(getattr(a, name) / getattr(b, name) for a, b in zip(slow, fast, strict=True))


def _median(timings: list[Timing], name: str) -> float:
    return statistics.median(getattr(timing, name) for timing in timings)


def _messages(number: int) -> tuple[Message, ...]:
    """Prose, so that no marker ends the answer early: a constant part and a part of its own for each number."""
    constant, rest = PROSE * 8, f"Entry {number}. " + PROSE * 4
    return (
        Message(Role.SYSTEM, _cut(constant, CONSTANT_TOKENS - 2)),
        Message(Role.USER, _cut(rest, PROMPT_TOKENS - CONSTANT_TOKENS - 1)),
    )


def _cut(text: str, tokens: int) -> str:
    """About `tokens` tokens of English prose: one to each of its short words, and the full stops."""
    return " ".join(text.split()[: round(tokens / 1.12)])


def _cpus() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _versions() -> str:
    from importlib.metadata import version

    return ", ".join(f"{name} {version(name)}" for name in ("torch", "transformers"))


if __name__ == "__main__":
    main()
