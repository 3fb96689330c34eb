"""A fixed number of runs that are trained in turn and whose mean counts: folds, and seeds."""

from __future__ import annotations

from abc import abstractmethod

from engine.errors import RunDamaged, from_facts
from engine.events import RunFailed, RunStopped
from engine.members.leader import Ending, Leader
from engine.members.results import MemberResult, last_event, result_of, start_of
from engine.messages import Message
from engine.recipe.recipe import Recipe
from engine.store.run_folder import EVENTS, RunFolder
from engine.training.control import FileControl


class InTurn(Leader):
    """Trains `count` runs, each known by its number from 1."""

    members: str
    """What they are called in `FoldsScored`."""

    @abstractmethod
    def recipe_of(self, number: int) -> Recipe:
        """The recipe of one run."""

    @abstractmethod
    def name_of(self, number: int) -> str:
        """Its name."""

    @abstractmethod
    def on_failed(self, number: int) -> Message:
        """What is said when it fails."""

    @abstractmethod
    def on_left_out(self, number: int) -> Message:
        """What is said when it was ended before anything was trained."""

    @abstractmethod
    def on_kept(self, best: MemberResult) -> Message:
        """What is said of the one whose model is kept."""

    def result_of(self, number: int, member: RunFolder) -> MemberResult | None:
        """How it came out; None while it has to be trained, or trained on."""
        return result_of(number, member)

    def at_the_end(self) -> None:
        """All are trained; what is made of them together."""

    def train(self) -> Ending:
        """Train those that are not trained yet.

        Raises:
            Cancelled: Stopped before anything was trained.
            RunBusy: Another process trains one of them.
            DiskFull, WriteFailed: One of them cannot be kept.
            TrainyardError: What one of them failed with.
        """
        members = self.workspace.members(self.run.id)
        stopped_with = _stopped_with(self.run, members)
        left_out = False
        for number in range(1, self.count + 1):
            if not self.go_on():
                break
            member = members.get(number - 1)
            known = None if member is None else self.result_of(number, member)
            if member is not None and known is not None and member.id != stopped_with:
                self.begin(start_of(member))
                self.take_member(known)
                continue
            if member is None:
                member = self.new_member(self.recipe_of(number), self.name_of(number), number - 1)
            self.at_work(number)
            self.control.listen(FileControl(member.control))
            ending = self.train_member(member, self.control, self.on_event)
            self.control.forget()
            if isinstance(ending, RunFailed):
                self.say(self.on_failed(number))
                raise from_facts(ending.error, ending.facts)
            found = self.result_of(number, member)
            if found is not None:
                self.take_member(found)
            if self.control.stopped:
                break
            if found is None:
                if not isinstance(ending, RunStopped) or ending.best_epoch:
                    raise RunDamaged(member.id, EVENTS, "it does not tell how it ended")
                left_out = True
                self.say(self.on_left_out(number))
        if self.best is not None and not self.control.stopped and not left_out:
            self.at_the_end()
        return self.end(None if self.best is None else self.on_kept(self.best))

    def take_member(self, found: MemberResult) -> None:
        """Tell of one that is trained, and the means with it."""
        self.take(found)
        self.tell_means(self.members)


def _stopped_with(run: RunFolder, members: dict[int, RunFolder]) -> str:
    """The member that was stopped together with all of them, and so goes on when they do."""
    if not members or not isinstance(last_event(run), RunStopped):
        return ""
    newest = members[max(members)]
    return newest.id if isinstance(last_event(newest), RunStopped) else ""
