"""How a run's state and figures read, wherever the window shows them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.metrics import METRICS
from gui.i18n import tr

if TYPE_CHECKING:
    from engine.store.summary import RunSummary, Status
    from gui.widgets.badge import BadgeTone

_MINUS = "\u2212"
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class StatusLook:
    """The word, icon and colour of a status."""

    word: str
    icon: str
    colour: str
    """Token of the text and icon."""
    tone: BadgeTone


def status_look(status: Status) -> StatusLook:
    """How a status is shown."""
    looks = {
        "queued": StatusLook(tr("Queued"), "clock", "muted", "plain"),
        "starting": StatusLook(tr("Starting"), "clock", "accentText", "accent"),
        "running": StatusLook(tr("Running"), "play", "accentText", "accent"),
        "paused": StatusLook(tr("Paused"), "pause", "warn", "warn"),
        "stopping": StatusLook(tr("Stopping"), "stop", "accentText", "accent"),
        "done": StatusLook(tr("Done"), "check", "text2", "plain"),
        "stopped_early": StatusLook(tr("Stopped early"), "flag", "text2", "plain"),
        "stopped": StatusLook(tr("Stopped"), "stop", "text2", "plain"),
        "pruned": StatusLook(tr("Pruned"), "minus", "text2", "plain"),
        "failed": StatusLook(tr("Failed"), "error", "err", "err"),
        "interrupted": StatusLook(tr("Interrupted"), "warn", "warn", "warn"),
        "damaged": StatusLook(tr("Damaged"), "error", "err", "err"),
    }
    return looks[status.value]


def run_title(run: RunSummary) -> str:
    """The short name of a run: its number in the workspace."""
    return tr("Run {number}", number=run.number)


def clock(seconds: float | None) -> str:
    """A duration: `0:07`, `11:20`, `1:02:33`, `3 d 4 h`."""
    if seconds is None or not math.isfinite(seconds) or seconds < 0:
        return NOTHING
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    if hours >= 48:
        return tr("{days} d {hours} h", days=hours // 24, hours=hours % 24)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def metric_title(name: str) -> str:
    """The name of a metric as people know it."""
    return tr(METRICS[name].title) if name in METRICS else name


def short_title(name: str) -> str:
    """The same where room is scarce."""
    return tr("AUC") if name == "roc_auc" else metric_title(name)


def validation_title(name: str, *, start: bool = True) -> str:
    """A metric on the validation rows: `Val loss`, `Val ROC AUC`."""
    title = inside(metric_title(name))
    return tr("Val {metric}", metric=title) if start else tr("val {metric}", metric=title)


def inside(title: str) -> str:
    """A title within a sentence: `accuracy`, but `ROC AUC`."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def score_with_spread(run: RunSummary) -> str:
    """The best score of a run; of a cross-validation the mean of its folds and how far they are apart."""
    if run.spread is None:
        return score(run.best)
    return tr("{mean} ± {spread}", mean=score(run.best), spread=score(run.spread))


def score(value: float | None) -> str:
    """A metric while training: four decimals, five figures when large, `1.2e−5` when tiny."""
    if value is None or not math.isfinite(value):
        return NOTHING
    size = abs(value)
    if size == 0 or 1e-3 <= size < 10:
        text = f"{value:.4f}"
    elif 10 <= size < 1e5:
        text = f"{value:,.{max(0, 4 - int(math.log10(size)))}f}"
    else:
        text = f"{value:.3e}"
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", _MINUS)


def rate(value: float | None, digits: int = 3) -> str:
    """A learning rate or another positive size over many powers of ten: `3e−4`, `0.34`, `12.5`."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if value == 0 or 0.01 <= abs(value) < 1e4:
        text = f"{value:.{digits}g}"
    else:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        if "." in mantissa:
            mantissa = mantissa.rstrip("0").rstrip(".")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", _MINUS)
