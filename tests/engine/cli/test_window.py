"""Opening the window from the command line."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from engine.cli.app import invoke
from engine.errors import LibraryMissing


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The paths that a stand-in for the window was opened on."""
    paths: list[str | None] = []

    def run(path: str | None, reading: object = None) -> int:
        paths.append(path)
        return 3

    monkeypatch.setitem(sys.modules, "gui.app", SimpleNamespace(run=run))
    return paths


def test_the_window_opens_on_what_is_named(opened: list[str | None]) -> None:
    assert invoke([]) == 3, "the exit code is the window's"
    assert invoke(["open"]) == 3
    assert invoke(["open", "iris"]) == 3
    assert invoke(["open", "no/such/file.csv"]) == 3
    assert opened[:2] == [None, None]
    assert str(opened[2]).endswith("iris.csv")
    assert str(opened[3]).endswith("/no/such/file.csv"), (
        "the window itself tells that it is missing"
    )


def test_an_unknown_sample_is_told(
    capsys: pytest.CaptureFixture[str], opened: list[str | None]
) -> None:
    assert invoke(["open", "nonsense"]) == 2
    assert "no sample named nonsense" in capsys.readouterr().err
    assert opened == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")
def test_without_a_display_one_sentence_instead_of_an_abort(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for arguments in ([], ["open"], ["open", "iris"]):
        assert invoke(arguments) == 2
        err = capsys.readouterr().err
        assert "no display" in err
        assert "trainyard train" in err
        assert "Traceback" not in err


def test_missing_libraries_are_told_with_their_packages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(path: str | None, reading: object = None) -> int:
        raise LibraryMissing("libxcb-cursor.so.0", "libxcb-cursor0")

    monkeypatch.setitem(sys.modules, "gui.app", SimpleNamespace(run=run))
    assert invoke([]) == 2
    err = capsys.readouterr().err
    assert "Install libxcb-cursor0" in err
    assert len(err.strip().splitlines()) == 1
