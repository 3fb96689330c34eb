"""The statistics of a column as pairs of words and figures, in two columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from engine.messages import N_
from engine.schema import Kind
from gui.i18n import tr
from gui.models.figures import count_text, date_text, exact_text, percent_text

if TYPE_CHECKING:
    from engine.data.profiling.profile import ColumnProfile

Pairs: TypeAlias = list[tuple[str, str]]
_LARGE = 10_000


def statistics(figures: ColumnProfile, integer: bool) -> tuple[Pairs, Pairs]:
    """What is worth saying of a column of this kind: left and right column.

    A figure that comes from a sample, or is estimated, has a ≈ before it.
    """
    left: Pairs = [(tr("Count"), count_text(figures.rows - figures.missing))]
    if figures.kind is Kind.NUMBER:
        return _of_numbers(left, figures, integer)
    if figures.kind is Kind.DATE:
        return _of_dates(left, figures)
    left.append((tr("Unique"), _about(figures, "distinct", count_text(figures.distinct))))
    right: Pairs = [(tr("Missing"), count_text(figures.missing))]
    if figures.kind is Kind.CATEGORY and figures.counted and figures.top:
        share = figures.top[0][1] / figures.counted
        right.append((tr("Largest share"), _about(figures, "top", percent_text(share))))
    elif figures.kind is Kind.TEXT and figures.shortest is not None and figures.longest is not None:
        left.append((tr("Shortest"), tr("{count} chars", count=figures.shortest)))
        right.append((tr("Longest"), tr("{count} chars", count=figures.longest)))
        if figures.mean_length is not None:
            mean = exact_text(figures.mean_length)
            left.append((tr("Mean length"), tr("{count} chars", count=mean)))
    return left, right


def more_statistics(figures: ColumnProfile, integer: bool) -> tuple[Pairs, Pairs]:
    """What else can be said, where there is room for it."""
    if figures.kind is Kind.NUMBER and figures.mean is not None:
        skew = "—" if figures.skew is None else exact_text(round(figures.skew, 3))
        left: Pairs = [(tr("Skew"), skew)]
        if figures.top:
            left.append((tr("Mode"), _about(figures, "top", figures.top[0][0])))
        right = [
            (tr("Zeros"), count_text(figures.zeros or 0)),
            (tr("Negative"), count_text(figures.negatives or 0)),
        ]
        return left, right
    return [], []


def date_lines(figures: ColumnProfile) -> Pairs:
    """How regular dates are, and where the largest gap lies."""
    spacing = figures.spacing
    if spacing is None:
        return []
    share = percent_text(spacing.share)
    regular = tr("regular") if spacing.is_regular else tr("{share} one step apart", share=share)
    start, end = spacing.largest_gap
    lines = [
        (tr("Spacing"), regular),
        (tr("Gap from"), date_text(start)),
        (tr("Gap to"), date_text(end)),
    ]
    if spacing.resolution:
        lines.append((tr("Rounded to"), duration_text(spacing.resolution)))
    return lines


def step_text(step: float, unit: str) -> str:
    """A step between two dates: a unit of the calendar, or how long it is."""
    units = {
        "second": tr("1 second"),
        "minute": tr("1 minute"),
        "hour": tr("1 hour"),
        "day": tr("1 day"),
        "week": tr("1 week"),
        "month": tr("1 month"),
        "quarter": tr("1 quarter"),
        "year": tr("1 year"),
    }
    return units.get(unit) or duration_text(step)


def duration_text(seconds: float) -> str:
    """A length of time in its largest fitting unit: `3.5 days`."""
    for size, template in (
        (86_400.0, N_("{count} days")),
        (3_600.0, N_("{count} hours")),
        (60.0, N_("{count} minutes")),
    ):
        if seconds >= 2 * size:
            return tr(template, count=f"{seconds / size:,.4g}")
    return tr("{count} seconds", count=f"{seconds:,.4g}")


def _about(figures: ColumnProfile, figure: str, text: str) -> str:
    return text if text == "—" or figures.is_exact(figure) else f"≈ {text}"


def _of_numbers(left: Pairs, figures: ColumnProfile, integer: bool) -> tuple[Pairs, Pairs]:
    def text(value: float | None) -> str:
        return "—" if value is None else exact_text(value, integer=integer)

    outliers = "—" if figures.outliers is None else count_text(figures.outliers)
    left += [
        (tr("Mean"), _moment_text(figures.mean)),
        (tr("Std. dev."), _moment_text(figures.deviation)),
        (tr("Unique"), _about(figures, "distinct", count_text(figures.distinct))),
        (tr("Outliers"), _about(figures, "outliers", outliers)),
    ]
    quartiles = [
        _about(figures, "quartiles", text(value))
        for value in figures.quartiles or (None, None, None)
    ]
    right = [
        (tr("Min"), text(figures.minimum)),
        (tr("25%"), quartiles[0]),
        (tr("50%"), quartiles[1]),
        (tr("75%"), quartiles[2]),
        (tr("Max"), text(figures.maximum)),
    ]
    return left, right


def _moment_text(value: float | None) -> str:
    """A mean or a deviation; beside five digits before the point those behind it tell nothing."""
    if value is None:
        return "—"
    return exact_text(round(value), integer=True) if abs(value) >= _LARGE else exact_text(value)


def _of_dates(left: Pairs, figures: ColumnProfile) -> tuple[Pairs, Pairs]:
    def text(value: float | None) -> str:
        return "—" if value is None else date_text(value)

    left += [
        (tr("Unique"), _about(figures, "distinct", count_text(figures.distinct))),
        (tr("Missing"), count_text(figures.missing)),
    ]
    median = figures.quartiles[1] if figures.quartiles else None
    middle = text(None if median is None else median - median % 86_400)
    right = [
        (tr("First"), text(figures.minimum)),
        (tr("Median"), _about(figures, "quartiles", middle)),
        (tr("Last"), text(figures.maximum)),
    ]
    spacing = figures.spacing
    if spacing is not None:
        left.append((tr("Step"), step_text(spacing.step, spacing.unit)))
        gap = spacing.largest_gap[1] - spacing.largest_gap[0]
        right.append((tr("Max gap"), duration_text(gap)))
    return left, right
