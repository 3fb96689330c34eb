from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from engine.cli.app import invoke
from engine.errors import ReportFormatUnknown, RunDamaged, RunUnfinished, WriteFailed
from engine.pipeline import reporting
from engine.pipeline.deciding import decide_run
from engine.pipeline.reporting import report_run
from engine.pipeline.results import explain_run
from engine.report import fonts
from engine.report.write import format_of
from engine.store.run_folder import RunFolder
from engine.tasks import DecideTask
from tests.engine.report.conftest import FEW
from tests.engine.trained import flowers, new_run


def copied(run: RunFolder, folder: Path) -> RunFolder:
    return RunFolder(shutil.copytree(run.path, folder / "runs" / run.id))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("a.html", "html"), ("a.HTM", "html"), ("a.pdf", "pdf"), ("a.md", "md"), ("a.markdown", "md")],
)
def test_the_ending_names_the_format(name: str, wanted: str) -> None:
    assert format_of(Path(name)) == wanted


def test_the_test_part_is_scored_once_for_many_reports(binary: RunFolder, tmp_path: Path) -> None:
    run = copied(binary, tmp_path)
    report_run(run, tmp_path / "a.html")
    looks = json.loads(run.evaluation.read_bytes())["looks"]
    written = report_run(run, tmp_path / "deeper" / "b.md", language="zh_CN")
    assert json.loads(run.evaluation.read_bytes())["looks"] == looks
    assert written.part == "test"
    assert written.size == (tmp_path / "deeper" / "b.md").stat().st_size
    # What is decided afterwards makes other predictions, which are scored anew.
    decide_run(run, DecideTask(run=str(run.path), threshold=0.9))
    report_run(run, tmp_path / "a.html")
    assert json.loads(run.evaluation.read_bytes())["looks"] == looks + 1
    assert "above 0.9000, set by hand" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_what_was_explained_is_in_the_report(binary: RunFolder, tmp_path: Path) -> None:
    run = copied(binary, tmp_path)
    explain_run(run, "test", 2)
    report_run(run, tmp_path / "a.md")
    assert "mean of 2 shuffles" in (tmp_path / "a.md").read_text(encoding="utf-8")


def test_other_letters_without_a_font_are_told_of(
    binary: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "chinese_family", lambda: None)
    assert report_run(copied(binary, tmp_path), tmp_path / "a.pdf").boxes  # a class is named 是|yes


def test_an_unfinished_run_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    run = new_run(tmp_path / "w", flowers(tmp_path / "flowers.csv", 60), "kind", FEW)
    with pytest.raises(RunUnfinished) as caught:
        report_run(run, tmp_path / "a.html")
    assert "queued" in str(caught.value)
    assert not (tmp_path / "a.html").exists()


def test_a_damaged_run_is_named(binary: RunFolder, tmp_path: Path) -> None:
    run = copied(binary, tmp_path)
    (run.path / "resolved.json").write_text("{")
    with pytest.raises(RunDamaged, match=r"resolved\.json"):
        report_run(run, tmp_path / "a.html")


def test_an_unknown_format_is_refused_before_anything_is_scored(
    binary: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "evaluate_run", None)
    with pytest.raises(ReportFormatUnknown, match=r"a\.docx"):
        report_run(binary, tmp_path / "a.docx")


def test_a_report_that_cannot_be_written_leaves_what_was_there(
    binary: RunFolder, tmp_path: Path
) -> None:
    target = tmp_path / "a.html"
    target.mkdir()
    (target / "kept").touch()
    with pytest.raises(WriteFailed):
        report_run(copied(binary, tmp_path), target)
    assert [path.name for path in target.iterdir()] == ["kept"]


def test_the_command_line_writes_it(
    binary: RunFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = copied(binary, tmp_path)
    path = tmp_path / "card.md"
    assert invoke(["report", str(run.path), "--out", str(path), "--language", "zh", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["format"], told["language"], told["path"]) == ("md", "zh_CN", str(path))
    assert "准确率" in path.read_text(encoding="utf-8")
    assert invoke(["report", str(run.path), "--out", "card.txt"]) == 2
    assert "names no format" in capsys.readouterr().err
