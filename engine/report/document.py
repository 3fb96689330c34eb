"""What a report says, in one language and no format: sections of blocks, every text plain."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, computed_field

from engine.languages import Language
from engine.report.figures.svg import width_of

Tone: TypeAlias = Literal["plain", "note", "warn", "err"]


_LONG = 24.0
"""How wide a value may be in half a line, in sizes of its letters."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Frozen):
    """A paragraph; with a tone a note of its own."""

    kind: Literal["text"] = "text"
    text: str
    tone: Tone = "plain"


class Point(_Frozen):
    """One entry of a list."""

    text: str
    tone: Tone = "plain"


class Points(_Frozen):
    """A list of sentences."""

    kind: Literal["points"] = "points"
    points: tuple[Point, ...]


class Fact(_Frozen):
    """A name and what it is."""

    name: str
    value: str


class Facts(_Frozen):
    """Facts below one another."""

    kind: Literal["facts"] = "facts"
    facts: tuple[Fact, ...]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def wide(self) -> bool:
        """Whether each takes a line of its own; else two stand beside one another."""
        return any(width_of(fact.value, 1) > _LONG for fact in self.facts)


class Card(_Frozen):
    """A headline figure."""

    title: str
    value: str
    interval: str = ""
    beside: str = ""
    """What the plainest guess gets."""


class Cards(_Frozen):
    """Headline figures beside one another."""

    kind: Literal["cards"] = "cards"
    cards: tuple[Card, ...]


class Column(_Frozen):
    """A column of a table."""

    title: str
    is_figure: bool = False
    """Set to the right."""


class Table(_Frozen):
    """Rows under a header."""

    kind: Literal["table"] = "table"
    title: str = ""
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: tuple[int, ...] = ()
    """Places of the rows that stand out."""
    note: str = ""
    """Below it, such as which rows are left out."""


class Figure(_Frozen):
    """A picture as SVG, without scripts, styles or addresses."""

    title: str
    svg: str
    told: str
    """What it shows, for who cannot see it."""
    note: str = ""


class Figures(_Frozen):
    """Pictures, two beside one another; a wide one takes the whole line."""

    kind: Literal["figures"] = "figures"
    figures: tuple[Figure, ...]
    wide: bool = False


class Attachment(_Frozen):
    """A text that comes along as it is: folded away in HTML, attached to a PDF."""

    kind: Literal["attachment"] = "attachment"
    title: str
    file: str
    """A name for it."""
    text: str


Block: TypeAlias = Annotated[
    Text | Points | Facts | Cards | Table | Figures | Attachment, Field(discriminator="kind")
]


class Section(_Frozen):
    """A heading and what stands under it."""

    name: str
    """The same in every language, for links."""
    title: str
    blocks: tuple[Block, ...]


class Document(_Frozen):
    """The whole report."""

    language: Language
    title: str
    subtitle: str
    sections: tuple[Section, ...]
    footer: str
