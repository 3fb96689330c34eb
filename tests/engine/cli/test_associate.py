"""`trainyard associate` on a Linux desktop."""

from __future__ import annotations

import configparser
import shlex
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from engine.cli import associate
from engine.cli.app import invoke

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="for Linux desktops")


def test_model_files_get_a_type_and_a_program_and_lose_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("shutil.which", lambda _program: None)
    assert invoke(["associate"]) == 0
    entry = configparser.RawConfigParser()
    entry.read(tmp_path / "applications" / "trainyard.desktop")
    exec_words = shlex.split(entry["Desktop Entry"]["Exec"])
    assert exec_words == [*associate.opening_command(), "%f"]
    kinds = ET.parse(tmp_path / "mime" / "packages" / "trainyard.xml").getroot()
    globs = [each.attrib["pattern"] for each in kinds.iter() if each.tag.endswith("glob")]
    assert globs == ["*.trainyard", "*.trainyard-run"]
    types = [each.attrib["type"] for each in kinds]
    assert entry["Desktop Entry"]["MimeType"] == "".join(f"{kind};" for kind in types)
    assert invoke(["associate", "--remove"]) == 0
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_macos_says_what_to_do_instead(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(associate.sys, "platform", "darwin")
    assert invoke(["associate"]) == 2
    assert "Drop the file on the window" in capsys.readouterr().err
