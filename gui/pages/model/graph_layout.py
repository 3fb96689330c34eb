"""Where the boxes and lines of the network's picture go. Plain numbers, no widgets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from engine.models.summary import BlockSummary, NetworkSummary
from engine.tasks import SummarizeTask
from gui.i18n import tr, trn

MOST_COLUMNS = 16
COLUMN_WIDTH, COLUMN_HEIGHT, COLUMN_PITCH = 132.0, 22.0, 27.0
WIDEST_COLUMN = 180.0
"""Columns with long names get wider boxes, up to this."""
RETURN = 18.0
"""How far a line that goes back to the left runs past the boxes on either side."""
GROUP_GAP = 20.0
BLOCK_HEIGHT = 70.0
CONCAT_WIDTH, CONCAT_HEIGHT = 28.0, 96.0
LAYER_HEIGHT, LAYER_GAP = 54.0, 18.0
SKIP_ROOM = 36.0
"""Between layers where a path around some of them ends, and below them."""
TOP = 34.0
WIDEST = 1010.0
"""Blocks that would begin further right go into a line below."""
LINE_GAP = 40.0
INSIDE_MARGIN = 30.0
"""Left of the layers of an opened block, where lines come back and paths around them begin."""
WIDEST_AROUND = 640.0
"""Of layers in a line that have a path around them."""

Measure = Callable[[str], float]
"""Width of a text in px."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the picture's px."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> float:
        """Half-way between the upper and the lower edge."""
        return self.y + self.height / 2


class Look(Enum):
    """How a node is drawn."""

    NUMBER = "number"
    CATEGORY = "category"
    MORE = "more"
    CONCAT = "concat"
    BLOCK = "block"
    LAYER = "layer"


@dataclass(frozen=True, slots=True)
class Node:
    """One box: a column, a block of the network, or a layer inside the block that is opened."""

    look: Look
    box: Box
    title: str
    lines: tuple[str, ...] = ()
    block: int | None = None
    """Index among the summary's blocks, for what can be selected."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from the right of one box to the left of another; `text` tells the width."""

    start: tuple[float, float]
    end: tuple[float, float]
    text: str = ""
    arrow: bool = True
    below: float | None = None
    """For a line that goes back to the left: how far down it does so."""

    @property
    def sides(self) -> tuple[float, float]:
        """How far it reaches to the left and to the right."""
        past = 0.0 if self.below is None else RETURN
        return min(self.start[0], self.end[0] - past), max(self.end[0], self.start[0] + past)


@dataclass(frozen=True, slots=True)
class Heading:
    """A word above a part of the picture."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Skip:
    """A path below some layers: what came is added to what they give."""

    start: tuple[float, float]
    end: tuple[float, float]
    """Where both are added."""
    below: float


@dataclass(frozen=True, slots=True)
class Inside:
    """The panel that shows the layers of the block selected."""

    box: Box
    of: Box
    title: str
    caption: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    skip: Skip | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything to be drawn."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    headings: tuple[Heading, ...]
    inside: Inside | None


def lay_out(
    summary: NetworkSummary,
    task: SummarizeTask,
    selected: int | None,
    measure: Measure,
    measure_line: Measure,
    most_columns: int = MOST_COLUMNS,
) -> Picture:
    """The picture of a network; the layers of the block `selected` are shown below it.

    Args:
        summary: The network.
        task: What it was asked about: the columns.
        selected: The block that is opened.
        measure: In the font of a block's title.
        measure_line: In the font of the lines under it, and of what stands at the lines between boxes.
        most_columns: Boxes for columns at most.
    """
    blocks = tuple(enumerate(summary.blocks))
    encoders = [pair for pair in blocks if pair[1].group == "encoder"]
    rest = [pair for pair in blocks if pair[1].group in ("trunk", "head")]
    columns, groups = _columns(task, most_columns, measure)
    height = max(columns[-1].box.bottom if columns else 0.0, TOP + CONCAT_HEIGHT + 40)
    nodes: list[Node] = list(columns)
    edges: list[Edge] = []
    headings = [Heading(0, tr("Columns"))]
    x = (columns[0].box.width if columns else COLUMN_WIDTH) + 38
    headings.append(Heading(x, tr("Encoders")))
    names = [measure(tr(b.name)) + 28 for _, b in encoders]
    lines = [measure_line(text) + 22 for _, b in encoders for text in _lines(b)]
    encoder_width = max([140.0, *names, *lines])
    encoded: list[tuple[Box, tuple[int, ...]]] = []
    middle = height / 2 + TOP / 2
    for place, (index, block) in enumerate(encoders):
        fed = groups[min(place, len(groups) - 1)] if groups else ()
        centre = (fed[0].box.y + fed[-1].box.bottom) / 2 if fed else middle
        box = Box(x, centre - BLOCK_HEIGHT / 2, encoder_width, BLOCK_HEIGHT)
        nodes.append(_block(index, block, box))
        encoded.append((box, block.out_shape))
        edges += [Edge((n.box.right, n.box.middle), (box.x, box.middle), arrow=False) for n in fed]
    x += encoder_width + max([45.0, *(_gap(shape, measure_line) for _, shape in encoded)])
    if encoded:
        middle = sum(box.middle for box, _ in encoded) / len(encoded)
    last, shape = encoded[0] if len(encoded) == 1 else (None, ())
    if len(encoded) > 1:
        box = Box(x, middle - CONCAT_HEIGHT / 2, CONCAT_WIDTH, CONCAT_HEIGHT)
        nodes.append(Node(Look.CONCAT, box, tr("Concat")))
        for place, (source, out) in enumerate(encoded):
            into = box.y + box.height * (place + 1) / (len(encoded) + 1)
            edges.append(Edge((source.right, source.middle), (box.x, into), _shape(out)))
        # One after another along the first size: inputs side by side, or columns.
        last, shape = box, (sum(out[0] for _, out in encoded), *encoded[0][1][1:])
        x = box.right + _gap(shape, measure_line, 38)
    seen: set[str] = set()
    left, rightmost, first_line = x, x, middle
    for index, block in rest:
        wide = max(
            [96.0, measure(tr(block.name)) + 26, *(measure_line(t) + 22 for t in _lines(block))]
        )
        below = None
        if x > left and x + wide > WIDEST:
            below = middle + BLOCK_HEIGHT / 2 + LINE_GAP / 2
            x, middle = left, middle + BLOCK_HEIGHT + LINE_GAP
        box = Box(x, middle - BLOCK_HEIGHT / 2, wide, BLOCK_HEIGHT)
        if block.group not in seen and middle == first_line:
            headings.append(Heading(x, tr("Head") if block.group == "head" else tr("Trunk")))
        seen.add(block.group)
        nodes.append(_block(index, block, box))
        if last is not None:
            ends = (last.right, last.middle), (box.x, box.middle)
            edges.append(Edge(*ends, _shape(shape), below=below))
        last, shape = box, block.out_shape
        rightmost = max(rightmost, box.right)
        x = box.right + _gap(shape, measure_line)
    inside = None
    chosen = next((n for n in nodes if n.block == selected and n.look is Look.BLOCK), None)
    if selected is not None and chosen is not None and len(summary.blocks[selected].layers) > 1:
        bottom = max(node.box.bottom for node in nodes)
        inside = _inside(
            summary.blocks[selected],
            chosen.box,
            left,
            max(rightmost, left + 420),
            bottom + 44,
            measure,
            measure_line,
        )
    return Picture(tuple(nodes), tuple(edges), tuple(headings), inside)


def _columns(
    task: SummarizeTask, most: int, measure: Measure
) -> tuple[list[Node], list[list[Node]]]:
    """A small box per input column; of very many only the first are shown."""
    nodes: list[Node] = []
    groups: list[list[Node]] = []
    y = TOP
    kinds = [
        (Look.NUMBER, [(name, "") for name in task.numbers]),
        (Look.CATEGORY, [(name, f"{codes - 1:,}") for name, codes in task.categories]),
    ]
    rooms = _rooms(len(task.numbers), len(task.categories), most)
    seen = [
        entries if len(entries) <= room else entries[: room - 1]
        for (_, entries), room in zip(kinds, rooms, strict=True)
    ]
    needed = [measure(name) + measure(note) + 40 for entries in seen for name, note in entries]
    wide = min(max([COLUMN_WIDTH, *needed]), WIDEST_COLUMN)
    for (look, entries), shown in zip(kinds, seen, strict=True):
        if not entries:
            continue
        group = []
        boxes = len(shown) + (len(shown) < len(entries))
        # Few columns stand beside the middle of their encoder, which is higher than they are.
        room = max(0.0, BLOCK_HEIGHT - (boxes - 1) * COLUMN_PITCH - COLUMN_HEIGHT) / 2
        y += room
        for name, note in shown:
            box = Box(0, y, wide, COLUMN_HEIGHT)
            group.append(Node(look, box, name, (note,) if note else ()))
            y += COLUMN_PITCH
        if len(shown) < len(entries):
            left = len(entries) - len(shown)
            box = Box(0, y, wide, COLUMN_HEIGHT)
            group.append(Node(Look.MORE, box, trn("{count} more", "{count} more", left)))
            y += COLUMN_PITCH
        y += room + GROUP_GAP
        groups.append(group)
        nodes += group
    return nodes, groups


def _rooms(numbers: int, categories: int, most: int) -> tuple[int, int]:
    """How many boxes each kind may take; what one leaves over goes to the other."""
    half = most // 2
    if numbers <= half:
        return half, most - numbers
    if categories <= half:
        return most - categories, half
    return half, half


def _block(index: int, block: BlockSummary, box: Box) -> Node:
    return Node(Look.BLOCK, box, tr(block.name), _lines(block), index)


def _gap(shape: tuple[int, ...], measure_line: Measure, least: float = 44.0) -> float:
    """Room between two boxes for the text at the line between them."""
    return max(least, measure_line(_shape(shape)) + 20)


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{size:,}" for size in shape)


def _lines(block: BlockSummary) -> tuple[str, ...]:
    parameters = trn("{count} parameter", "{count} parameters", block.parameters)
    return (block.described(tr), parameters) if block.detail else (parameters,)


def _inside(
    block: BlockSummary,
    of: Box,
    left: float,
    right: float,
    top: float,
    measure: Measure,
    measure_line: Measure,
) -> Inside:
    nodes: list[Node] = []
    edges: list[Edge] = []
    start = left + INSIDE_MARGIN
    widths = [
        max(64.0, measure(tr(layer.name)) + 20, measure_line(layer.detail) + 18)
        for layer in block.layers
    ]
    if block.around:  # layers with a path around them stay in a line, if that is not far too long
        needed = sum(widths[: block.around]) + LAYER_GAP * (block.around - 1) + SKIP_ROOM
        if needed <= WIDEST_AROUND:
            right = max(right, start + needed + RETURN + 8)
    x, y = start, top + 46
    before: Box | None = None
    for place, (layer, width) in enumerate(zip(block.layers, widths, strict=True)):
        below = None
        if before is not None and x + width > right - RETURN - 8:
            gap = SKIP_ROOM if block.around else LAYER_GAP + 8
            below = y + LAYER_HEIGHT + (gap - 9 if block.around else gap / 2)
            x, y = start, y + LAYER_HEIGHT + gap
        box = Box(x, y, width, LAYER_HEIGHT)
        nodes.append(Node(Look.LAYER, box, tr(layer.name), (layer.detail,) if layer.detail else ()))
        if before is not None and layer.follows:
            ends = (before.right, before.middle), (box.x, box.middle)
            edges.append(Edge(*ends, below=below))
        before = box
        x = box.right + (LAYER_GAP if place + 1 != block.around else SKIP_ROOM)
    skip = _skip(nodes, block.around)
    if skip is not None:
        last = nodes[block.around - 1].box
        right = max(right, skip.end[0] + 24)
        if len(nodes) == block.around:
            edges.append(Edge((last.right, last.middle), skip.end, arrow=False))
        y = max(y, skip.below - LAYER_HEIGHT)
    box = Box(left, top, right - left, y + LAYER_HEIGHT + 18 - top)
    caption = trn("{count} parameter", "{count} parameters", block.parameters)
    title = tr("Inside {name}", name=tr(block.name))
    return Inside(box, of, title, caption, tuple(nodes), tuple(edges), skip)


def _skip(nodes: Sequence[Node], around: int) -> Skip | None:
    """The path around the first layers; none where they take more than a line."""
    if not around or nodes[0].box.y != nodes[around - 1].box.y:
        return None
    first, last = nodes[0].box, nodes[around - 1].box
    below = first.bottom + SKIP_ROOM / 2 - 2
    return Skip((first.x - 14, first.middle), (last.right + SKIP_ROOM / 2, last.middle), below)


def neighbour(blocks: Sequence[BlockSummary], selected: int | None, step: int) -> int | None:
    """The block `step` places further among those that can be selected."""
    places = [i for i, block in enumerate(blocks) if block.group != "columns"]
    if not places:
        return None
    if selected not in places:
        return places[0]
    return places[min(max(places.index(selected) + step, 0), len(places) - 1)]
