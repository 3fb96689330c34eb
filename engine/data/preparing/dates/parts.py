"""Parts of the calendar: their names as inputs, and how long it takes until they repeat. No NumPy in here."""

from __future__ import annotations

from engine.recipe.column_families import DateInputs, DatePart

TURNS: dict[DatePart, float] = {
    "quarter": 4,
    "month": 12,
    "week": 53,
    "day": 31,
    "day_of_year": 366,
    "weekday": 7,
    "hour": 24,
    "minute": 60,
}
"""After how many of them a part begins again."""
OF_THE_DAY: tuple[DatePart, ...] = ("hour", "minute")


def parts_used(
    wanted: DateInputs, with_times: bool
) -> tuple[bool, tuple[DatePart, ...], tuple[DatePart, ...]]:
    """Whether elapsed time is used, the parts that become numbers, and those that become circles.

    Parts of the day are left out where dates have no times. Where nothing would be left, elapsed time
    is used.
    """

    def used(parts: tuple[DatePart, ...]) -> tuple[DatePart, ...]:
        return tuple(part for part in parts if with_times or part not in OF_THE_DAY)

    numbers, circles = used(wanted.numbers), used(wanted.circles)
    elapsed = wanted.with_elapsed or not (numbers or circles or wanted.with_weekend)
    return elapsed, numbers, circles


def input_names(
    name: str,
    elapsed: bool,
    numbers: tuple[DatePart, ...],
    circles: tuple[DatePart, ...],
    weekend: bool,
    flag: bool,
) -> tuple[str, ...]:
    """Names of the inputs that a date column becomes, in their order."""
    parts = ["elapsed"] if elapsed else []
    parts += [_word(part) for part in numbers]
    parts += [f"{_word(part)} {wave}" for part in circles for wave in ("sin", "cos")]
    parts += ["weekend"] if weekend else []
    parts += ["missing"] if flag else []
    return tuple(f"{name} ({part})" for part in parts)


def _word(part: DatePart) -> str:
    return part.replace("_", " ")
