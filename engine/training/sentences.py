"""What happens in a run, in plain words."""

from __future__ import annotations

import math

from engine import events
from engine.errors import from_facts
from engine.messages import N_, Message, message, message_n

_NEW_BEST = {
    "loss": N_("New best validation loss: {value}."),
    "accuracy": N_("New best validation accuracy: {value}."),
    "macro_f1": N_("New best validation macro F1: {value}."),
    "roc_auc": N_("New best validation ROC AUC: {value}."),
    "rmse": N_("New best validation RMSE: {value}."),
    "mae": N_("New best validation MAE: {value}."),
    "r2": N_("New best validation R²: {value}."),
}


def on_start(event: events.RunStarted) -> tuple[Message, Message]:
    """What is trained on what."""
    return (
        message(
            "{train} training, {validation} validation and {test} test rows.",
            train=event.train_rows,
            validation=event.validation_rows,
            test=event.test_rows,
        ),
        message_n(
            "{parameters} parameters on {device}, {count} thread.",
            "{parameters} parameters on {device}, {count} threads.",
            event.threads,
            parameters=event.parameters,
            device=event.device.upper(),
        ),
    )


def on_resume(event: events.RunStarted) -> Message:
    """From where the run goes on."""
    return message("Goes on from the checkpoint after epoch {epoch}.", epoch=event.epoch)


def on_best(monitor: str, value: float) -> Message:
    """The watched metric was never better."""
    template = _NEW_BEST.get(monitor, _NEW_BEST["loss"])
    return Message(template, {"value": float(f"{value:.4g}")})


_SET = {
    "set_learning_rate": N_("Learning rate set to {value} by hand."),
    "set_weight_decay": N_("Weight decay set to {value} by hand."),
    "set_dropout": N_("Dropout set to {value} by hand."),
    "set_clip": N_("Gradients are clipped at {value} from here on, set by hand."),
    "set_patience": N_("Patience set to {value} epochs by hand."),
    "set_epochs": N_("Epochs set to {value} by hand."),
    "pause": N_("Paused."),
    "resume": N_("Resumed."),
    "step_epoch": N_("Goes on for one epoch."),
    "stop": N_("Stop asked for."),
}


def on_control(event: events.ControlApplied) -> Message | None:
    """A command took effect; None for a command of a newer Trainyard."""
    if event.command == "set_clip" and event.value is None:
        return message("Gradients are not clipped from here on, set by hand.")
    template = _SET.get(event.command)
    if template is None:
        return None
    return Message(template, {} if event.value is None else {"value": event.value})


_MEAN = {
    "loss": N_("Validation loss over {folds} of {of} folds: {mean} ± {spread}."),
    "accuracy": N_("Validation accuracy over {folds} of {of} folds: {mean} ± {spread}."),
    "macro_f1": N_("Validation macro F1 over {folds} of {of} folds: {mean} ± {spread}."),
    "roc_auc": N_("Validation ROC AUC over {folds} of {of} folds: {mean} ± {spread}."),
    "rmse": N_("Validation RMSE over {folds} of {of} folds: {mean} ± {spread}."),
    "mae": N_("Validation MAE over {folds} of {of} folds: {mean} ± {spread}."),
    "r2": N_("Validation R² over {folds} of {of} folds: {mean} ± {spread}."),
}


_MEAN_OF_SEEDS = {
    "loss": N_("Validation loss over {folds} of {of} seeds: {mean} ± {spread}."),
    "accuracy": N_("Validation accuracy over {folds} of {of} seeds: {mean} ± {spread}."),
    "macro_f1": N_("Validation macro F1 over {folds} of {of} seeds: {mean} ± {spread}."),
    "roc_auc": N_("Validation ROC AUC over {folds} of {of} seeds: {mean} ± {spread}."),
    "rmse": N_("Validation RMSE over {folds} of {of} seeds: {mean} ± {spread}."),
    "mae": N_("Validation MAE over {folds} of {of} seeds: {mean} ± {spread}."),
    "r2": N_("Validation R² over {folds} of {of} seeds: {mean} ± {spread}."),
}


def on_folds(event: events.FoldsScored, metrics: tuple[str, ...]) -> tuple[Message, ...]:
    """What folds or seeds have in common, once all are trained; one sentence for each metric that is known."""
    if event.folds < event.of or event.folds < 2:
        return ()
    templates = _MEAN_OF_SEEDS if event.members == "seeds" else _MEAN
    found = zip(metrics, event.validation, event.validation_spread, strict=False)
    return tuple(
        Message(
            templates[name],
            {
                "folds": event.folds,
                "of": event.of,
                "mean": float(f"{mean:.4g}"),
                "spread": float(f"{spread:.2g}"),
            },
        )
        for name, mean, spread in found
        if name in templates and math.isfinite(mean) and math.isfinite(spread)
    )


_KEPT_OF = {
    "folds": N_("Finished. The model of fold {best} is kept."),
    "seeds": N_("Finished. The model of the {best}. seed is kept."),
    "trials": N_("Finished. The model of trial {best} is kept."),
}
_STOPPED_OF = {
    "folds": N_("Stopped by hand. The model of fold {best} is kept."),
    "seeds": N_("Stopped by hand. The model of the {best}. seed is kept."),
    "trials": N_("Stopped by hand. The model of trial {best} is kept."),
}
_NOTHING_OF = {
    "folds": N_("Stopped by hand before a fold was trained."),
    "seeds": N_("Stopped by hand before a seed was trained."),
    "trials": N_("Stopped by hand before a trial was done."),
}


def on_end(
    event: events.RunFinished | events.RunStopped | events.RunFailed,
    waited: int = 0,
    least_gain: float = 0.0,
    members: str = "",
) -> Message:
    """How the run ended, and what is kept.

    `waited` is the number of epochs since the last gain of at least `least_gain`, if that is not 0.
    `members` says what an epoch is of a run that holds others: `folds`, `seeds` or `trials`.
    """
    best = event.best_epoch
    match event:
        case events.RunFinished() if members:
            return Message(_KEPT_OF[members], {"best": best})
        case events.RunStopped() if members and best:
            return Message(_STOPPED_OF[members], {"best": best})
        case events.RunStopped() if members:
            return Message(_NOTHING_OF[members])
        case events.RunStopped(pruned=True) if best:
            return message_n(
                "Given up after {count} epoch: behind the trials before it. The weights of epoch {best} are kept.",
                "Given up after {count} epochs: behind the trials before it. The weights of epoch {best} are kept.",
                event.epoch,
                best=best,
            )
        case events.RunFinished(stopped_early=True) if least_gain > 0:
            return message_n(
                "Stopped early: no gain of {gain} or more for {count} epoch. The weights of epoch {best} are kept.",
                "Stopped early: no gain of {gain} or more for {count} epochs. The weights of epoch {best} are kept.",
                waited,
                gain=least_gain,
                best=best,
            )
        case events.RunFinished(stopped_early=True):
            return message_n(
                "Stopped early: no gain for {count} epoch. The weights of epoch {best} are kept.",
                "Stopped early: no gain for {count} epochs. The weights of epoch {best} are kept.",
                event.epoch - best,
                best=best,
            )
        case events.RunFinished():
            return message("Finished. The weights of epoch {best} are kept.", best=best)
        case events.RunStopped() if best:
            return message("Stopped by hand. The weights of epoch {best} are kept.", best=best)
        case events.RunStopped(test=()):
            return message("Stopped by hand before the first step: nothing was trained.")
        case events.RunStopped():
            return message("Stopped by hand within the first epoch. Its weights are kept.")
        case events.RunFailed():
            return from_facts(event.error, event.facts).messages()[0]
