"""Every error that a person can meet.

TrainyardError
├── Cancelled                      a person cancelled; nothing is left behind
├── Unexpected                     a fault of Trainyard itself
├── ReadError                      a table cannot be opened
│   ├── FileMissing  FileIsFolder  NoPermission  FileEmpty  NotATable
│   ├── HeaderOnly  FileChanged  Undecodable  ReadingUnfit  UnknownSample
│   ├── FileDamaged  FileEncrypted  UnpacksTooLarge  ColumnsDiffer
│   └── PartMissing  PartNotChosen  NoParts
├── RecipeError                    a recipe cannot be used
│   ├── RecipeUnreadable  RecipeTooNew  RecipeInvalid  UnknownColumn
│   └── ExpressionInvalid
├── PrepareError                   the rows cannot be turned into tensors
│   └── NoTarget  NoFeatures  TargetMissing  TargetOneClass  TooFewRows
├── TrainError                     a run cannot go on
│   └── LossNotFinite  OutOfMemory  WorkerDied
├── StoreError                     something cannot be written or found
│   ├── DiskFull  CacheDiskFull  WriteFailed  RunNotFound  RunBusy  RunNotAlive
│   └── RunComplete  RunUntrained  RunDamaged
├── ModelFileError                 a model file is refused
│   └── ModelFileDamaged  ModelFileTooNew  NotAModelFile
├── PredictError                   new rows do not fit the model
│   └── ColumnMissing
└── StartError                     the program cannot start here
    └── DisplayMissing  LibraryMissing  FeatureMissing

Each class holds the facts as fields and two templates: `found` (what was found, and where) and
`advice` (what still holds, what to do). Text is made from them at the edge, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from engine.messages import N_, Fact, Message, Translate


@dataclass(eq=False)
class TrainyardError(Exception):
    """Base of all errors with a message for people."""

    found: ClassVar[str] = N_("Something went wrong.")
    advice: ClassVar[str] = ""

    def facts(self) -> dict[str, Any]:
        """The fields by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    def messages(self) -> tuple[Message, ...]:
        """What was found, then what to do about it (if there is advice)."""
        texts = [text for text in (self.found, self.advice) if text]
        return tuple(Message(text, self.facts()) for text in texts)

    def render(self, translate: Translate | None = None) -> str:
        """Both sentences in the language of `translate`."""
        return " ".join(message.render(translate) for message in self.messages())

    def __str__(self) -> str:
        return self.render()


class Cancelled(TrainyardError):
    """A person cancelled the work."""

    found = N_("Cancelled. Nothing was changed.")


@dataclass(eq=False)
class Unexpected(TrainyardError):
    """A fault of Trainyard itself."""

    detail: str
    found = N_("Something went wrong inside Trainyard: {detail}.")
    advice = N_("Nothing that was saved is lost. Report it with the steps that led here.")


# Reading ---------------------------------------------------------------------------------------


class ReadError(TrainyardError):
    """A table cannot be opened."""


@dataclass(eq=False)
class FileMissing(ReadError):
    """No file at the path (any more)."""

    path: str
    found = N_("There is no file {path}.")
    advice = N_("It may have been moved, renamed or deleted. Choose it again.")


@dataclass(eq=False)
class FileIsFolder(ReadError):
    """The path is a folder."""

    path: str
    found = N_("{path} is a folder in which there is no table.")
    advice = N_("Open a folder that holds tables, or a single file.")


@dataclass(eq=False)
class NoPermission(ReadError):
    """The file may not be read."""

    path: str
    found = N_("{path} may not be read by this user.")
    advice = N_("Change its permissions, or copy it to a folder of yours.")


@dataclass(eq=False)
class FileEmpty(ReadError):
    """The file has no bytes, or nothing but blanks."""

    path: str
    found = N_("{path} is empty.")
    advice = N_("Export the table again, then open the new file.")


@dataclass(eq=False)
class NotATable(ReadError):
    """The bytes are no text table."""

    path: str
    position: int
    """Offset in bytes of the first byte that no text file has."""
    looks_like: str = ""
    """A sentence naming the format that begins with these bytes, if one is known."""
    found = N_("{path} is not a table: byte {position} belongs to a binary file of another kind.")
    advice = N_("Save it as CSV, Excel or Parquet, then open that.")

    def messages(self) -> tuple[Message, ...]:
        """What was found, what it looks like, what to do."""
        found, advice = TrainyardError.messages(self)
        return (found, Message(self.looks_like), advice) if self.looks_like else (found, advice)


@dataclass(eq=False)
class HeaderOnly(ReadError):
    """A header without rows."""

    path: str
    columns: int
    names: str = ""
    """Those of the columns, as far as they are known."""
    found = N_("{path} has a header with {columns} columns but no rows.")
    advice = N_("Check the export: the rows are missing.")

    def messages(self) -> tuple[Message, ...]:
        """What was found, the names, what to do."""
        found, advice = TrainyardError.messages(self)
        if not self.names:
            return found, advice
        return found, Message(N_("Its columns: {names}."), self.facts()), advice


@dataclass(eq=False)
class FileChanged(ReadError):
    """The file is not the one that was opened."""

    path: str
    found = N_("{path} has changed since it was opened.")
    advice = N_("The rows read before are still here. Read the file again to use the new ones.")


@dataclass(eq=False)
class Undecodable(ReadError):
    """The bytes do not fit the encoding."""

    path: str
    encoding: str
    line: int
    found = N_("{path} is not {encoding} text: line {line} has bytes that do not fit.")
    advice = N_("Choose another encoding.")


@dataclass(eq=False)
class ReadingUnfit(ReadError):
    """What was chosen for the reading of a file does not go together, or does not suit the file."""

    path: str
    problem: str
    """A sentence that says what; it may name `{value}`."""
    value: str = ""
    """What was chosen."""
    found = N_("{path} cannot be read in the way that was chosen.")
    advice = N_("Choose something else, or let it be detected.")

    def messages(self) -> tuple[Message, ...]:
        """What was found, what is wrong with the choice, what to do."""
        found, advice = TrainyardError.messages(self)
        return found, Message(self.problem, self.facts()), advice


@dataclass(eq=False)
class FileDamaged(ReadError):
    """The bytes begin like a known format and then break its rules."""

    path: str
    format: str
    """The format's name, the same in all languages."""
    problem: str
    """What its reader says."""
    found = N_("{path} is a damaged or unfinished {format} file: {problem}.")
    advice = N_("Copy or export it again, then open the new file.")


@dataclass(eq=False)
class FileEncrypted(ReadError):
    """The file, or the chosen part of it, needs a password."""

    path: str
    format: str
    found = N_("{path} is a {format} file that is protected by a password.")
    advice = N_("Save a copy without a password, then open that.")


@dataclass(eq=False)
class UnpacksTooLarge(ReadError):
    """Unpacked, the file would be out of all proportion to its size."""

    path: str
    ratio: int
    """How many times its size a packed file may unpack to."""
    gigabytes: int
    """What any packed file may unpack to."""
    found = N_(
        "{path} unpacks to more than {ratio} times its own size and more than {gigabytes} GB. Files made to fill disks do that."
    )
    advice = N_("If you trust it, unpack it yourself and open what is inside.")


@dataclass(eq=False)
class ColumnsDiffer(ReadError):
    """Files that are to become one table have other columns."""

    path: str
    first: str
    """The file that the others have to be like."""
    missing: str
    added: str
    found = N_(
        "{path} has other columns than {first}. Missing: {missing}. Not in the first: {added}."
    )
    advice = N_("Open files of one shape together, the others by themselves.")


@dataclass(eq=False)
class PartMissing(ReadError):
    """The file has no sheet, table or member of that name."""

    path: str
    part: str
    known: str
    found = N_("{path} has no part named “{part}”.")
    advice = N_("Its parts are: {known}.")


@dataclass(eq=False)
class PartNotChosen(ReadError):
    """The file holds several tables and one of them has to be chosen."""

    path: str
    known: str
    choices: tuple[str, ...] = ()
    found = N_("{path} holds several tables: {known}.")
    advice = N_("Choose one of them.")


@dataclass(eq=False)
class NoParts(ReadError):
    """A workbook, database or archive without anything that could be a table."""

    path: str
    format: str
    found = N_("{path} is a {format} file without any table in it.")
    advice = N_("Check that it is the right file.")


@dataclass(eq=False)
class UnknownSample(ReadError):
    """No bundled sample of that name."""

    name: str
    known: str
    found = N_("There is no sample named {name}.")
    advice = N_("The samples are: {known}.")


# Recipes ---------------------------------------------------------------------------------------


class RecipeError(TrainyardError):
    """A recipe cannot be used."""


@dataclass(eq=False)
class RecipeUnreadable(RecipeError):
    """The recipe file is no recipe."""

    path: str
    where: str
    """Line and column of broken JSON, or the path of the field."""
    problem: str
    found = N_("{path} cannot be used as a recipe. {where}: {problem}")
    advice = N_("“trainyard recipe schema” prints what a recipe may hold.")


@dataclass(eq=False)
class RecipeTooNew(RecipeError):
    """Written by a newer Trainyard."""

    path: str
    version: int
    supported: int
    found = N_("{path} is a recipe of version {version}; this Trainyard reads up to {supported}.")
    advice = N_("Update Trainyard to use it.")


@dataclass(eq=False)
class RecipeInvalid(RecipeError):
    """The recipe breaks a rule; nothing is started with it."""

    field: str
    problem: str
    fix: str = ""
    found = N_("{field}: {problem}")
    advice = N_("{fix}")


@dataclass(eq=False)
class UnknownColumn(RecipeError):
    """The recipe names a column that the table lacks."""

    name: str
    closest: str
    found = N_("The table has no column “{name}”.")
    advice = N_("The closest name is “{closest}”.")


@dataclass(eq=False)
class ExpressionInvalid(RecipeError):
    """A condition or a formula over columns that cannot be computed."""

    expression: str
    position: int
    """The character at which the trouble is, from 1."""
    problem: Message
    remedy: Message

    def __post_init__(self) -> None:
        # From another process the two sentences come as plain values.
        if isinstance(self.problem, dict):
            self.problem = Message.from_json(self.problem)
        if isinstance(self.remedy, dict):
            self.remedy = Message.from_json(self.remedy)

    def facts(self) -> dict[str, Any]:
        """The fields as plain values."""
        sentences = {"problem": self.problem.to_json(), "remedy": self.remedy.to_json()}
        return {"expression": self.expression, "position": self.position, **sentences}

    def messages(self) -> tuple[Message, ...]:
        """Where, what was found there, what to do."""
        facts: dict[str, Fact] = {"position": self.position, "expression": self.expression}
        where = Message(N_("Character {position} of “{expression}”:"), facts)
        return tuple(each for each in (where, self.problem, self.remedy) if each.template)


# Preparing -------------------------------------------------------------------------------------


class PrepareError(TrainyardError):
    """The rows cannot be turned into tensors."""


class NoTarget(PrepareError):
    """No column has the role target."""

    found = N_("No target is chosen.")
    advice = N_("Choose the column to predict.")


@dataclass(eq=False)
class NoFeatures(PrepareError):
    """No column is left to learn from."""

    ignored: int
    found = N_("No column is left to learn from: {ignored} are ignored.")
    advice = N_("Give at least one number, category or date column the role feature.")


@dataclass(eq=False)
class TargetMissing(PrepareError):
    """The target has no value in any row."""

    column: str
    rows: int
    found = N_("The target “{column}” has no value in any of {rows} rows.")
    advice = N_("Choose another target, or fill the column in.")


@dataclass(eq=False)
class TargetOneClass(PrepareError):
    """The target has one class only."""

    column: str
    value: str
    rows: int
    found = N_(
        "The target “{column}” is “{value}” in all {rows} rows, so there is nothing to tell apart."
    )
    advice = N_("Choose another target, or add rows of another class.")


@dataclass(eq=False)
class TooFewRows(PrepareError):
    """Not enough rows for training and validation."""

    rows: int
    needed: int
    found = N_("{rows} rows can be used; training needs at least {needed}.")
    advice = N_("Add rows, or make the validation and test parts smaller.")


# Training --------------------------------------------------------------------------------------


class TrainError(TrainyardError):
    """A run cannot go on."""


@dataclass(eq=False)
class LossNotFinite(TrainError):
    """The loss became NaN or infinite."""

    epoch: int
    step: int
    learning_rate: float
    suggested: float
    found = N_("The loss became NaN or infinite in epoch {epoch}, step {step}.")
    advice = N_(
        "Lower the learning rate from {learning_rate} to {suggested}. The best weights so far are kept."
    )


@dataclass(eq=False)
class OutOfMemory(TrainError):
    """Memory ran out."""

    device: str
    batch_size: int
    found = N_("Memory ran out on {device} at batch size {batch_size}.")
    advice = N_("Use a smaller batch size or a smaller network. The best weights so far are kept.")


@dataclass(eq=False)
class WorkerDied(TrainError):
    """The process that did the work is gone."""

    exit_code: int
    detail: str = ""
    found = N_("The training process ended unexpectedly (exit code {exit_code}). {detail}")
    advice = N_("Everything up to the last checkpoint is kept. Resume the run to go on.")


# Storing ---------------------------------------------------------------------------------------


class StoreError(TrainyardError):
    """Something cannot be written or found."""


@dataclass(eq=False)
class DiskFull(StoreError):
    """No space left."""

    path: str
    found = N_("The disk is full: {path} could not be saved.")
    advice = N_("What was saved before is still there. Free some space and try again.")


@dataclass(eq=False)
class CacheDiskFull(DiskFull):
    """No space left for a converted table."""

    found = N_("The disk is full: {path} has no room for the converted table.")
    advice = N_(
        "Nothing was left behind. Free some space, or clear the cache: in Settings, or with trainyard cache --clear."
    )


@dataclass(eq=False)
class WriteFailed(StoreError):
    """Writing failed for another reason than a full disk."""

    path: str
    reason: str
    found = N_("{path} could not be saved: {reason}.")
    advice = N_("What was saved before is still there. Choose another folder.")


@dataclass(eq=False)
class RunNotFound(StoreError):
    """No such run in the workspace."""

    run: str
    workspace: str
    found = N_("There is no run “{run}” in {workspace}.")
    advice = N_("“trainyard runs” lists the runs.")


@dataclass(eq=False)
class RunBusy(StoreError):
    """The run is being trained by another process."""

    run: str
    process: str
    """Process id, as text: it is a name, not a quantity."""
    found = N_("Run “{run}” is being trained by process {process}.")
    advice = N_("Stop it first.")


@dataclass(eq=False)
class RunNotAlive(StoreError):
    """A command for a run that no process trains."""

    run: str
    status: str
    found = N_("Run “{run}” is not in training: it is {status}.")
    advice = N_("“trainyard resume” goes on with a run that has not finished.")


@dataclass(eq=False)
class RunComplete(StoreError):
    """A finished run has nothing left to resume."""

    run: str
    found = N_("Run “{run}” has finished, so there is nothing to resume.")
    advice = N_("Train a new run with more epochs.")


@dataclass(eq=False)
class RunUntrained(StoreError):
    """No weights were saved yet."""

    run: str
    found = N_("Run “{run}” has no weights yet.")
    advice = N_("Train it for at least one epoch.")


@dataclass(eq=False)
class RunDamaged(StoreError):
    """A file of the run cannot be read."""

    run: str
    file: str
    detail: str
    found = N_("Run “{run}” is damaged: {file} cannot be read ({detail}).")
    advice = N_(
        "The other runs are not affected. Delete this run or restore its folder from a backup."
    )


# Model files -----------------------------------------------------------------------------------


class ModelFileError(TrainyardError):
    """A model file is refused."""


@dataclass(eq=False)
class ModelFileDamaged(ModelFileError):
    """Truncated, altered or incomplete."""

    path: str
    detail: str
    found = N_("The model file {path} is damaged: {detail}.")
    advice = N_("Copy or export it again.")


@dataclass(eq=False)
class ModelFileTooNew(ModelFileError):
    """Written by a newer Trainyard."""

    path: str
    version: int
    supported: int
    found = N_(
        "The model file {path} has version {version}; this Trainyard reads up to {supported}."
    )
    advice = N_("Update Trainyard to open it.")


@dataclass(eq=False)
class NotAModelFile(ModelFileError):
    """Not written by Trainyard."""

    path: str
    found = N_("{path} is not a Trainyard model file.")
    advice = N_("Choose a file that ends in .trainyard, or a run folder.")


# Predicting ------------------------------------------------------------------------------------


class PredictError(TrainyardError):
    """New rows do not fit the model."""


@dataclass(eq=False)
class ColumnMissing(PredictError):
    """Columns that the model needs are not in the file."""

    path: str
    columns: str
    closest: str = ""
    found = N_("{path} lacks columns that the model needs: {columns}.")
    advice = N_("Rename or add them. The columns found are: {closest}.")


# Starting --------------------------------------------------------------------------------------


class StartError(TrainyardError):
    """The program cannot start here."""


class DisplayMissing(StartError):
    """No screen to draw on."""

    found = N_("There is no display to open a window on.")
    advice = N_("Set DISPLAY or WAYLAND_DISPLAY, or work without a window: trainyard train --help")


@dataclass(eq=False)
class LibraryMissing(StartError):
    """System libraries that Qt needs are absent."""

    libraries: str
    packages: str
    found = N_("The window needs system libraries that are missing: {libraries}.")
    advice = N_("Install {packages}, or work without a window: trainyard train --help")


@dataclass(eq=False)
class FeatureMissing(StartError):
    """An optional package is absent."""

    feature: str
    extra: str
    found = N_("{feature} needs a package that is not installed.")
    advice = N_("Install it with: pip install trainyard[{extra}]")


def _all_classes(base: type[TrainyardError]) -> dict[str, type[TrainyardError]]:
    found = {base.__name__: base}
    for child in base.__subclasses__():
        found |= _all_classes(child)
    return found


def from_facts(name: str, facts: Mapping[str, Any]) -> TrainyardError:
    """The error of that class name with these facts; `Unexpected` for one that is not known here."""
    cls = _all_classes(TrainyardError).get(name)
    if cls is not None:
        known = {f.name for f in fields(cls)}
        try:
            return cls(**{key: value for key, value in facts.items() if key in known})
        except TypeError:
            pass
    return Unexpected(detail=name)
