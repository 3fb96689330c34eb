"""Fields of a recipe and their values in words, made of pieces that are translated one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from engine.messages import N_, Message, Translate, message, message_n
from engine.recipe.parts import Part

_LISTED = 5
"""Entries of a list that are named; the rest is counted."""

_FIELDS = {
    "reading": N_("Reading"),
    "columns": N_("Columns"),
    "rows": N_("Rows"),
    "derived": N_("Derived columns"),
    "split": N_("Split"),
    "outcome": N_("Target"),
    "model": N_("Model"),
    "training": N_("Training"),
    "kind": N_("Kind"),
    "role": N_("Role"),
    "fixes": N_("Corrections"),
    "found": N_("Found"),
    "value": N_("Value"),
    "classes": N_("Classes"),
    "position": N_("Position"),
    "duplicates": N_("Duplicates"),
    "disabled": N_("Switched off"),
}
"""Fields that have no title of their own."""

_VALUES = {
    "number": N_("number"),
    "category": N_("category"),
    "date": N_("date"),
    "text": N_("text"),
    "image": N_("image"),
    "sequence": N_("sequence"),
    "feature": N_("feature"),
    "target": N_("target"),
    "group": N_("group"),
    "time": N_("time"),
    "weight": N_("weight"),
    "ignore": N_("left out"),
    "auto": N_("automatic"),
    "stratified": N_("stratified"),
    "random": N_("random"),
    "stratified_group": N_("stratified by groups"),
    "column": N_("by a column"),
    "file": N_("test rows from a file"),
    "keep": N_("all are used"),
    "drop": N_("one of them is used"),
    "together": N_("kept in one part"),
    "first": N_("the first"),
    "last": N_("the last"),
    "day_first": N_("day first"),
    "month_first": N_("month first"),
}
"""Names of choices that have no label of their own."""


_EMPTY = {
    "where": N_("all rows"),
    "fold": N_("none"),
    "folds": N_("none"),
    "file": N_("none"),
    "start": N_("chance"),
}
"""What it means that a field is empty, where that is not “automatic”."""


@dataclass(frozen=True, slots=True)
class Words:
    """Messages one after another: each is translated for itself, then all are put together."""

    parts: tuple[Message | Words, ...]
    between: str = " "
    bracketed: bool = False

    def render(self, translate: Translate | None = None) -> str:
        """In the language of `translate` (English without one)."""
        text = self.between.join(part.render(translate) for part in self.parts)
        return f"({text})" if self.bracketed else text

    def __str__(self) -> str:
        return self.render()


Said: TypeAlias = Message | Words


def plain(text: str) -> Message:
    """Text that is the same in all languages."""
    return Message("{text}", {"text": text})


def listed(parts: Sequence[Said]) -> Said:
    """One after another, with commas."""
    return parts[0] if len(parts) == 1 else Words(tuple(parts), ", ")


def field_title(name: str, info: FieldInfo | None) -> Message:
    """What a field is called."""
    if info is not None and info.title:
        return Message(info.title)
    known = _FIELDS.get(name)
    return Message(known) if known else plain(name.replace("_", " ").capitalize())


def value_words(value: Any, info: FieldInfo | None = None, name: str = "") -> Said:
    """A value of a field in words.

    Args:
        value: What the field holds.
        info: What pydantic knows of the field.
        name: Of the field.
    """
    extra = info.json_schema_extra if info is not None else None
    extra = extra if isinstance(extra, dict) else {}
    labels = extra.get("labels")
    if value is None or value in ("", ()):
        empty = extra.get("empty") or _EMPTY.get(name)
        return Message(empty) if isinstance(empty, str) else _nothing(value)
    if isinstance(value, bool):
        return message("on") if value else message("off")
    if isinstance(labels, dict) and str(value) in labels:
        return Message(str(labels[str(value)]))
    if isinstance(value, Enum):
        known = _VALUES.get(str(value.value))
        return Message(known) if known else plain(str(value.value))
    if isinstance(value, int | float):
        return Message("{value}", {"value": value})
    if isinstance(value, Part):
        return part_words(value)
    if isinstance(value, tuple):
        return _of_entries(value)
    if isinstance(value, BaseModel):
        return listed(_changed_fields(value) or [message("as usual")])
    return message("“{value}”", value=str(value))


def part_words(part: Part) -> Said:
    """A part by its title, and those of its settings that are not the usual ones."""
    title = Message(type(part).title)
    changed = _changed_fields(part)
    return Words((title, Words((listed(changed),), bracketed=True))) if changed else title


def _changed_fields(model: BaseModel) -> list[Said]:
    found: list[Said] = []
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        if name == "kind" and isinstance(model, Part):
            continue
        if value != info.get_default(call_default_factory=True, validated_data={}):
            found.append(Words((field_title(name, info), value_words(value, info, name))))
    return found


def _of_entries(entries: tuple[Any, ...]) -> Said:
    if all(isinstance(entry, Part) for entry in entries):
        named = [part_words(entry) for entry in entries[:_LISTED]]
        more = len(entries) - len(named)
        return listed([*named, message_n("{count} more", "{count} more", more)] if more else named)
    if any(isinstance(entry, BaseModel) and not hasattr(entry, "name") for entry in entries):
        return message_n("{count} entry", "{count} entries", len(entries))
    names = [getattr(entry, "name", entry) for entry in entries]
    shown = ", ".join(str(name) for name in names[:_LISTED])
    if len(names) <= _LISTED:
        return plain(shown)
    return message("{names} and {count} more", names=shown, count=len(names) - _LISTED)


def _nothing(value: Any) -> Message:
    return message("automatic") if value is None else message("none")
