"""Names that several sections use: parts, tasks, states."""

from __future__ import annotations

from engine.messages import N_, Message, message_n
from engine.schema import Kind, Role, Task
from engine.store.summary import Status
from engine.tasks import EvaluatedPart

STATUS = {
    Status.DONE: N_("Done"),
    Status.STOPPED_EARLY: N_("Stopped early"),
    Status.STOPPED: N_("Stopped"),
    Status.PRUNED: N_("Pruned"),
    Status.FAILED: N_("Failed"),
    Status.INTERRUPTED: N_("Interrupted"),
    Status.DAMAGED: N_("Damaged"),
    Status.QUEUED: N_("Queued"),
    Status.STARTING: N_("Starting"),
    Status.RUNNING: N_("Running"),
    Status.PAUSED: N_("Paused"),
    Status.STOPPING: N_("Stopping"),
}
TASK = {
    Task.BINARY: N_("Two classes"),
    Task.MULTICLASS: N_("Several classes"),
    Task.REGRESSION: N_("A number"),
    Task.MULTI_REGRESSION: N_("Several numbers"),
    Task.MULTI_LABEL: N_("Several yes/no answers"),
}
KIND = {
    Kind.NUMBER: N_("number"),
    Kind.CATEGORY: N_("category"),
    Kind.DATE: N_("date"),
    Kind.TEXT: N_("text"),
    Kind.IMAGE: N_("image"),
    Kind.SEQUENCE: N_("sequence"),
}
ROLE = {
    Role.FEATURE: N_("feature"),
    Role.TARGET: N_("target"),
    Role.GROUP: N_("group"),
    Role.TIME: N_("time"),
    Role.WEIGHT: N_("weight"),
    Role.IGNORE: N_("left out"),
}


def rows_of(part: EvaluatedPart, count: int) -> Message:
    """So many rows of a part."""
    match part:
        case "test":
            return message_n("{count} test row", "{count} test rows", count)
        case "validation":
            return message_n("{count} validation row", "{count} validation rows", count)
        case "train":
            return message_n("{count} training row", "{count} training rows", count)
        case "out_of_fold":
            return message_n("{count} row out of fold", "{count} rows out of fold", count)
        case _:
            return message_n("{count} row of another file", "{count} rows of another file", count)
