"""The errors that the evaluator raises.

EvaluatorError
├── CaseFileError       a file of cases cannot be read at all
├── CaseTooLarge        a context, question or completion is over its bound
├── UnknownProtocol     a protocol name that is not in PROTOCOLS
├── WorkerEnded         a process that was scoring ended before its time
└── ClusterUnusable     a Ray cluster cannot be used
"""


class EvaluatorError(Exception):
    """Base of every error raised on purpose by this package; its text is fit for a user."""


class CaseFileError(EvaluatorError):
    """A file of cases cannot be read at all. Single bad rows are reported, not raised."""


class CaseTooLarge(EvaluatorError):
    """A text is over its bound."""


class UnknownProtocol(EvaluatorError):
    """No protocol has this name."""


class WorkerEnded(EvaluatorError):
    """A process that was scoring ended before its time."""

    def __init__(self) -> None:
        super().__init__("a worker process ended before its time, perhaps for want of memory; try --jobs 1")


class ClusterUnusable(EvaluatorError):
    """A Ray cluster cannot be used."""
