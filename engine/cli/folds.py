"""`trainyard folds`: how folds, or seeds, came out, and what folds predict of each other's rows."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import BaseModel

from engine.cli.control import RunName
from engine.cli.output import AsJson, number, say, say_json, say_table
from engine.cli.workspace import opened_workspace
from engine.errors import NoFolds
from engine.store.run_folder import RunFolder


class FoldFound(BaseModel):
    """One fold, or one seed."""

    fold: int
    """Counted from 1."""
    seed: int
    run: str
    number: int
    best_epoch: int
    validation: dict[str, float | None]
    test: dict[str, float | None]


class MeanFound(BaseModel):
    """A metric over all folds; the spread is the standard deviation between them."""

    metric: str
    mean: float | None
    spread: float | None


class FoldsFound(BaseModel):
    """What `folds --json` prints."""

    run: str
    holds: Literal["folds", "seeds"]
    folds: tuple[FoldFound, ...]
    validation: tuple[MeanFound, ...]
    test: tuple[MeanFound, ...]
    out_of_fold: str
    """The file of predictions; empty for seeds, and while not all folds are trained."""


def folds(
    run: RunName,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write the out-of-fold predictions: .csv or .parquet.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the folds of a cross-validation, or seeds, their mean and how far they are apart."""
    with opened_workspace() as workspace:
        folder = workspace.run(run)
    found = folds_found(folder)
    if output is not None:
        _write(folder, output)
    if as_json:
        say_json(found)
        return
    say_folds(found)
    if output is not None:
        say()
        say(f"Out-of-fold predictions: {output}")


def folds_found(run: RunFolder) -> FoldsFound:
    """The folds or seeds of a run that are trained. Raises `NoFolds` for a run without any."""
    from engine.cross_validation import results_of
    from engine.export.out_of_fold import FILE
    from engine.members.results import Mean, means
    from engine.seeds import seed_results
    from engine.store.workspace import Workspace

    workspace = Workspace(run.path.parent.parent)
    try:
        is_seeds = run.info().holds == "seeds"
        results = (seed_results if is_seeds else results_of)(workspace, run)
    finally:
        workspace.close()
    if not results:
        raise NoFolds(run.id)

    def named(names: tuple[str, ...], values: tuple[float, ...]) -> dict[str, float | None]:
        return dict(zip(names, map(_known, values), strict=False))

    def mean(found: Mean) -> MeanFound:
        return MeanFound(metric=found.name, mean=_known(found.mean), spread=_known(found.spread))

    kept = run.path / FILE
    return FoldsFound(
        run=run.id,
        holds="seeds" if is_seeds else "folds",
        folds=tuple(
            FoldFound(
                fold=each.number,
                seed=each.run.info().seed,
                run=each.run.id,
                number=each.run.info().number,
                best_epoch=each.epoch,
                validation=named(each.metrics, each.validation),
                test=named(each.metrics, each.test),
            )
            for each in results
        ),
        validation=tuple(map(mean, means(results, "validation"))),
        test=tuple(map(mean, means(results, "test"))),
        out_of_fold=str(kept) if kept.exists() else "",
    )


def say_folds(found: FoldsFound) -> None:
    """A line per fold or seed, then their mean."""
    from engine.metrics import METRICS

    with_test = any(each.mean is not None for each in found.test)
    names = [each.metric for each in found.validation]
    titles = [METRICS[name].title for name in names]
    is_seeds = found.holds == "seeds"
    header = ["seed" if is_seeds else "fold", "run", "epoch", *titles]
    if with_test:
        header += [f"{title} (test)" for title in titles]
    rows = []
    for each in found.folds:
        cells = [f"{each.seed if is_seeds else each.fold}", f"{each.number}", f"{each.best_epoch}"]
        cells += [_shown(each.validation.get(name)) for name in names]
        cells += [_shown(each.test.get(name)) for name in names] if with_test else []
        rows.append(cells)
    told = [*found.validation, *(found.test if with_test else ())]
    rows.append(["mean", "", "", *(_spread(each) for each in told)])
    say_table(header, rows, right="r" * len(header))


def _write(run: RunFolder, output: Path) -> None:
    from engine.export.out_of_fold import FILE, join_out_of_fold
    from engine.export.prepared import format_of

    if format_of(output) is None:
        raise typer.BadParameter(
            f"{output.name} ends neither in .csv nor in .parquet", param_hint="--output"
        )
    kept = run.path / FILE
    if not kept.exists():
        raise NoFolds(run.id)
    join_out_of_fold([kept], output.absolute())


def _spread(found: MeanFound) -> str:
    if found.mean is None:
        return "—"
    return _shown(found.mean) + ("" if found.spread is None else f" ± {found.spread:.2g}")


def _shown(value: float | None) -> str:
    return "—" if value is None else number(value)


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
