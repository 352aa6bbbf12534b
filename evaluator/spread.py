"""Shards scored on the machines of a Ray cluster: Ray Data gives each to a worker and gives it to another where one
dies. The folders must be where every machine sees them, and every machine must have the evaluator's requirements."""

from __future__ import annotations

import json
import logging
import os
import socket
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import evaluator
from evaluator.batches import Plan
from evaluator.errors import ClusterUnusable
from evaluator.metrics import Tally
from evaluator.shards import ScoredShard, Shard, score_shard

_KNOCK_SECONDS = 5.0
_STORE_BYTES = 100 * 1024 * 1024
"""Room for results on a machine of one's own: they are counts."""


def score_on_cluster(
    shards: Sequence[Shard], plan: Plan, address: str | None, jobs: int | None
) -> Iterator[ScoredShard]:
    """What became of each shard, as they end. `address` is that of a running cluster; without one, and without
    RAY_ADDRESS, a local one of `jobs` workers is started, which ends with this. Raises ClusterUnusable."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
    try:
        import ray
        import ray.data
        from ray.exceptions import RayError
    except ImportError:
        raise ClusterUnusable("--engine ray needs the package ray: pip install -r requirements-ray.txt") from None
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    running = address or os.environ.get("RAY_ADDRESS")
    try:
        if running:
            _knock(running)
            code = {"py_modules": [str(Path(evaluator.__file__).parent)]}
            ray.init(running, runtime_env=code, logging_level=logging.ERROR, log_to_driver=False)
        else:
            ray.init(
                "local",
                num_cpus=jobs,
                include_dashboard=False,
                object_store_memory=_STORE_BYTES,
                logging_level=logging.ERROR,
                log_to_driver=False,
            )
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        rows = [{"source": str(shard.source), "target": str(shard.target)} for shard in shards]
        # A block for each shard: it is what a worker gets, and what is given away again when the worker dies.
        held = ray.data.from_items(rows, override_num_blocks=len(rows))
        scored = held.map(partial(_score_row, plan=plan), num_cpus=1)
        for row in scored.iter_rows():
            yield _from_row(row)
    except (RayError, OSError, RuntimeError, ValueError) as error:
        told = f"Ray: {(str(error).strip() or type(error).__name__).splitlines()[0]}"
        asks = (
            ". If it asks for a token, set RAY_AUTH_MODE=token here too." if isinstance(error, ConnectionError) else ""
        )
        raise ClusterUnusable(told + asks) from error
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """Raises OSError where nobody listens: Ray itself would go on asking for minutes."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), _KNOCK_SECONDS).close()


def _score_row(row: dict[str, str], plan: Plan) -> dict[str, str]:
    """Runs on a worker. What it tells is text, whatever the columns of Ray Data would make of it."""
    try:
        done = score_shard(Shard(Path(row["source"]), Path(row["target"])), plan)
    except OSError as error:
        done = ScoredShard(Path(row["source"]).name, error=f"{error.filename}: {error.strerror or error}")
    return {
        "name": done.name,
        "tallies": json.dumps({name: tally.counts() for name, tally in done.tallies.items()}),
        "skipped": str(done.skipped),
        "remarks": json.dumps(done.remarks),
        "error": done.error,
    }


def _from_row(row: dict[str, str]) -> ScoredShard:
    tallies: dict[str, dict[str, float]] = json.loads(row["tallies"])
    remarks: list[str] = json.loads(row["remarks"])
    read = {name: Tally.of_counts(counts) for name, counts in tallies.items()}
    return ScoredShard(row["name"], read, int(row["skipped"]), tuple(remarks), row["error"])
