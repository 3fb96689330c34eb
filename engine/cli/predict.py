"""`trainyard predict`: a file in, the same file with predictions out."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.checkpoint_option import Checkpoint
from engine.cli.output import AsJson, complain, say, say_json
from engine.cli.reading import Delimiter, Encoding, ReadingEdits, TablePart, asked_reading
from engine.cli.tables import table_path
from engine.cli.workspace import opened_workspace
from engine.messages import message, message_n
from engine.outputs import Output, Outputs
from engine.recipe.start import BEST

if TYPE_CHECKING:
    from engine.predictor.predictor import Predictor
    from engine.predictor.report import PredictReport
    from engine.recipe.reading import Reading

STREAM = "-"
"""Stands for standard input or output."""


def predict(
    model: Annotated[str, typer.Argument(metavar="RUN|MODEL", help="A run, or a .trainyard file.")],
    data: Annotated[
        str,
        typer.Argument(metavar="FILE|SAMPLE|-", help="The table to predict; -: standard input."),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "--output",
            "-o",
            metavar="FILE|-",
            help="Where to: .csv, .parquet or .xlsx, or - for standard output; else FILE_predicted.csv.",
        ),
    ] = None,
    only: Annotated[
        list[Output] | None,
        typer.Option("--only", help="What to add to each row; else all that is given. Repeatable."),
    ] = None,
    flag: Annotated[
        bool,
        typer.Option("--flag", help="Also add whether the second class is above the threshold."),
    ] = False,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    part: TablePart = None,
    changes: ReadingEdits = None,
    harmless_formulas: Annotated[
        bool,
        typer.Option(
            "--harmless-formulas",
            "--for-spreadsheets",
            help="Put an apostrophe before text that a spreadsheet would run.",
        ),
    ] = False,
    checkpoint: Checkpoint = BEST,
    as_json: AsJson = False,
) -> None:
    """Predict each row of a table. The new file has all its columns, then the predictions.

    From - to - rows are predicted as they come, however many.
    """
    to_stream = str(output) == STREAM or (output is None and data == STREAM)
    if as_json and to_stream:
        raise typer.BadParameter(
            "The predictions go to standard output, so JSON has no place there: name a file with --output.",
            param_hint="--json",
        )
    from engine.predictor.predict_file import predict_file
    from engine.predictor.predictor import Predictor
    from engine.training.device import threads_for, use_threads

    use_threads(threads_for(1))  # a core is left to reading, which goes on beside it
    wanted = Outputs.only(*only) if only else Outputs()
    wanted = wanted.model_copy(update={"threshold_flag": wanted.threshold_flag or flag})
    reading = asked_reading(changes, encoding, delimiter, part)
    predictor = Predictor.load(model_path(model), checkpoint)
    if data == STREAM or to_stream:
        report = _streamed(
            predictor, data, None if to_stream else output, reading, wanted, harmless_formulas
        )
    else:
        source = table_path(data).absolute()
        destination = output or Path.cwd() / f"{source.stem}_predicted.csv"
        report = predict_file(
            predictor,
            source,
            destination.absolute(),
            reading=reading,
            outputs=wanted,
            harmless_formulas=harmless_formulas,
            progress=_show_progress,
        )
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    if as_json:
        say_json(report)
        return
    _tell(report, complain if to_stream else say)


def _streamed(
    predictor: Predictor,
    data: str,
    output: Path | None,
    reading: Reading,
    wanted: Outputs,
    harmless_formulas: bool,
) -> PredictReport:
    """From standard input, to standard output, or both."""
    from engine.data.cache import scratch_folder
    from engine.files import writing
    from engine.predictor.predict_file import predict_file
    from engine.predictor.predict_stream import predict_stream, standard_input, standard_output

    if output is not None:  # a file appears whole, so the stream must have ended
        with scratch_folder() as scratch:
            scratch.mkdir(parents=True, exist_ok=True)
            source = scratch / STREAM
            with writing(source), source.open("wb") as file, standard_input() as incoming:
                shutil.copyfileobj(incoming, file, 1 << 20)
            report = predict_file(
                predictor,
                source,
                output.absolute(),
                reading=reading,
                outputs=wanted,
                harmless_formulas=harmless_formulas,
            )
            return report.model_copy(update={"source": STREAM})
    incoming = standard_input() if data == STREAM else table_path(data).open("rb")
    try:
        with incoming, standard_output() as outgoing:
            return predict_stream(
                predictor,
                incoming,
                outgoing,
                reading=reading,
                outputs=wanted,
                harmless_formulas=harmless_formulas,
            )
    except BrokenPipeError:  # whoever read has enough, such as `head`
        raise typer.Exit from None


def _tell(report: PredictReport, finally_say: Callable[[str], None]) -> None:
    """What a person should know of what was predicted."""
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
    finally_say(
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
