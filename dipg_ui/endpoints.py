"""The named endpoints for programs, over Gradio's API: `gradio_client`, or curl on `/gradio_api/call/NAME`.

The names, the parameters and what comes back are promised to stay. Gradio reads types from the objects that annotations
are, not from their text, so this module evaluates them.
"""

from collections.abc import Callable, Generator
from typing import Any

import gradio as gr
from gradio.events import api

from dipg_ui.programs import ProgramRefused, Programs
from dipg_ui.records import GenerationSettings
from evaluator.protocols import DEFAULT_THRESHOLD

_USUAL = GenerationSettings()
_AT_ONCE = 4
"""Calls of one endpoint that run at once, so that programs leave the pages their threads."""


class Endpoints:
    """Each public method is an endpoint of its name. Gradio reads parameters, types and texts from it."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs

    def list_cases(
        self, request: gr.Request, category: str = "", behaviour: str = "", offset: int = 0, limit: int = 100
    ) -> dict[str, Any]:
        """List the built-in cases without their texts.

        Parameters:
            category: only cases of this category, such as "missing information"; "" for all
            behaviour: only cases that call for this: "answer", "abstain" or "flag conflict"; "" for all
            offset: how many to leave out from the first
            limit: how many at most, up to 500
        Returns:
            total, and cases with id, question, category, behaviour, difficulty and source
        """
        row = {"category": category, "behaviour": behaviour, "offset": offset, "limit": limit}
        return _told(self._programs.list_cases, request, row)

    def show_case(self, request: gr.Request, case: str) -> dict[str, Any]:
        """Show one built-in case with its context and expected answer.

        Parameters:
            case: its id
        """
        return _told(self._programs.show_case, request, {"case": case})

    def score(
        self,
        request: gr.Request,
        completion: str,
        case: str = "",
        context: str = "",
        question: str = "",
        expected: str = "",
        threshold: float = DEFAULT_THRESHOLD,
    ) -> dict[str, Any]:
        """Score what a model wrote under V3, V4 and Guarded. Nothing of it is kept.

        Parameters:
            completion: the whole text that the model wrote
            case: id of a built-in case; or "" and the three that follow
            context: the text that had to be quoted
            question: what was asked
            expected: the expected answer; "" where there is none
            threshold: similarity from which a quote counts as found, 50 to 100
        Returns:
            quotes with their match, span in the context (code points) and what was altered; and by protocol the
            verdict: outcome, flags, reward and reason
        """
        row = {
            "completion": completion,
            "case": case,
            "context": context,
            "question": question,
            "expected": expected,
            "threshold": threshold,
        }
        return _told(self._programs.score, request, row)

    def list_models(self, request: gr.Request) -> dict[str, Any]:
        """List the models that can generate here, the default first."""
        return _told(self._programs.list_models, request, {})

    def generate(
        self,
        request: gr.Request,
        case: str = "",
        context: str = "",
        question: str = "",
        expected: str = "",
        model: str = "",
        temperature: float = _USUAL.temperature,
        max_new_tokens: int = _USUAL.max_new_tokens,
        seed: int = _USUAL.seed,
        style: str = _USUAL.style.value,
    ) -> Generator[dict[str, Any], None, None]:
        """Let a model answer a case, and score the answer. Tells twice a second how far it is; nothing is kept.

        Parameters:
            case: id of a built-in case; or "" and the three that follow
            context: the text to quote from
            question: what is asked
            expected: the expected answer; "" where there is none
            model: its id in list_models; "" for the default
            temperature: 0 to 2; 0 is greedy
            max_new_tokens: 1 to 4096
            seed: a whole number from 0
            style: "tags", "json" or "channels"
        Returns:
            phase, text so far, place in the queue; in the last one completion, and assessment as score gives it
        """
        row = {
            "case": case,
            "context": context,
            "question": question,
            "expected": expected,
            **_settings(model, temperature, max_new_tokens, seed, style),
        }
        try:
            yield from self._programs.generate(_caller(request), row)
        except ProgramRefused as refused:
            raise _error(refused) from refused

    def start_run(
        self,
        request: gr.Request,
        n: int = 79,
        repeats: int = 1,
        category: str = "",
        behaviour: str = "",
        model: str = "",
        temperature: float = _USUAL.temperature,
        max_new_tokens: int = _USUAL.max_new_tokens,
        seed: int = _USUAL.seed,
        style: str = _USUAL.style.value,
        title: str = "",
    ) -> dict[str, Any]:
        """Start a run over the built-in cases. It is kept on the server, and everyone who uses the server sees it.

        Parameters:
            n: how many cases, from the first
            repeats: how often each is asked, with a seed of its own
            category: only cases of this category; "" for all
            behaviour: only cases that call for this; "" for all
            model: its id in list_models; "" for the default
            temperature: 0 to 2; 0 is greedy
            max_new_tokens: 1 to 4096
            seed: a whole number from 0
            style: "tags", "json" or "channels"
            title: what the run is called on the page
        Returns:
            run: its id
        """
        row = {
            "n": n,
            "repeats": repeats,
            "category": category,
            "behaviour": behaviour,
            "title": title,
            **_settings(model, temperature, max_new_tokens, seed, style),
        }
        return _told(self._programs.start_run, request, row)

    def stop_run(self, request: gr.Request, run: str) -> dict[str, Any]:
        """Stop a run; what is stored of it stays.

        Parameters:
            run: its id
        """
        return _told(self._programs.stop_run, request, {"run": run})

    def list_runs(self, request: gr.Request, offset: int = 0, limit: int = 100) -> dict[str, Any]:
        """List the stored runs, newest first.

        Parameters:
            offset: how many to leave out from the first
            limit: how many at most, up to 500
        """
        return _told(self._programs.list_runs, request, {"offset": offset, "limit": limit})

    def run_summary(self, request: gr.Request, run: str, threshold: float = DEFAULT_THRESHOLD) -> dict[str, Any]:
        """Tell how far a run is and what came of it so far.

        Parameters:
            run: its id
            threshold: similarity from which a quote counts as found, 50 to 100
        Returns:
            state and counts; by protocol each rate with hits, n and Wilson's interval at 95 %, and the mean reward
        """
        return _told(self._programs.run_summary, request, {"run": run, "threshold": threshold})


ENDPOINTS = (
    "list_cases",
    "show_case",
    "score",
    "list_models",
    "generate",
    "start_run",
    "stop_run",
    "list_runs",
    "run_summary",
)


def build_endpoints(programs: Programs) -> None:
    """Add the endpoints to the Blocks at hand. They draw nothing."""
    endpoints = Endpoints(programs)
    for name in ENDPOINTS:
        api(getattr(endpoints, name), api_name=name, concurrency_limit=_AT_ONCE)


def _settings(model: str, temperature: float, max_new_tokens: int, seed: int, style: str) -> dict[str, object]:
    return {
        "model": model,
        "temperature": temperature,
        "max_new_tokens": max_new_tokens,
        "seed": seed,
        "style": style,
    }


def _told(
    ask: Callable[[str, dict[str, object]], dict[str, object]], request: gr.Request, row: dict[str, object]
) -> dict[str, object]:
    try:
        return ask(_caller(request), row)
    except ProgramRefused as refused:
        raise _error(refused) from refused


def _caller(request: gr.Request) -> str:
    return request.client.host if request.client else ""


def _error(refused: ProgramRefused) -> gr.Error:
    return gr.Error(str(refused), print_exception=False)
