"""What the values of an expression are."""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa

from engine.messages import N_, Message


class ValueType(StrEnum):
    """The type of a column or of an expression."""

    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    TRUTH = "truth"

    @property
    def found(self) -> Message:
        """That a value is of this type."""
        return Message(_FOUND[self])

    @property
    def needed(self) -> Message:
        """That a value of this type is needed."""
        return Message(_NEEDED[self])


_FOUND = {
    ValueType.NUMBER: N_("This is a number."),
    ValueType.TEXT: N_("This is a text."),
    ValueType.DATE: N_("This is a date."),
    ValueType.TRUTH: N_("This is true or false."),
}
_NEEDED = {
    ValueType.NUMBER: N_("A number is needed here."),
    ValueType.TEXT: N_("A text is needed here."),
    ValueType.DATE: N_("A date is needed here."),
    ValueType.TRUTH: N_("A condition is needed here: compare it with ==, <, in, is missing."),
}


def value_type(stored: pa.DataType) -> ValueType:
    """The type that values of an Arrow type have in expressions."""
    if pa.types.is_boolean(stored):
        return ValueType.TRUTH
    if pa.types.is_integer(stored) or pa.types.is_floating(stored) or pa.types.is_decimal(stored):
        return ValueType.NUMBER
    if pa.types.is_timestamp(stored) or pa.types.is_date(stored):
        return ValueType.DATE
    return ValueType.TEXT


def plain_values(values: pa.Array) -> pa.Array:
    """The values as int64, float64, timestamp[us], boolean or string, as expressions compute with them."""
    kind = value_type(values.type)
    if kind is ValueType.NUMBER:
        wanted = pa.int64() if pa.types.is_integer(values.type) else pa.float64()
    elif kind is ValueType.DATE:
        wanted = pa.timestamp("us")
    elif kind is ValueType.TRUTH:
        wanted = pa.bool_()
    else:
        wanted = pa.string()
    return values if values.type == wanted else values.cast(wanted, safe=False)
