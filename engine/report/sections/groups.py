"""Groups of rows in words: slices, and gaps between groups."""

from __future__ import annotations

from engine.evaluation.result import Gap, Slice
from engine.messages import N_, Message, message
from engine.report.words import Words, figure

RATES = {
    "recall": N_("recall"),
    "selected": N_("share selected"),
    "false_positive": N_("false positive rate"),
    "calibration": N_("calibration"),
}


def slice_name(each: Slice) -> str:
    """Columns with their values."""
    return " · ".join(f"{c} = {v}" for c, v in zip(each.columns, each.values, strict=True))


def gap_told(gap: Gap, words: Words) -> Message:
    """A gap between two groups as a sentence."""
    return message(
        "By {column} the {rate} differs by {gap}: it is highest for {highest} and lowest for {lowest}.",
        column=gap.column,
        rate=words.of(RATES.get(gap.rate, gap.rate)),
        gap=figure(gap.gap),
        highest=gap.highest,
        lowest=gap.lowest,
    )
