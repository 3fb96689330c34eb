"""The process of one contestant: it waits for its turns on standard input.

A line is a JSON list: `["case", PLACE]` gets the case ready and trains a first time, `["train", EPOCHS]`
trains. It answers with a line: the seconds on the clock and of processor time, or why it cannot.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, Protocol

import torch

from tests.benchmarks.training_parts import by_hand, frameworks, own
from tests.benchmarks.training_parts.cases import CASES, Case, Data, data_of, dataset_of


class Contestant(Protocol):
    """Trains one case, again and again."""

    def train(self, epochs: int) -> None:
        """For so many epochs."""


CONTESTANTS: dict[str, Callable[[Case, Data], Contestant]] = {
    "Trainyard": own.Trainyard,
    "Trainyard, window open": own.Trainyard,
    "by hand, flat": by_hand.Flat,
    "by hand, indexed": by_hand.Indexed,
    "textbook loop": by_hand.Textbook,
    "scikit-learn": frameworks.ScikitLearn,
    "skorch": frameworks.Skorch,
    "Lightning": frameworks.Lightning,
    "fastai": frameworks.Fastai,
    "Keras on torch": frameworks.KerasOnTorch,
    "Keras on JAX": frameworks.KerasOnJax,
}


def timed(contestant: Contestant, epochs: int) -> list[float]:
    """Seconds on the clock and of processor time."""
    wall, processor = time.perf_counter(), time.process_time()
    contestant.train(epochs)
    return [time.perf_counter() - wall, time.process_time() - processor]


def ready(name: str, case: Case) -> Contestant:
    """Built and warmed up: an epoch in which things are compiled and memory is taken."""
    if name == "by hand, flat" and len(case.widths) != 2:
        raise NotImplementedError("it is written for an MLP")
    contestant = CONTESTANTS[name](case, data_of(dataset_of(case)))
    contestant.train(1)
    return contestant


def main(name: str, threads: int) -> None:
    """Take turns until standard input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print goes elsewhere
    torch.set_num_threads(threads)
    if "JAX" in name and hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))[-threads:]
        os.sched_setaffinity(0, cores)  # it heeds no other word on threads
    contestant: Contestant | None = None
    for line in sys.stdin:
        order, number = json.loads(line)
        answer: Any
        try:
            if order == "case":
                contestant = None
                contestant = ready(name, CASES[number])
            assert contestant is not None
            answer = timed(contestant, 1 if order == "case" else number)
        except (ImportError, NotImplementedError) as error:
            answer = str(error).splitlines()[0]
        except Exception as error:
            traceback.print_exc()
            answer = f"{type(error).__name__}: {error}".splitlines()[0]
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
