"""A GPU lent for one answer at a time: ZeroGPU on a Hugging Face Space.

ZeroGPU runs a decorated generator in a process that is forked for the call and has the GPU. The decoder must lie in
this module before `spaces` packs the weights at start; elsewhere the decoration does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dipg_ui.generation.decoding import Crowded, Decoder, Prompt, Reading, Token
    from dipg_ui.records import FinishReason, GenerationSettings

    Step = Reading | Token | Crowded | FinishReason
    Run = Callable[[Prompt, GenerationSettings], Iterator[Step]]

LENT_SECONDS = 120  # for 512 tokens and a long context; the unused rest is given back

_held: list[Decoder] = []


def _run(prompt: Prompt, settings: GenerationSettings) -> Iterator[Step]:
    """One answer of the decoder held here. A synchronous generator, as ZeroGPU asks for."""
    yield from _held[0].run(prompt, settings)


class LentDecoder:
    """A decoder whose every answer runs where ZeroGPU lends a GPU. One a process: a fork knows only what lies here."""

    def __init__(self, decoder: Decoder) -> None:
        _held[:] = [decoder]
        self._lent = on_lent_gpu(_run)

    def run(self, prompt: Prompt, settings: GenerationSettings) -> Generator[Step]:
        yield from self._lent(prompt, settings)


def on_lent_gpu(run: Run) -> Run:
    """`run` as ZeroGPU wants it; `run` itself where the package `spaces` is not installed or no GPU is lent."""
    try:
        import spaces
    except ImportError:
        return run
    lent: Run = spaces.GPU(run, duration=LENT_SECONDS)
    return lent
