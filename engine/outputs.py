"""What can be told of a row that is predicted, and the choice of it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Output(StrEnum):
    """A kind of column that a prediction can add; the value is the name of its field in `Outputs`."""

    PREDICTION = "prediction"
    PROBABILITIES = "probabilities"
    INTERVAL = "interval"
    SET = "set"
    FLAG = "threshold_flag"
    SURE = "sure"


class Outputs(BaseModel):
    """Which of them are wanted; what a model does not give is left out."""

    model_config = ConfigDict(frozen=True)

    prediction: bool = True
    """The class, or the value."""
    probabilities: bool = True
    """Of each class; of a yes/no answer that of the second."""
    interval: bool = True
    """Ends between which the value lies, quantiles and the deviation."""
    set: bool = True
    """The classes that hold the true one in the share of rows that was decided."""
    threshold_flag: bool = False
    """Whether the second of two classes is likelier than the threshold: yes or no."""
    sure: bool = True
    """Whether the answer is given, or is “don't know”: yes or no."""

    @classmethod
    def only(cls, *wanted: Output) -> Outputs:
        """Those and no others."""
        return cls(**{output.value: output in wanted for output in Output})

    def wants(self, output: Output) -> bool:
        """Whether that kind is wanted."""
        return bool(getattr(self, output.value))


EVERYTHING = Outputs()
"""All but the flag, which the predicted class tells too."""
