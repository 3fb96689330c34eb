"""Where the boxes and lines of the network's picture go."""

from __future__ import annotations

from engine.models.memory import MemoryNeed
from engine.models.summary import BlockSummary, LayerSummary, NetworkSummary
from engine.recipe.recipe import Recipe
from engine.tasks import SummarizeTask
from gui.pages.model.graph_layout import TOP, Look, Picture, lay_out


def block(group: str, layers: int = 1, **named: object) -> BlockSummary:
    layer = LayerSummary(
        name="Linear",
        detail="8 → 8",
        in_shape="batch × 8",
        out_shape="batch × 8",
        parameters=72,
        follows=True,
    )
    told = {"name": "Linear", "detail": "8 → 8", "parameters": 72, "in_shape": (8,)}
    fields = {"field": "", "out_shape": (8,), "layers": (layer,) * layers}
    return BlockSummary.model_validate({"group": group, **told, **fields, **named})


def picture(
    blocks: tuple[BlockSummary, ...], numbers: tuple[str, ...], selected: int | None = None
) -> Picture:
    memory = MemoryNeed(weights=1, gradients=1, optimizer=1, activations=1)
    summary = NetworkSummary(
        parameters=144,
        blocks=blocks,
        flops_per_row=1,
        memory=memory,
        free_bytes=1,
        device="cpu",
        seconds_per_epoch=None,
    )
    task = SummarizeTask(
        recipe=Recipe(),
        numbers=numbers,
        categories=(("colour", 4),),
        encoders=(),
        outputs=1,
        train_rows=50,
    )
    return lay_out(summary, task, selected, lambda t: 7.0 * len(t), lambda t: 6.0 * len(t))


def test_encoders_of_one_column_each_overlap_neither_each_other_nor_the_headings() -> None:
    drawn = picture((block("encoder"), block("encoder"), block("head")), ("size",))
    first, second, _ = (node.box for node in drawn.nodes if node.look is Look.BLOCK)
    assert first.y >= TOP
    assert second.y > first.bottom


def test_a_column_with_a_long_name_gets_a_wider_box() -> None:
    short = picture((block("encoder"), block("encoder")), ("size",))
    long = picture((block("encoder"), block("encoder")), ("weeks since order",))
    assert long.nodes[0].box.width > short.nodes[0].box.width
    assert len({node.box.width for node in long.nodes if node.look is Look.NUMBER}) == 1


def test_lines_that_go_back_stay_inside_the_panel_of_an_opened_block() -> None:
    drawn = picture((block("encoder"), block("encoder"), block("trunk", layers=12)), ("size",), 2)
    inside = drawn.inside
    assert inside is not None
    back = [edge for edge in inside.edges if edge.below is not None]
    assert back
    for edge in back:
        left, right = edge.sides
        assert inside.box.x < left
        assert right < inside.box.right


def test_layers_after_the_first_are_named_behind_the_sizes() -> None:
    trunk = block("trunk", others=("ReLU", "Dropout"))
    assert trunk.described(str.upper) == "8 → 8, RELU, DROPOUT"
