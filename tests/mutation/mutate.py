"""Seeded defects: change one thing of the evaluator at a time and see whether its tests notice.

    python -m tests.mutation.mutate [--each 4] [--seed 1] [--only MODULE ...] [--seconds 120] [--out FILE]

Each mutant is one change of one module (a comparison turned, `and` for `or`, a number off by one, a condition negated,
a `return`, `continue` or `break` lost), written into a copy of the sources; the tests of the evaluator run on the copy
until one fails. A mutant that no test notices "survives": a gap of the suite, or a change that makes no difference.
"""

from __future__ import annotations

import argparse
import ast
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("evaluator", "tests", "assets/cases", "assets/runs", "dipg_ui", "pyproject.toml")
TESTS = ROOT / "tests" / "unit" / "evaluator"
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_CASES = ("cases", "case_columns", "case_fields", "case_rows", "case_tables", "sharegpt", "lines", "errors")
_COMMAND = ("batches", "__main__", "lines", "report", "metrics")
SLOW = {
    "test_cli.py": _COMMAND,
    "test_cli_jobs.py": _COMMAND,
    "test_hostile_texts.py": (),
    **dict.fromkeys(("test_cases.py", "test_cases_form.py", "test_cases_sharegpt.py", "test_cases_typed.py"), _CASES),
}
"""Slow test files, and the modules whose mutants run them; most of the others would only run them in vain."""


@dataclass(frozen=True)
class Mutant:
    """One change: which module, in which line, what, and how to make it on a fresh syntax tree of the module."""

    module: Path
    line: int
    what: str
    make: Callable[[ast.Module], None]


def sites(module: Path) -> Iterator[Mutant]:
    """Every change that can be made to a module, numbered by the place of its node in a walk of the tree."""
    for number, node in enumerate(ast.walk(ast.parse(module.read_text(encoding="utf-8")))):
        for what, change in changes(node):
            yield Mutant(module, getattr(node, "lineno", 0), what, _at(number, change))


def _at(number: int, change: Callable[[ast.AST], None]) -> Callable[[ast.Module], None]:
    def make(tree: ast.Module) -> None:
        change(list(ast.walk(tree))[number])

    return make


def changes(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], None]]]:
    """What can be changed at one node."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
        yield f"{ast.unparse(node)}: turned", lambda n: n.ops.__setitem__(0, TURNED[type(n.ops[0])]())  # type: ignore[attr-defined]
    if isinstance(node, ast.BoolOp):
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield f"{_short(node)}: and/or", lambda n: setattr(n, "op", other())
    if isinstance(node, ast.Constant) and type(node.value) is int:
        for step in (1, -1):
            yield f"{node.value}: {step:+d}", lambda n, step=step: setattr(n, "value", n.value + step)  # type: ignore[misc]
    if isinstance(node, ast.If | ast.IfExp):
        negated = ast.UnaryOp(ast.Not(), node.test)
        yield f"if {_short(node.test)}: negated", lambda n: setattr(n, "test", negated)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        sign = ast.Sub if isinstance(node.op, ast.Add) else ast.Add
        yield f"{_short(node)}: plus/minus", lambda n: setattr(n, "op", sign())
    for name, block in ast.iter_fields(node):
        if name in ("body", "orelse") and isinstance(block, list):
            for index, statement in enumerate(block):
                if isinstance(statement, ast.Return | ast.Continue | ast.Break | ast.AugAssign):
                    yield (
                        f"line {statement.lineno}, {_short(statement)}: dropped",
                        lambda n, name=name, index=index: getattr(n, name).__setitem__(index, ast.Pass()),  # type: ignore[misc]
                    )


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 70 else text[:69] + "…"


def tests_for(module: Path) -> list[str]:
    """The test files, those named like the module first."""
    words = set(module.stem.strip("_").split("_")) | {module.parent.name}
    files = [file for file in sorted(TESTS.glob("test_*.py")) if module.stem in SLOW.get(file.name, (module.stem,))]
    files.sort(key=lambda file: -len(words & set(file.stem.split("_"))))
    return [str(file.relative_to(ROOT)) for file in files]


def fate(mutant: Mutant, tree: Path, seconds: int) -> str:
    """ "killed", "hangs" (killed as well) or "survives"."""
    target = tree / mutant.module.relative_to(ROOT)
    original = target.read_text(encoding="utf-8")
    syntax = ast.parse(original)
    mutant.make(syntax)
    target.write_text(ast.unparse(ast.fix_missing_locations(syntax)), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests_for(mutant.module)]
    try:
        done = subprocess.run(command, cwd=tree, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return "hangs"
    finally:
        target.write_text(original, encoding="utf-8")
    return "killed" if done.returncode else "survives"


def copy_sources(folder: Path) -> None:
    """What the tests need, so that the tree at hand is never touched."""
    for name in NEEDED:
        source = ROOT / name
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "browser", "gpu"))
        else:
            shutil.copy(source, folder / name)


def main() -> None:
    """Run a sample of mutants and print the score of each module."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--each", type=int, default=4, help="mutants for each module")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="modules by their path under evaluator/")
    parser.add_argument("--seconds", type=int, default=120, help="time that the tests of one mutant may take")
    parser.add_argument("--out", type=Path, help="also write the lines to this file")
    options = parser.parse_args()
    modules = [ROOT / "evaluator" / name for name in options.only or []]
    modules = modules or sorted((ROOT / "evaluator").rglob("*.py"))
    out = options.out.open("w", encoding="utf-8") if options.out else None
    caught = total = 0
    with tempfile.TemporaryDirectory() as name:
        copy_sources(Path(name))
        for module in modules:
            every = list(sites(module))
            sample = random.Random(f"{options.seed} {module.stem}").sample(every, min(options.each, len(every)))
            fates = [(mutant, fate(mutant, Path(name), options.seconds)) for mutant in sample]
            found = sum(end != "survives" for _, end in fates)
            caught, total = caught + found, total + len(fates)
            lines = [f"{module.relative_to(ROOT)}: {found} of {len(fates)} caught"]
            lines += [f"    line {m.line}: {m.what} – survives" for m, end in fates if end == "survives"]
            for line in [*lines, f"  so far {caught} of {total}"][: None if module == modules[-1] else len(lines)]:
                print(line, flush=True)
                print(line, file=out, flush=True) if out else None
    if out:
        out.close()


if __name__ == "__main__":
    main()
