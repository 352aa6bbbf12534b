"""Run by Inspect AI's own interpreter: reads logs by the package's public functions and tells what it found as JSON."""

# mypy: ignore-errors

import json
import sys

from inspect_ai.log import list_eval_logs, read_eval_log, read_eval_log_sample, read_eval_log_sample_summaries

folder = sys.argv[1]
found = []
for listed in list_eval_logs(folder):
    log = read_eval_log(listed)
    header = read_eval_log(listed, header_only=True)
    first = log.samples[0]
    again = read_eval_log_sample(listed, id=first.id, epoch=first.epoch)
    found.append(
        {
            "task": listed.task,
            "status": log.status,
            "model": header.eval.model,
            "epochs": header.eval.config.epochs,
            "total": header.results.total_samples,
            "scores": {score.name: score.metrics["mean"].value for score in header.results.scores},
            "ids": [[sample.id, sample.epoch] for sample in log.samples],
            "values": [{name: score.value for name, score in (sample.scores or {}).items()} for sample in log.samples],
            "explanations": [sample.scores["guarded"].explanation if sample.scores else None for sample in log.samples],
            "completions": [sample.output.completion for sample in log.samples],
            "roles": [[message.role for message in sample.messages] for sample in log.samples],
            "stops": [sample.output.stop_reason for sample in log.samples if sample.output.choices],
            "errors": [sample.error.message if sample.error else None for sample in log.samples],
            "target": again.target,
            "summaries": len(read_eval_log_sample_summaries(listed)),
        }
    )
print(json.dumps(found))
