"""Opening the window: what is missing is said in a sentence before Qt would abort."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from engine.cli import window
from engine.cli.app import invoke

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The paths that a stand-in for the window was opened on."""
    paths: list[str | None] = []

    def run(path: str | None) -> int:
        paths.append(path)
        return 0

    monkeypatch.setitem(sys.modules, "gui.app", SimpleNamespace(run=run))
    return paths


def all_libraries(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    monkeypatch.setattr(window, "_loads", lambda name: name not in missing)


@pytest.mark.parametrize("platform", ["", "xcb", "wayland", "xcb;wayland"])
def test_without_a_display(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    opened: list[str | None],
    platform: str,
) -> None:
    all_libraries(monkeypatch)
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    for arguments in ([], ["open"], ["open", "iris"]):
        assert invoke(arguments) == 2
        err = capsys.readouterr().err
        assert "no display" in err
        assert "trainyard train" in err
        assert "Traceback" not in err
    assert opened == []


def test_a_display_that_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    all_libraries(monkeypatch)
    monkeypatch.setattr(window, "_x_answers", lambda: False)
    monkeypatch.setenv("DISPLAY", ":987")
    assert invoke(["open"]) == 2
    assert "no display" in capsys.readouterr().err


def test_missing_libraries_are_named_with_their_packages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    all_libraries(monkeypatch, "libxcb-cursor.so.0", "libEGL.so.1")
    monkeypatch.setenv("DISPLAY", ":0")
    assert invoke([]) == 2
    err = capsys.readouterr().err
    assert "libxcb-cursor.so.0" in err
    assert "libegl1 libxcb-cursor0" in err
    assert "trainyard train" in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize("platform", ["offscreen", "minimal", "vnc:port=5900"])
def test_without_need_of_a_display(
    monkeypatch: pytest.MonkeyPatch, opened: list[str | None], platform: str
) -> None:
    all_libraries(monkeypatch, "libxcb-cursor.so.0")
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    assert invoke([]) == 0
    assert invoke(["open", "iris"]) == 0
    assert opened[0] is None
    assert str(opened[1]).endswith("iris.csv")


def test_wayland_needs_no_x_libraries(
    monkeypatch: pytest.MonkeyPatch, opened: list[str | None]
) -> None:
    all_libraries(monkeypatch, "libxcb-cursor.so.0")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert invoke([]) == 0
    assert opened == [None]


def test_an_unknown_sample_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], opened: list[str | None]
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    all_libraries(monkeypatch)
    assert invoke(["open", "nonsense"]) == 2
    assert "no sample named nonsense" in capsys.readouterr().err
    assert opened == []


def test_libraries_that_are_there_load() -> None:
    assert window._loads("libc.so.6")
    assert not window._loads("libthat-nobody-has.so.1")
