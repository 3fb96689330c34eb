"""`trainyard predict`: a file in, the same file with predictions out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.checkpoint_option import Checkpoint
from engine.cli.output import AsJson, complain, say, say_json
from engine.cli.reading import Delimiter, Encoding, ReadingEdits, TablePart, asked_reading
from engine.cli.tables import table_path
from engine.cli.workspace import opened_workspace
from engine.messages import message, message_n
from engine.recipe.start import BEST


def predict(
    model: Annotated[str, typer.Argument(metavar="RUN|MODEL", help="A run, or a .trainyard file.")],
    data: Annotated[str, typer.Argument(metavar="FILE|SAMPLE", help="The table to predict.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="CSV", help="Where to; else FILE_predicted.csv."),
    ] = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    part: TablePart = None,
    changes: ReadingEdits = None,
    for_spreadsheets: Annotated[
        bool,
        typer.Option("--for-spreadsheets", help="Make text harmless that a spreadsheet would run."),
    ] = False,
    checkpoint: Checkpoint = BEST,
    as_json: AsJson = False,
) -> None:
    """Predict each row of a table. The new file has all its columns, then the predictions."""
    from engine.predictor.predict_file import predict_file
    from engine.predictor.predictor import Predictor

    predictor = Predictor.load(model_path(model), checkpoint)
    source = table_path(data).absolute()
    destination = output or Path.cwd() / f"{source.stem}_predicted.csv"
    report = predict_file(
        predictor,
        source,
        destination.absolute(),
        reading=asked_reading(changes, encoding, delimiter, part),
        progress=_show_progress,
        for_spreadsheets=for_spreadsheets,
    )
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    if as_json:
        say_json(report)
        return
    for warning in report.warnings:
        complain(str(warning))
    if report.quarantined:
        lines = ", ".join(str(line) for line in report.quarantined_lines[:10])
        more = " …" if report.quarantined > 10 else ""
        complain(
            str(
                message_n(
                    "{count} row could not be read and was left out: line {lines}.",
                    "{count} rows could not be read and were left out: lines {lines}.",
                    report.quarantined,
                    lines=lines + more,
                )
            )
        )
    say(
        str(
            message_n(
                "{count} row predicted: {path}",
                "{count} rows predicted: {path}",
                report.rows,
                path=report.destination,
            )
        )
    )


def model_path(model: str) -> Path:
    """A model file or run folder by path, else a run of the workspace."""
    path = Path(model).expanduser()
    if path.suffix == ".trainyard" or path.exists():
        return path
    with opened_workspace() as workspace:
        return workspace.run(model).path


def _show_progress(done: int, total: int) -> None:
    if sys.stderr.isatty() and total:
        text = message("Predicting … {share}%", share=100 * done // total)
        sys.stderr.write(f"\r{text}\x1b[K")
        sys.stderr.flush()
