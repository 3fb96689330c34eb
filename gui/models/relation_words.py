"""Relations in words: what a measure is called, and what a pair of columns says."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gui.i18n import listed, tr

if TYPE_CHECKING:
    from engine.data.relations.relations import Measure, Relation, Relations
    from engine.data.relations.twins import Twins

BY_KIND, RANKS, INFORMATION = "kind", "ranks", "information"
"""What a matrix shows: the measure that suits each pair, ranks for numbers, or mutual information."""


def signed_text(value: float, digits: int = 3) -> str:
    """A correlation: `−0.369`; a dash where there is none."""
    if math.isnan(value):
        return "—"
    text = f"{value:.{digits}f}"
    return text.replace("-", "\u2212") if float(text) else f"{0:.{digits}f}"


def bits_text(value: float) -> str:
    """Mutual information: `0.021 bits`."""
    return "—" if math.isnan(value) else tr("{bits} bits", bits=f"{value:.3f}")


def measure_name(measure: Measure) -> str:
    """The name of a measure in a sentence."""
    names = {
        "pearson": tr("correlation (Pearson)"),
        "spearman": tr("rank correlation (Spearman)"),
        "cramer": tr("Cramér's V"),
        "correlation_ratio": tr("correlation ratio"),
        "information": tr("mutual information"),
    }
    return names[measure.value]


def relation_sentence(relation: Relation, other: str) -> str:
    """Everything about a pair: `age and fare: correlation (Pearson) 0.096, …`."""
    parts = [f"{measure_name(relation.measure)} {signed_text(relation.value)}"]
    if relation.spearman is not None:
        parts.append(
            tr("rank correlation (Spearman) {value}", value=signed_text(relation.spearman))
        )
    if not math.isnan(relation.bits):
        parts.append(tr("mutual information {bits}", bits=bits_text(relation.bits)))
    return tr("{one} and {other}: {facts}", one=relation.name, other=other, facts=listed(parts))


def relation_at(relations: Relations, one: int, other: int) -> Relation:
    """One cell of a matrix."""
    from engine.data.relations.relations import Relation

    spearman = float(relations.spearman[one, other])
    return Relation(
        relations.names[one],
        relations.measures[one][other],
        float(relations.values[one, other]),
        None if math.isnan(spearman) else spearman,
        float(relations.bits[one, other]),
        float(relations.shares[one, other]),
    )


def twins_title(twins: Twins) -> str:
    """What two columns have in common, in a few words."""
    names = {"kept": twins.kept, "other": twins.other}
    if twins.likeness.value == "identical":
        return tr("{other} is the same as {kept}", **names)
    if twins.likeness.value == "scaled":
        return tr("{other} is {kept} on another scale", **names)
    if twins.likeness.value == "recoded":
        return tr("{other} is {kept} in other words", **names)
    return tr("{other} is nearly the same as {kept}", **names)


def twins_detail(twins: Twins) -> str:
    """How that was found, in a sentence."""
    if twins.likeness.value == "scaled":
        return tr(
            "{other} = {factor} × {kept} + {offset} in all {rows} rows.",
            other=twins.other,
            kept=twins.kept,
            factor=f"{twins.factor:.6g}".replace("-", "\u2212"),
            offset=f"{twins.offset:.6g}".replace("-", "\u2212"),
            rows=twins.rows,
        )
    if twins.likeness.value == "nearly":
        return tr("Their relation is {strength}.", strength=f"{twins.strength:.3f}")
    if twins.likeness.value == "recoded":
        return tr(
            "Each value of one goes with one value of the other in all {rows} rows.",
            rows=twins.rows,
        )
    return tr("They have the same value in all {rows} rows.", rows=twins.rows)
