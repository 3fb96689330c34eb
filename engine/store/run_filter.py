"""Finding runs by words: everywhere, or by tag, status, dataset, star."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.store.summary import RunSummary

STAR = ("is:favourite", "is:favorite", "is:star", "*")


@dataclass(frozen=True, slots=True)
class RunFilter:
    """What a list of runs is narrowed to; an empty one lets all of them through.

    Words separated by spaces, all of which must hold: `tag:x` or `#x`, `status:failed`, `data:titanic`,
    `is:favourite`; any other one has to occur somewhere in what is said of the run.
    """

    tags: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    favourite: bool = False
    words: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> RunFilter:
        """The filter that a person typed."""
        tags: list[str] = []
        statuses: list[str] = []
        datasets: list[str] = []
        words: list[str] = []
        favourite = False
        for word in text.casefold().split():
            key, colon, value = word.partition(":")
            if word in STAR:
                favourite = True
            elif word.startswith("#") and len(word) > 1 and not word[1:].isdigit():
                tags.append(word[1:])
            elif colon and value and key in ("tag", "status", "data", "dataset"):
                {"tag": tags, "status": statuses}.get(key, datasets).append(value)
            else:
                words.append(word)
        return cls(tuple(tags), tuple(statuses), tuple(datasets), favourite, tuple(words))

    @property
    def is_empty(self) -> bool:
        """Whether all runs pass."""
        return self == RunFilter()

    def passes(self, run: RunSummary, said: Callable[[RunSummary], str]) -> bool:
        """Whether a run is one of those looked for; `said` is what is said of it, in small letters."""
        if self.favourite and not run.favourite:
            return False
        if self.statuses and run.status.value.replace("_", "-") not in _dashed(self.statuses):
            return False
        if self.datasets and not all(name in run.dataset.casefold() for name in self.datasets):
            return False
        if self.tags:
            own = {tag.casefold() for tag in run.tags}
            if not own.issuperset(self.tags):
                return False
        if not self.words:
            return True
        text = said(run)
        return all(word in text for word in self.words)


def said_of(run: RunSummary) -> str:
    """What is said of a run in English, in small letters."""
    note = str(run.note) if run.note is not None else ""
    status = run.status.value.replace("_", " ")
    parts = (f"run {run.number} #{run.number}", run.name, status, run.trunk, run.dataset)
    return " ".join((*parts, run.target, note, run.remark, *run.tags)).casefold()


def _dashed(names: Iterable[str]) -> set[str]:
    return {name.replace("_", "-") for name in names}
