"""A trunk is one file: put beside the others, it is everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

TOY = '''
"""A trunk for a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from engine.recipe.families import Encoded, Trunk

if TYPE_CHECKING:
    from torch import nn


class Waves(Trunk):
    """A linear layer and a hyperbolic tangent."""

    title: ClassVar[str] = "Waves"
    summary: ClassVar[str] = "A layer for a test."
    order: ClassVar[int] = 999

    kind: Literal["waves"] = "waves"
    width: int = Field(
        default=6,
        ge=1,
        le=64,
        title="Crests",
        description="How many there are.",
        json_schema_extra={"unit": "units"},
    )

    def build(self, encoded: Encoded) -> tuple[nn.Module, int]:
        """(rows, width) to (rows, `width`)."""
        from torch import nn

        return nn.Sequential(nn.Linear(encoded.width, self.width), nn.Tanh()), self.width
'''

PROGRAM = """
import contextlib, io, json, sys

import engine.models.trunks

engine.models.trunks.__path__.append(sys.argv[1])

from engine.cli.app import invoke


def command(*arguments):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        code = invoke(list(arguments))
    return code, printed.getvalue()


set_waves = ("--set", "model.trunk=waves", "--set", "model.trunk.width=5")
found = {
    "schema": command("recipe", "schema"),
    "print": command("recipe", "print", *set_waves),
    "wide": command("recipe", "print", *set_waves[:3], "model.trunk.width=65"),
    "train": command(
        "train", "penguins", *set_waves, "--name", "toy", "--set", "training.epochs=2", "--set",
        "training.device=cpu",
    ),
    "steps": command("recipe", "steps", "toy"),
    "predict": command("predict", "toy", "penguins", "--output", "predicted.csv"),
}

from PySide6.QtWidgets import QApplication

app = QApplication([])

from engine.data.preparing.inputs import Inputs
from engine.models import summary
from engine.recipe.families import Trunk
from engine.recipe.model import ModelSpec
from engine.recipe.recipe import Recipe
from engine.tasks import SummarizeTask
from gui.forms.form import Form
from gui.pages.model.gallery import TrunkListModel
from gui.pages.model.graph_layout import lay_out

gallery = TrunkListModel()
row = gallery.row_of("waves")
found["gallery"] = [gallery.index(row).data(), gallery.line(row)]
form = Form(Trunk.default("waves"))
found["form"] = [[e.accessibleName(), e.accessibleDescription(), e.text()] for e in form.editors()]
summary.PROBE_SECONDS = 0.0
recipe = Recipe(model=ModelSpec(trunk=Trunk.default("waves")))
built = summary.summarize(recipe, Inputs(("a", "b"), (), 3), 50)
task = SummarizeTask(
    recipe=recipe, numbers=("a", "b"), categories=(), encoders=(), outputs=3, train_rows=50
)
picture = lay_out(built, task, None, lambda text: 7.0 * len(text), lambda text: 6.0 * len(text))
found["graph"] = [[node.title, *node.lines] for node in picture.nodes]
json.dump(found, open("found.json", "w"))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[object]]:
    """What a program knows that has one more file among its trunks."""
    folder = tmp_path_factory.mktemp("toy")
    trunks = folder / "trunks"
    trunks.mkdir()
    (trunks / "waves.py").write_text(TOY, encoding="utf-8")
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "TRAINYARD_HOME": str(folder / "home"),
        "TRAINYARD_CACHE": str(folder / "cache"),
        "PYTHONPATH": str(Path(__file__).parents[4]),
    }
    command = [sys.executable, "-c", PROGRAM, str(trunks)]
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=240
    )
    assert ended.returncode == 0, ended.stderr
    told: dict[str, list[object]] = json.loads((folder / "found.json").read_text("utf-8"))
    return told


def test_it_is_in_the_schema_and_on_the_command_line(found: dict[str, list[object]]) -> None:
    code, schema = found["schema"]
    assert code == 0
    assert '"waves"' in str(schema)
    assert '"Crests"' in str(schema)
    code, printed = found["print"]
    assert code == 0
    assert json.loads(str(printed))["model"]["trunk"] == {"kind": "waves", "width": 5}
    assert found["wide"][0] == 2


def test_it_trains_and_predicts(found: dict[str, list[object]]) -> None:
    assert found["train"][0] == 0
    assert found["predict"][0] == 0
    assert "Waves" in str(found["steps"][1])


def test_it_is_in_the_gallery_the_form_and_the_graph(found: dict[str, list[object]]) -> None:
    assert found["gallery"] == ["Waves", "A layer for a test."]
    assert found["form"] == [["Crests", "How many there are.", "6"]]
    assert ["Linear", "2 → 6, Tanh", "18 parameters"] in found["graph"]
