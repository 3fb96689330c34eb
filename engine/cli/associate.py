"""`trainyard associate`: a double-click on a model file or a run file opens it here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.output import complain, say
from engine.files import write_atomic, writing
from engine.messages import message

_KINDS = (
    ("application/x-trainyard-model", "*.trainyard", "Trainyard model"),
    ("application/x-trainyard-run", "*.trainyard-run", "Trainyard run"),
)
_CLASS = "Trainyard.File"


def associate(
    remove: Annotated[
        bool, typer.Option("--remove", help="Let a double-click open them no longer.")
    ] = False,
) -> None:
    """Open .trainyard files by a double-click, for the user of this computer (Linux, Windows)."""
    if sys.platform == "darwin":
        complain(
            str(
                message(
                    "On macOS only applications in a bundle open files by a double-click. Drop the file on the window, or name it: trainyard FILE."
                )
            )
        )
        raise typer.Exit(2)
    if sys.platform == "win32":
        _associate_in_registry(remove)
    else:
        _associate_on_desktop(_data_folder(), remove)
    said = (
        message("A double-click on .trainyard files opens them no longer.")
        if remove
        else message("A double-click on .trainyard and .trainyard-run files opens them now.")
    )
    say(str(said))


def opening_command() -> tuple[str, ...]:
    """The words that open a file, which comes behind them."""
    script = Path(sys.executable).with_name("trainyard.exe" if os.name == "nt" else "trainyard")
    if script.exists():
        return (str(script), "open")
    return (sys.executable, "-m", "gui")


def _data_folder() -> Path:
    """XDG Base Directory Specification."""
    given = os.environ.get("XDG_DATA_HOME", "")
    return Path(given) if given else Path.home() / ".local" / "share"


def _associate_on_desktop(data: Path, remove: bool) -> None:
    """freedesktop.org: Desktop Entry and Shared MIME-info specifications."""
    entry, kinds = (
        data / "applications" / "trainyard.desktop",
        data / "mime" / "packages" / "trainyard.xml",
    )
    for path, content in ((entry, _desktop_entry()), (kinds, _mime_types())):
        with writing(path):
            if remove:
                path.unlink(missing_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, content.encode())
    for program, folder in (("update-mime-database", kinds.parent.parent), ("update-desktop-database", entry.parent)):  # fmt: skip
        if shutil.which(program) and folder.exists():  # else desktops find them at the next start
            subprocess.run([program, str(folder)], check=False, capture_output=True)


def _desktop_entry() -> str:
    command = " ".join(f'"{_escaped(word)}"' for word in opening_command())
    kinds = "".join(f"{kind};" for kind, _, _ in _KINDS)
    return (
        "[Desktop Entry]\nType=Application\nName=Trainyard\nTerminal=false\n"
        f"Exec={command} %f\nMimeType={kinds}\nCategories=Science;Education;\n"
    )


def _escaped(word: str) -> str:
    """A word in quotes, as the Exec key wants it; a percent sign would be a field code."""
    for special in ("\\", '"', "`", "$"):
        word = word.replace(special, f"\\{special}")
    return word.replace("\\", "\\\\").replace("%", "%%")


def _mime_types() -> str:
    kinds = "".join(
        f'  <mime-type type="{kind}">\n    <comment>{name}</comment>\n'
        f'    <glob pattern="{pattern}" weight="80"/>\n  </mime-type>\n'
        for kind, pattern, name in _KINDS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">\n{kinds}</mime-info>\n'
    )


def _associate_in_registry(remove: bool) -> None:
    """HKEY_CURRENT_USER alone: no rights of an administrator are needed."""
    if sys.platform != "win32":
        return
    import winreg

    endings = [pattern.removeprefix("*") for _, pattern, _ in _KINDS]
    root = r"Software\Classes"
    keys = [rf"{root}\{ending}" for ending in endings]
    command_key = rf"{root}\{_CLASS}\shell\open\command"
    if remove:
        parents = [rf"{root}\{_CLASS}\shell\open", rf"{root}\{_CLASS}\shell", rf"{root}\{_CLASS}"]
        for key in (*keys, command_key, *parents):
            try:
                winreg.DeleteKey(winreg.HKEY_CURRENT_USER, key)
            except FileNotFoundError:
                continue
        return
    for key in keys:
        winreg.SetValue(winreg.HKEY_CURRENT_USER, key, winreg.REG_SZ, _CLASS)
    words = subprocess.list2cmdline(opening_command())
    winreg.SetValue(winreg.HKEY_CURRENT_USER, command_key, winreg.REG_SZ, f'{words} "%1"')
