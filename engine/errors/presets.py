"""Errors of presets: networks with a name."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors.base import TrainyardError
from engine.messages import N_, Message, message


class PresetError(TrainyardError):
    """A preset cannot be used, saved or found."""


@dataclass(eq=False)
class PresetUnreadable(PresetError):
    """The file is a damaged preset, or JSON that breaks off."""

    path: str
    where: str
    """Line and column of broken JSON, or the path of the field; empty: the whole file."""
    problem: str
    advice = N_("A preset is saved on the Model page, or with “trainyard preset save”.")

    def messages(self) -> tuple[Message, ...]:
        """With the place, if there is one."""
        facts = {"path": self.path, "where": self.where, "problem": self.problem}
        found = (
            message("{path} cannot be used as a preset. {where}: {problem}.", **facts)
            if self.where
            else message("{path} cannot be used as a preset: {problem}.", **facts)
        )
        return (found, Message(self.advice))


@dataclass(eq=False)
class NotAPreset(PresetError):
    """The file is something else."""

    path: str
    found = N_("{path} is not a preset.")
    advice = N_("A preset is saved on the Model page, or with “trainyard preset save”.")


@dataclass(eq=False)
class RecipeNotPreset(PresetError):
    """The file is a whole recipe."""

    path: str
    found = N_("{path} is a recipe, not a preset.")
    advice = N_("Open it as a recipe, then save its network as a preset.")


@dataclass(eq=False)
class PresetTooNew(PresetError):
    """Written by a newer Trainyard."""

    path: str
    version: int
    supported: int
    found = N_("{path} is a preset of version {version}; this Trainyard reads up to {supported}.")
    advice = N_("Update Trainyard to use it.")


@dataclass(eq=False)
class PresetNotFound(PresetError):
    """No preset of that name."""

    name: str
    known: str
    """Names with commas between them."""

    def messages(self) -> tuple[Message, ...]:
        """With the names that there are."""
        found = message("There is no preset “{name}”.", name=self.name)
        if not self.known:
            return (found, message("No presets are saved yet."))
        return (found, message("There are: {known}.", known=self.known))


@dataclass(eq=False)
class PresetNameTaken(PresetError):
    """There is another preset of that name."""

    name: str
    found = N_("There is a preset “{name}” already. It was left as it is.")
    advice = N_("Choose another name.")
