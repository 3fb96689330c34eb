"""How a run compares with its baselines, in one sentence."""

from __future__ import annotations

from engine.baselines.baseline import Baseline
from engine.baselines.result import BaselineScore, MetricDifference, SetBeside
from engine.messages import Fact, Translate, message
from engine.metrics import METRICS

SHARES = ("accuracy", "subset_accuracy", "hamming", "macro_f1", "micro_f1")
"""Metrics that are told in points of a percent."""
HALF = 0.5


def comparison(beside: SetBeside, translate: Translate | None = None) -> str:
    """How the run stands to the best of the baselines; empty without any that can be compared."""
    best = beside.best()
    difference = best.difference(beside.metric) if best is not None else None
    if best is None or difference is None or difference.value is None:
        return ""
    title = _said(title_of(best), translate)
    facts: dict[str, Fact] = {
        "baseline": title,
        "metric": in_sentence(_said(METRICS[beside.metric].title, translate)),
        "by": difference_text(difference, abs(difference.value), translate),
    }
    verdict = difference.verdict
    if verdict != "behind":
        facts["baseline"] = in_sentence(title)
    if difference.is_clear:
        facts["low"], facts["high"] = _ends(difference)
    if verdict == "level":
        told = message("This run and {baseline} are level in {metric}.", **facts)
    elif verdict == "behind" and difference.is_clear:
        told = message(
            "{baseline} is ahead by {by} in {metric} (95% interval {low} to {high}).", **facts
        )
    elif verdict == "behind":
        told = message("{baseline} is ahead by {by} in {metric}; the intervals overlap.", **facts)
    elif difference.is_clear:
        told = message(
            "This run is ahead of {baseline} by {by} in {metric} (95% interval {low} to {high}).",
            **facts,
        )
    else:
        told = message(
            "This run is ahead of {baseline} by {by} in {metric}; the intervals overlap.", **facts
        )
    if beside.threshold == HALF:
        return told.render(translate)
    above = message(
        "Both predict the second class above {threshold}.", threshold=f"{beside.threshold:.4g}"
    )
    return f"{told.render(translate)} {above.render(translate)}"


def title_of(score: BaselineScore) -> str:
    """The baseline's title as it is now, in English."""
    try:
        return Baseline.member(score.kind).title
    except KeyError:  # kept by a version that had it
        return score.title


def difference_text(
    difference: MetricDifference, value: float, translate: Translate | None = None
) -> str:
    """A difference as people read it: points of a percent for shares, else three digits."""
    if difference.name not in SHARES:
        return f"{value:.3g}".replace("-", "\u2212")
    points = f"{100 * value:.1f}".replace("-", "\u2212")
    if points == "1.0":
        return message("{points} point", points=points).render(translate)
    return message("{points} points", points=points).render(translate)


def _ends(difference: MetricDifference) -> tuple[str, str]:
    """Both ends of the interval, as the size of the lead."""
    assert difference.low is not None
    assert difference.high is not None
    sizes = sorted((abs(difference.low), abs(difference.high)))
    if difference.name in SHARES:
        return f"{100 * sizes[0]:.1f}", f"{100 * sizes[1]:.1f}"
    return f"{sizes[0]:.3g}", f"{sizes[1]:.3g}"


def in_sentence(title: str) -> str:
    """A title as it stands inside a sentence; names and initials stay as they are."""
    first = title.split(" ", 1)[0]
    return title[:1].lower() + title[1:] if first[1:].islower() else title


def _said(text: str, translate: Translate | None) -> str:
    return translate(text, "", 1) if translate is not None else text
