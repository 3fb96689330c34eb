"""What a person changes while a run trains: each command takes effect before the next step."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence

from engine import events
from engine.events import RunEvent
from engine.messages import Message, message, message_n
from engine.training.checkpoint import Position
from engine.training.control import Command, Control
from engine.training.dropouts import Dropouts
from engine.training.record import Recorded
from engine.training.run_state import RunState
from engine.training.saver import Saver
from engine.training.step import Stepper
from engine.training.weight_decay import WeightDecay

PAUSE_SECONDS = 0.05


class Steering:
    """Obeys commands: those that are given now, and those of a record at their steps."""

    def __init__(
        self,
        control: Control,
        record: Sequence[Recorded],
        state: RunState,
        stepper: Stepper,
        saver: Saver,
        emit: Callable[[RunEvent], None],
        *,
        epochs: int,
        steps_per_epoch: int,
        patience: float,
        has_validation: bool,
    ) -> None:
        """Nothing is steered yet.

        Args:
            control: Asked for commands before every step.
            record: Commands that are obeyed at their steps, in order.
            state: Of the run.
            stepper: Takes the steps.
            saver: Saves when the run is paused.
            emit: Takes `ControlApplied` and `Noted`.
            epochs: That are asked for.
            steps_per_epoch: Batches of an epoch.
            patience: Epochs without a gain before the run ends; infinite if it waits for ever.
            has_validation: Whether there are rows to tell gains from.
        """
        self._control = control
        self._ahead = deque(record)
        self._state, self._stepper, self._saver, self._emit = state, stepper, saver, emit
        self._steps_per_epoch, self._has_validation = steps_per_epoch, has_validation
        self._dropouts = Dropouts(state.network)
        self._decay = WeightDecay(state.optimizer)
        self._pauses_after_epoch = False
        state.asked_epochs = epochs
        self.epochs = epochs
        self.patience = patience
        self.stopped = False
        """Whether the run was told to stop."""
        self.paused = 0.0
        """Seconds so far."""

    @property
    def set_by_hand(self) -> frozenset[str]:
        """Names of the commands whose settings are in force."""
        return frozenset(each.command for each in self._state.steered)

    def restore(self, position: Position) -> None:
        """Put in force what was steered before a checkpoint, before the optimizer is restored."""
        # Epochs set by hand do not hold in a finished run that is told to go on for more.
        holds_epochs = position.asked_epochs == self._state.asked_epochs
        for command in position.steered:
            if command.command != "set_epochs" or holds_epochs:
                self._put_in_force(command)
        counted = 0
        ahead: list[Recorded] = []
        for recorded in self._ahead:
            if recorded.command.command == "stop":
                if recorded.step > position.step:
                    ahead.append(recorded)
                continue
            counted += 1
            if counted > position.commands and recorded.step >= position.step:
                ahead.append(recorded)
        self._ahead = deque(ahead)

    def before_step(self) -> None:
        """Obey what has come, and what the record has for this step."""
        while self._ahead and self._ahead[0].step <= self._state.step:
            self._obey(self._ahead.popleft().command)
            if self.stopped:
                return
        for command in self._control.poll():
            self._obey(command)

    def after_epoch(self) -> None:
        """Pause, if one epoch only was asked for and more are to come."""
        if self._pauses_after_epoch:
            self._pauses_after_epoch = False
            self._obey(Command(command="pause"))

    def _obey(self, command: Command) -> None:
        """Carry out a command; a pause lasts until another command ends it."""
        self._tell_applied(command)
        match command.command:
            case "stop":
                self.stopped = True
            case "pause":
                self._pause()
            case "step_epoch":
                self._pauses_after_epoch = True
            case "resume":
                self._pauses_after_epoch = False
            case _:
                told = self._steer(command)
                self._state.commands += 1
                if told is not None:
                    self._emit(events.Noted(time.time(), told))

    def _pause(self) -> None:
        began = time.monotonic()
        self._saver.save_or_tell()
        waiting = True
        while waiting and not self.stopped:
            time.sleep(PAUSE_SECONDS)
            before = self._state.commands
            for command in self._control.poll():
                match command.command:
                    case "resume":
                        self._tell_applied(command)
                        waiting = False
                    case "step_epoch":
                        self._obey(command)
                        self._tell_applied(Command(command="resume"))
                        waiting = False
                    case "pause":
                        pass
                    case _:
                        self._obey(command)
            if self._state.commands != before and waiting:
                self._saver.save_or_tell()  # what is set during a pause outlives the process
        self.paused += time.monotonic() - began

    def _tell_applied(self, command: Command) -> None:
        state = self._state
        self._emit(
            events.ControlApplied(
                time.time(), state.epoch + 1, state.step, command.command, command.value
            )
        )

    def _steer(self, command: Command) -> Message | None:
        """Change a setting; what there is to say of it."""
        state = self._state
        if command.command == "set_learning_rate" and command.value is not None:
            state.rate.set_by_hand(command.value, state.step)
            return None
        if command.command == "set_epochs" and command.value is not None:
            # The epoch under way is finished in any case.
            epochs = max(int(command.value), state.epoch + 1)
            state.rate.set_steps(epochs * self._steps_per_epoch, state.step)
            command = Command(command="set_epochs", value=epochs)
            self._put_in_force(command)
            return self._on_epochs() if state.rate.follows_steps else None
        self._put_in_force(command)
        if command.command == "set_dropout" and not self._dropouts:
            return message("The network has no dropout layers: nothing changes.")
        if command.command == "set_patience" and not self._has_validation:
            return message("Without validation rows there is no early stopping: nothing changes.")
        return None

    def _put_in_force(self, command: Command) -> None:
        """Change a setting that is not the learning rate's, which keeps its own account."""
        past = (each for each in self._state.steered if each.command != command.command)
        self._state.steered = (*past, command)
        match command:
            case Command(command="set_weight_decay", value=float(value)):
                self._decay.set(value)
            case Command(command="set_dropout", value=float(value)):
                self._dropouts.set(value)
            case Command(command="set_clip", value=value):
                self._stepper.clip = value
            case Command(command="set_patience", value=float(value)) if self._has_validation:
                self.patience = value
            case Command(command="set_epochs", value=float(value)):
                self.epochs = int(value)
            case _:
                pass

    def _on_epochs(self) -> Message:
        left = self.epochs - self._state.epoch
        return message_n(
            "The learning rate goes through the rest of its schedule in {count} epoch.",
            "The learning rate goes through the rest of its schedule in {count} epochs.",
            left,
        )
