"""A layer, its setting and its widths in the reader's words."""

from __future__ import annotations

from functools import cache

from engine.messages import format_fact
from engine.models.layer_places import Place
from engine.models.summary import NetworkSummary
from engine.recipe.field_shapes import Field, Toggle, fields_of
from engine.recipe.layer_family import Layer, Width
from gui.forms.texts import show
from gui.i18n import listed, tr, trn

UNKNOWN = "—"


def main_field(layer: Layer) -> Field | None:
    """The field that is edited in the layer's own line."""
    return next((field for field in _fields(type(layer)) if field.name == layer.main), None)


@cache
def _fields(kind: type[Layer]) -> tuple[Field, ...]:
    return fields_of(kind)


def setting_text(layer: Layer) -> str:
    """The main field's value, then what else is not as usual."""
    main = main_field(layer)
    said: list[str] = []
    for field in _fields(type(layer)):
        value = getattr(layer, field.name)
        is_main = main is not None and field.name == main.name
        usual = type(layer).model_fields[field.name].default
        if is_main and not isinstance(field.shape, Toggle):
            text = show(field, value)
            said.insert(0, f"{text} {tr(field.unit)}" if field.unit else text)
        elif is_main or value != usual:
            said.append(tr("{name}: {value}", name=tr(field.title), value=show(field, value)))
    return listed(said)


def width_text(width: Width, inputs: int | None) -> str:
    """A width as far as it is known."""
    if inputs is not None or width.is_known:
        return format_fact(width.at(inputs or 0))
    many = tr("inputs") if width.inputs == 1 else tr("{count} × inputs", count=width.inputs)
    return tr("{inputs} + {units}", inputs=many, units=width.units) if width.units else many


def parameters_text(place: Place, inputs: int | None) -> str:
    """How many parameters a layer has, or a dash while that depends on the table."""
    if inputs is None and not is_counted(place):
        return UNKNOWN
    return format_fact(place.parameters(inputs or 0))


def flops_text(place: Place, inputs: int | None) -> str:
    """Additions and multiplications of a layer for one row, or a dash."""
    if inputs is None and not is_counted(place):
        return UNKNOWN
    return format_fact(place.flops(inputs or 0))


def is_counted(place: Place) -> bool:
    """Whether a layer is as large for every table."""
    return place.parameters(0) == place.parameters(1)


def total_text(places: tuple[Place, ...], inputs: int | None) -> str:
    """How many layers there are, and their parameters together where they are known."""
    layers = trn("{count} layer", "{count} layers", len(places))
    if inputs is None and not all(map(is_counted, places)):
        return layers
    parameters = sum(place.parameters(inputs or 0) for place in places)
    return listed([layers, trn("{count} parameter", "{count} parameters", parameters)])


def inputs_of(summary: NetworkSummary | None) -> int | None:
    """How wide the row is that the encoders give side by side; None where they give columns apart."""
    encoders = [block for block in summary.blocks if block.group == "encoder"] if summary else []
    if not encoders or any(len(block.out_shape) != 1 for block in encoders):
        return None
    return sum(block.out_width for block in encoders)
