"""Errors of opening a table."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors.base import TrainyardError
from engine.messages import N_, Message


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
class NameNotText(ReadError):
    """The path holds bytes that are no UTF-8, which neither a recipe nor a run could hold."""

    path: str
    """With U+FFFD instead of these bytes."""
    found = N_("The name of {path} holds bytes that are not UTF-8.")
    advice = N_("Rename the file, or the folder that it is in, then open it again.")


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


@dataclass(eq=False)
class ReaderDied(ReadError):
    """The process that read the file is gone: often the system killed it because memory ran out."""

    path: str
    exit_code: int
    detail: str = ""
    found = N_("The process that read {path} ended unexpectedly (exit code {exit_code}). {detail}")
    advice = N_(
        "The table that was open before stays. If memory ran out, close other programs; then open the file again."
    )
