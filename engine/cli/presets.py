"""`trainyard preset`: networks with a name, listed, saved, used, given away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer
from pydantic import BaseModel, ValidationError

from engine.cli.edits import Edits
from engine.cli.output import AsJson, complain, say, say_json, say_table
from engine.cli.recipes import recipe_of
from engine.errors import RecipeInvalid
from engine.paths import default_workspace
from engine.recipe.parts import AUTO
from engine.recipe.path_edits import edited
from engine.recipe.preset import LONGEST_NAME, Preset, load_preset, preset_json
from engine.store.presets import PresetShelf, write_preset

app = typer.Typer(help="Networks with a name: list, save, show, share.", no_args_is_help=True)

Name: TypeAlias = Annotated[str, typer.Argument(metavar="NAME", help="The name of a preset.")]
Replace: TypeAlias = Annotated[
    bool, typer.Option("--replace", help="Take the place of a preset of that name.")
]


class PresetLine(BaseModel):
    """A preset as `list --json` prints it."""

    name: str
    trunk: str
    training: bool


@app.command("list")
def list_presets(as_json: AsJson = False) -> None:
    """List the presets that are saved."""
    found = _shelf().load()
    for error in found.refused:
        complain(str(error))
    lines = [PresetLine(name=p.name, trunk=_trunk(p), training=bool(p.training)) for p in found.all]
    if as_json:
        say_json(lines)
    elif lines:
        rows = [[line.name, line.trunk, "yes" if line.training else "no"] for line in lines]
        say_table(["Name", "Trunk", "Training"], rows)
    else:
        say("No presets are saved yet.")


@app.command("show")
def show(name: Name) -> None:
    """Print a preset as JSON."""
    say(preset_json(_shelf().get(name)).rstrip())


@app.command("save")
def save(
    name: Name,
    source: Annotated[
        str,
        typer.Argument(metavar="[FILE|RUN]", help="A recipe file or a run; none: the defaults."),
    ] = "",
    changes: Edits = None,
    training: Annotated[
        bool, typer.Option("--training", help="Save how it is trained too.")
    ] = False,
    replace: Replace = False,
) -> None:
    """Save the network of a recipe or of a run under a name."""
    recipe = edited(recipe_of(source), changes or [])
    try:
        preset = Preset.of(recipe, name, training=training)
    except ValidationError:
        raise _bad_name(name) from None
    _shelf().save(preset, replace=replace)
    say(f"Saved: {preset.name}")


@app.command("rename")
def rename(
    name: Name, new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")]
) -> None:
    """Give a preset another name."""
    try:
        say(f"Renamed: {_shelf().rename(name, new).name}")
    except ValidationError:
        raise _bad_name(new) from None


@app.command("delete")
def delete(name: Name) -> None:
    """Delete a preset."""
    say(f"Deleted: {_shelf().delete(name).name}")


@app.command("import")
def import_preset(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A preset file.")],
    name: Annotated[str, typer.Option("--name", help="Save it under another name.")] = "",
    replace: Replace = False,
) -> None:
    """Save a preset that came as a file."""
    preset = load_preset(file)
    if name:
        try:
            preset = Preset(name=name, model=preset.model, training=preset.training)
        except ValidationError:
            raise _bad_name(name) from None
    _shelf().save(preset, replace=replace)
    say(f"Saved: {preset.name}")


@app.command("export")
def export_preset(
    name: Name,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")],
) -> None:
    """Write a preset to a file, to be given away."""
    write_preset(file, _shelf().get(name))
    say(f"Saved: {file}")


def _shelf() -> PresetShelf:
    return PresetShelf(default_workspace())


def _trunk(preset: Preset) -> str:
    return AUTO if preset.model.trunk is None else preset.model.trunk.kind


def _bad_name(name: str) -> RecipeInvalid:
    return RecipeInvalid(
        f"“{name}”", f"a name is one line of 1 to {LONGEST_NAME} characters.", "Choose another."
    )
