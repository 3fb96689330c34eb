"""The command line: every verb, its output and its exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from engine.cli import window
from engine.paths import resource
from engine.recipe.files import load_recipe
from engine.recipe.recipe import Recipe
from tests.engine.cli.terminal import Terminal
from tests.engine.data.formats_made import workbook
from tests.engine.trained import flowers, read_csv, write_csv

QUICK = ["--set", "training.epochs=3", "--set", 'model.trunk={"kind": "mlp", "widths": [8]}']


@pytest.fixture
def terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    return Terminal(capsys)


def test_a_run_from_training_to_prediction(terminal: Terminal, tmp_path: Path) -> None:
    flowers(tmp_path / "flowers.csv")
    assert terminal("train", "flowers.csv", "--target", "kind", "--name", "first", *QUICK) == 0
    assert "Accuracy" in terminal.out
    assert "Done: 3 epochs" in terminal.out
    assert "Epoch 3/3" in terminal.err
    assert terminal("runs") == 0
    assert "first" in terminal.out
    assert "done" in terminal.out
    assert terminal("runs", "show", "first") == 0
    assert "kind · multiclass" in terminal.out
    assert terminal("evaluate", "last") == 0
    assert "95% interval" in terminal.out
    assert "kind 2" in terminal.out
    assert terminal("export", "1") == 0
    assert (tmp_path / "flowers-run-1.trainyard").exists()
    assert terminal("predict", "flowers-run-1.trainyard", "flowers.csv") == 0
    assert "240 rows predicted" in terminal.out
    header, rows = read_csv(tmp_path / "flowers_predicted.csv")
    assert header[:6] == ["note", "length", "width", "place", "kind", "kind (predicted)"]
    assert len(rows) == 240
    asked = ("predict", "1", "flowers.csv", "--out", "-", "--only", "prediction")
    assert terminal(*asked) == 0
    assert terminal("predict", "1", "flowers.csv", "--out", "x.parquet", "--flag") == 0
    assert (tmp_path / "x.parquet").exists()
    assert terminal("predict", "1", "flowers.csv", "--out", "x.docx") == 2
    assert ".csv, .parquet or .xlsx" in terminal.err


def test_a_file_without_a_verb_opens_the_window(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str | None] = []
    monkeypatch.setattr(window, "open_window", lambda path, *_: opened.append(path))
    (tmp_path / "m.trainyard").write_bytes(b"")
    (tmp_path / "runs").write_bytes(b"")  # a verb is a verb, whatever files there are
    assert terminal("m.trainyard") == 0
    assert terminal("runs") == 0
    assert opened == ["m.trainyard"]
    assert terminal("none.trainyard") == 2


def test_folds_are_trained_and_told_with_their_mean(terminal: Terminal, tmp_path: Path) -> None:
    flowers(tmp_path / "flowers.csv")
    quick = ["--set", "training.epochs=2", "--set", 'model.trunk={"kind": "mlp", "widths": [8]}']
    assert terminal("train", "flowers.csv", "-t", "kind", "--folds", "5", *quick) == 0
    assert "mean" in terminal.out
    assert "±" in terminal.out
    assert "Fold 5/5" in terminal.err
    assert terminal("runs") == 0
    assert "Fold 5 of 5 (of run 1)" in terminal.out
    found = terminal.json("folds", "1")
    assert [fold["number"] for fold in found["folds"]] == [2, 3, 4, 5, 6]
    assert found["validation"][0]["spread"] is not None
    assert terminal("folds", "1", "-o", "predicted.csv") == 0
    header, rows = read_csv(tmp_path / "predicted.csv")
    assert header[:3] == ["row", "fold", "kind"]
    assert len(rows) == 204  # 240 rows, 15% of them for the test
    assert terminal("folds", "2") == 2
    assert "no folds" in terminal.err
    assert terminal("folds", "1", "-o", "predicted.xls") == 2


def test_a_sheet_is_trained_on_and_the_same_sheet_of_another_book_predicted(
    terminal: Terminal, tmp_path: Path
) -> None:
    header, rows = read_csv(flowers(tmp_path / "flowers.csv"))
    cells = [header, *([note, float(a), float(b), *rest] for note, a, b, *rest in rows)]
    book = workbook({"Notes": [["a", "b"], [1, 2]], "Flowers": cells})
    for name in ("old.xlsx", "new.xlsx"):
        (tmp_path / name).write_bytes(book)
    chosen = ("--set", "reading.part=Flowers")
    assert terminal("train", "old.xlsx", *chosen, "--target", "kind", *QUICK) == 0
    assert terminal("predict", "last", "new.xlsx") == 0
    assert "240 rows predicted" in terminal.out
    assert len(read_csv(tmp_path / "new_predicted.csv")[1]) == 240
    assert terminal("train", "old.xlsx", "--set", "reading.part=Other", *QUICK) == 2
    assert "Its parts are: Notes, Flowers" in terminal.err


def test_several_files_are_trained_on_as_one_table(terminal: Terminal, tmp_path: Path) -> None:
    for name in ("1.csv", "2.csv"):
        flowers(tmp_path / name, rows=120)
    assert terminal("train", "1.csv", "2.csv", "--target", "kind", *QUICK) == 0
    assert terminal("predict", "last", "2.csv") == 0
    assert "120 rows predicted" in terminal.out


def test_predict_on_the_run_reproduces_the_test_metric(terminal: Terminal, tmp_path: Path) -> None:
    flowers(tmp_path / "flowers.csv")
    trained = terminal.json("train", "flowers.csv", "-t", "kind", *QUICK)
    scored = terminal.json("evaluate", str(trained["number"]))
    shown = {m["name"]: m["value"] for m in scored["metrics"]}
    assert {name: shown[name] for name in trained["test"]} == trained["test"]


def test_a_sample_is_trained_by_its_name(terminal: Terminal) -> None:
    trained = terminal.json("train", "iris", *QUICK)
    assert trained["status"] == "done"
    assert set(trained["test"]) == {"loss", "accuracy", "macro_f1", "roc_auc"}
    assert terminal("samples") == 0
    assert "breast_cancer" in terminal.out


def test_the_likely_target_is_taken_and_told(terminal: Terminal, tmp_path: Path) -> None:
    rows = [[i % 7, i % 3, "yes" if i % 7 > 3 else "no"] for i in range(60)]
    write_csv(tmp_path / "t.csv", ["a", "b", "label"], rows)
    assert terminal("train", "t.csv", *QUICK) == 0
    assert "Target: label." in terminal.err


def test_rows_and_cells_that_do_not_fit_are_told(terminal: Terminal, tmp_path: Path) -> None:
    lines = ["a,b,y", *(f"{i % 7},{i % 5},{'yes' if i % 7 > 3 else 'no'}" for i in range(60))]
    lines[5] = "1,2,3,4"
    lines[9] = "1,x,yes"
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n")
    assert terminal("train", "t.csv", "-t", "y", *QUICK) == 0
    assert "1 row could not be read and is left out, the first in line 6." in terminal.err
    assert "1 cell does not fit its column and counts as missing." in terminal.err


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = f"{sys.executable} -m engine.cli recipe schema | head -c 10"
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, check=False, cwd=resource().parent
    )
    assert done.stdout == '{\n  "$defs'
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["train", "nothing.csv"], "There is no file"),
        (["train", "irs"], "no sample named irs"),
        (["train", "iris", "-t", "specie"], "The closest name is “species”"),
        (["train", "iris", "--set", "training.epoch=3"], "Did you mean “epochs”?"),
        (["train", "iris", "--set", "training.epochs=0"], "at least 1 (found 0)"),
        (["train", "iris", "--set", "training.epochs=many"], "whole number"),
        (["train", "iris", "--set", "nonsense"], "path=value"),
        (["train", "iris", "--set", "training.seed.deep=1"], "inside a plain value"),
        (["train", "iris", "--set", "model.trunk.kind=cnn"], "choose one of"),
        (["train", "iris", "--set", "split.test=0.8", "--set", "split.validation=0.2"], "90%"),
        (["train", "iris", "--set", "training.early_stopping.metric=mae"], "not defined"),
        (["train", "iris", "-r", "none.json"], "none.json"),
        (["runs", "show", "5"], "There is no run “5”"),
        (["runs", "restore", "5"], "There is no run “5”"),
        (["evaluate", "5"], "There is no run “5”"),
        (["predict", "5", "iris"], "There is no run “5”"),
        (["predict", "x.trainyard", "iris"], "There is no file"),
        (["resume", "last"], "There is no run “last”"),
        (["set-lr", "1", "0"], "0"),
        (["recipe", "check", "none.json"], "none.json"),
        (["recipe", "print", "nobody"], "There is no run “nobody”"),
        (["nonsense"], "No such command"),
        (["train"], "Name a table or a sample"),
    ],
)
def test_what_cannot_be_done_is_said_on_standard_error(
    terminal: Terminal, arguments: list[str], said: str
) -> None:
    assert terminal(*arguments) == 2
    assert said in terminal.err
    assert "Traceback" not in terminal.err
    assert terminal("runs") == 0
    assert "No runs yet" in terminal.out, "nothing is started with a command that is refused"


def test_a_failed_run_has_exit_code_one(terminal: Terminal, tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    rows = (generator.normal(size=(200, 3)) * 1e3).round(3).tolist()
    write_csv(tmp_path / "t.csv", ["a", "b", "y"], rows)
    wild = ["--set", "model.trunk=mlp", "--set", "training.optimizer.kind=sgd"]
    wild += ["--set", "training.optimizer.learning_rate=10"]
    assert terminal("train", "t.csv", "-t", "y", "--set", "training.epochs=50", *wild) == 1
    assert "NaN or infinite" in terminal.err
    assert "Lower the learning rate" in terminal.err
    assert "Traceback" not in terminal.err
    assert terminal("runs") == 0
    assert "failed" in terminal.out


def test_runs_are_renamed_deleted_and_restored(terminal: Terminal) -> None:
    assert terminal("train", "iris", *QUICK) == 0
    assert terminal("runs", "rename", "1", "my iris") == 0
    assert terminal("runs", "show", "my iris") == 0
    assert terminal("runs", "delete", "my iris") == 0
    assert terminal.json("runs", "list") == []
    [deleted] = terminal.json("runs", "list", "--trash")
    assert deleted["name"] == "my iris"
    assert terminal("runs", "restore", "my iris") == 0
    [restored] = terminal.json("runs", "list")
    assert restored == deleted
    assert terminal("runs", "delete", "1") == 0
    assert terminal("runs", "empty-trash", "--yes") == 0
    assert terminal("runs", "list", "--trash") == 0
    assert "trash is empty" in terminal.out


def test_a_finished_run_is_not_resumed(terminal: Terminal) -> None:
    assert terminal("train", "iris", *QUICK) == 0
    assert terminal("resume", "last") == 2
    assert "has finished" in terminal.err
    assert terminal("pause", "last") == 2
    assert "it is done" in terminal.err


def test_recipes_are_printed_checked_and_described(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("recipe", "print", "--set", "training.epochs=7") == 0
    (tmp_path / "r.json").write_text(terminal.out)
    assert load_recipe(tmp_path / "r.json").training.epochs == 7
    assert terminal("recipe", "check", "r.json", "--data", "iris") == 2
    assert "No target" in terminal.err
    change = ["--set", "columns.species.role=target"]
    assert terminal("recipe", "check", "r.json", "--data", "iris", *change) == 0
    assert terminal("recipe", "check", "r.json", "--set", "training.epochs=0") == 2
    assert terminal("recipe", "schema") == 0
    assert "MLP" in json.dumps(json.loads(terminal.out)) or "mlp" in terminal.out
    assert terminal("train", "iris", "-r", "r.json", *QUICK) == 0
    assert terminal("recipe", "print", "last") == 0
    printed = Recipe.model_validate_json(terminal.out)
    assert printed.target == "species"
    assert "auto" not in terminal.out


def test_the_workspace_is_chosen_on_the_command_line(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAINYARD_HOME", str(tmp_path / "one"))
    assert terminal("--workspace", str(tmp_path / "two"), "train", "iris", *QUICK) == 0
    assert len(list((tmp_path / "two" / "runs").iterdir())) == 1
    assert not (tmp_path / "one").exists()


def test_the_version_is_told(terminal: Terminal) -> None:
    assert terminal("--version") == 0
    assert terminal.out.strip()


def test_light_verbs_start_without_torch_or_pandas() -> None:
    code = (
        "import sys; from engine.cli.app import invoke\n"
        "for line in (['--help'], ['runs'], ['samples'], ['recipe', 'schema'], ['train', '--help']):\n"
        "    assert invoke(line) == 0, line\n"
        "heavy = {'torch', 'pandas', 'pyarrow', 'sklearn', 'PySide6', 'gui'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_ctrl_c_stops_the_run_and_keeps_the_best(tmp_path: Path) -> None:
    flowers(tmp_path / "flowers.csv")
    long = ["--set", "training.epochs=100000", "--set", "training.early_stopping.enabled=false"]
    long += ["--set", "model.trunk=mlp"]
    process = subprocess.Popen(
        [sys.executable, "-m", "engine.cli", "train", "flowers.csv", "-t", "kind", *long],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(resource().parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        home = Path(os.environ["TRAINYARD_HOME"])
        deadline = time.monotonic() + 120
        while not any("EpochEnded" in p.read_text() for p in home.glob("runs/*/events.jsonl")):
            assert time.monotonic() < deadline
            assert process.poll() is None, process.communicate()[1]
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0, err
    assert "Stopping" in err
    assert "Stopped after" in out
    assert "Traceback" not in err
    assert list(home.glob("runs/*/checkpoints/best/*.safetensors"))


def test_a_headerless_file_with_a_label_in_its_last_column(
    terminal: Terminal, tmp_path: Path
) -> None:
    generator = np.random.default_rng(1)
    inputs = generator.normal(size=(1200, 8)).round(4)
    labels = (inputs[:, 0] + inputs[:, 1] * inputs[:, 2] > 0).astype(int)
    rows = [[*row, label] for row, label in zip(inputs.tolist(), labels.tolist(), strict=True)]
    write_csv(tmp_path / "data.csv", None, rows)
    recipe = str(resource("recipes", "binary-512.json"))
    found = terminal.json("train", "data.csv", "--recipe", recipe)
    assert found["best_epoch"] == 10
    assert found["test"]["accuracy"] > 0.85
    assert terminal("train", "data.csv", "--recipe", recipe) == 0
    assert "Accuracy" in terminal.out
    used = terminal.json("runs", "list")[0]
    assert (used["task"], used["trunk"], used["epochs"]) == ("binary", "mlp", 10)
    assert terminal("recipe", "print", "last") == 0
    resolved = Recipe.model_validate_json(terminal.out)
    assert resolved.model.trunk.model_dump(mode="json")["widths"] == [512, 512]
    assert (resolved.split.test, resolved.split.validation, resolved.split.seed) == (0.2, 0.0, 42)


def test_logistic_regression_on_two_inputs(terminal: Terminal, tmp_path: Path) -> None:
    generator = np.random.default_rng(2)
    inputs = generator.uniform(-2, 2, size=(2000, 2)).round(4)
    chance = 1 / (1 + np.exp(-(1.5 * inputs[:, 0] - 2 * inputs[:, 1] + 0.4)))
    labels = (generator.uniform(size=2000) < chance).astype(int)
    rows = [[*row, label] for row, label in zip(inputs.tolist(), labels.tolist(), strict=True)]
    write_csv(tmp_path / "data.csv", ["x1", "x2", "label"], rows)
    recipe = str(resource("recipes", "logistic.json"))
    assert terminal.json("train", "data.csv", "-r", recipe)["best_epoch"] == 100
    (tmp_path / "one.csv").write_text("x1,x2\n0.5,0.5\n")
    assert terminal("predict", "last", "one.csv", "-o", "out.csv") == 0
    header, [row] = read_csv(tmp_path / "out.csv")
    assert header == ["x1", "x2", "label (predicted)", "P(0)", "P(1)"]
    assert row[:2] == ["0.5", "0.5"]
    truth = 1 / (1 + np.exp(-(0.5 * (1.5 - 2) + 0.4)))
    assert float(row[4]) == pytest.approx(truth, abs=0.05)


def test_breast_cancer_reaches_scikit_learns_network_on_the_same_split(terminal: Terminal) -> None:
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from engine.data.columns.infer import infer_schema
    from engine.data.preparing.dataset import prepare
    from engine.pipeline.tables import table_of
    from engine.store.run_folder import RunFolder

    mlp = ["--set", "model.trunk=mlp", "--set", "model.numbers=plain"]
    mlp += ["--set", "training.optimizer=adamw", "--set", "training.schedule=constant"]
    trained = terminal.json("train", "breast-cancer", *mlp)
    assert terminal("runs", "path", "last") == 0
    run = RunFolder(Path(terminal.out.strip()))
    table = table_of(run)
    parts = prepare(table, run.resolved(), infer_schema(table)).parts
    frame = table.frame()
    inputs = frame.drop(columns="diagnosis").to_numpy(dtype=float)
    labels = frame["diagnosis"].to_numpy(dtype=str)
    learned = np.concatenate([parts.train, parts.validation])
    model = make_pipeline(StandardScaler(), MLPClassifier(max_iter=1000, random_state=0))
    model.fit(inputs[learned], labels[learned])
    right = model.predict(inputs[parts.test]) == labels[parts.test]
    draws = np.random.default_rng(0).choice(right, (2000, len(right))).mean(axis=1)
    assert trained["test"]["accuracy"] >= np.quantile(draws, 0.025)
