"""Every error that a person can meet.

TrainyardError
├── Cancelled                      a person cancelled; nothing is left behind
├── Unexpected                     a fault of Trainyard itself
├── ReadError                      a table cannot be opened
│   ├── FileMissing  FileIsFolder  NoPermission  FileEmpty  NotATable
│   ├── HeaderOnly  FileChanged  Undecodable  ReadingUnfit  UnknownSample
│   ├── FileDamaged  FileEncrypted  UnpacksTooLarge  ColumnsDiffer
│   └── PartMissing  PartNotChosen  NoParts  NameNotText  ReaderDied
├── RecipeError                    a recipe cannot be used
│   ├── RecipeUnreadable  RecipeTooNew  RecipeInvalid  UnknownColumn
│   └── ExpressionInvalid
├── PresetError                    a preset cannot be used, saved or found
│   ├── PresetUnreadable  NotAPreset  RecipeNotPreset  PresetTooNew
│   └── PresetNotFound  PresetNameTaken
├── PrepareError                   the rows cannot be turned into tensors
│   ├── NoTarget  NoFeatures  TargetMissing  TargetOneClass  TooFewRows  NoRowsLeft
│   ├── DerivedNameTaken  DerivedFromTarget
│   ├── TooFewGroups  TooFewTimes  SplitColumnUnclear  WrongFolds
│   ├── KeyMissing  KeyDamaged  TargetNotTransformable  TargetNegative
│   ├── TargetNotPositive  LabelNotYesNo
│   └── WeightsUnusable  WeightsAllZero  PositiveClassMissing
├── TrainError                     a run cannot go on
│   ├── LossNotFinite  OutOfMemory  NoNetworkTrained  NoTrialTrained
│   └── NetworkTooLarge  WorkerDied  ReplayImpossible  CommandUnfit
├── StoreError                     something cannot be written or found
│   ├── DiskFull  CacheDiskFull  WriteFailed  RunNotFound  RunBusy  RunNotAlive  NotQueued
│   └── RunComplete  RunUntrained  NoFolds  RunDamaged
├── BranchError                    a run cannot go on from where another one is
│   ├── CheckpointMissing  RunHoldsOthers  NoMoreEpochs  ForkTooDifferent
│   └── StartGone  StartUnfit
├── RunFileError                   a run that travels as one file is refused
│   └── RunFileDamaged  RunFileTooNew  NotARunFile
├── ModelFileError                 a model file is refused
│   └── ModelFileDamaged  ModelFileTooLarge  ModelFileTooNew  NotAModelFile
├── PredictError                   new rows do not fit the model
│   ├── ColumnMissing  DecisionInvalid  SeveralTargetsUndecided  NotProbabilities
│   ├── OnlyForTwoClasses  RowsOfOneKind  TooFewForCoverage  NotByThreshold
│   └── OutputsNotGiven  FormatNotWritten  TooLargeForExcel
├── EvaluateError                  what is asked of predictions cannot be told
│   └── RowMissing  NotEvaluated
├── CompareError                   a run cannot be set beside others
│   └── UnknownBaseline  NothingToCompare
├── ReportError                    a report cannot be written
│   └── RunUnfinished  ReportFormatUnknown  ChineseFontMissing
└── StartError                     the program cannot start here
    └── DisplayMissing  LibraryMissing  FeatureMissing

Each class holds the facts as fields and two templates: `found` (what was found, and where) and
`advice` (what still holds, what to do). Text is made from them at the edge, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from engine.errors.base import Cancelled as Cancelled
from engine.errors.base import TrainyardError as TrainyardError
from engine.errors.base import Unexpected as Unexpected
from engine.errors.branching import BranchError as BranchError
from engine.errors.branching import CheckpointMissing as CheckpointMissing
from engine.errors.branching import ForkTooDifferent as ForkTooDifferent
from engine.errors.branching import NoMoreEpochs as NoMoreEpochs
from engine.errors.branching import RunHoldsOthers as RunHoldsOthers
from engine.errors.branching import StartGone as StartGone
from engine.errors.branching import StartUnfit as StartUnfit
from engine.errors.comparing import CompareError as CompareError
from engine.errors.comparing import NothingToCompare as NothingToCompare
from engine.errors.comparing import UnknownBaseline as UnknownBaseline
from engine.errors.evaluating import EvaluateError as EvaluateError
from engine.errors.evaluating import NotEvaluated as NotEvaluated
from engine.errors.evaluating import RowMissing as RowMissing
from engine.errors.model_files import ModelFileDamaged as ModelFileDamaged
from engine.errors.model_files import ModelFileError as ModelFileError
from engine.errors.model_files import ModelFileTooLarge as ModelFileTooLarge
from engine.errors.model_files import ModelFileTooNew as ModelFileTooNew
from engine.errors.model_files import NotAModelFile as NotAModelFile
from engine.errors.predicting import ColumnMissing as ColumnMissing
from engine.errors.predicting import DecisionInvalid as DecisionInvalid
from engine.errors.predicting import FormatNotWritten as FormatNotWritten
from engine.errors.predicting import NotByThreshold as NotByThreshold
from engine.errors.predicting import NotProbabilities as NotProbabilities
from engine.errors.predicting import OnlyForTwoClasses as OnlyForTwoClasses
from engine.errors.predicting import OutputsNotGiven as OutputsNotGiven
from engine.errors.predicting import PredictError as PredictError
from engine.errors.predicting import RowsOfOneKind as RowsOfOneKind
from engine.errors.predicting import SeveralTargetsUndecided as SeveralTargetsUndecided
from engine.errors.predicting import TooFewForCoverage as TooFewForCoverage
from engine.errors.predicting import TooLargeForExcel as TooLargeForExcel
from engine.errors.preparing import DerivedFromTarget as DerivedFromTarget
from engine.errors.preparing import DerivedNameTaken as DerivedNameTaken
from engine.errors.preparing import KeyDamaged as KeyDamaged
from engine.errors.preparing import KeyMissing as KeyMissing
from engine.errors.preparing import LabelNotYesNo as LabelNotYesNo
from engine.errors.preparing import NoFeatures as NoFeatures
from engine.errors.preparing import NoRowsLeft as NoRowsLeft
from engine.errors.preparing import NoTarget as NoTarget
from engine.errors.preparing import PositiveClassMissing as PositiveClassMissing
from engine.errors.preparing import PrepareError as PrepareError
from engine.errors.preparing import SplitColumnUnclear as SplitColumnUnclear
from engine.errors.preparing import TargetMissing as TargetMissing
from engine.errors.preparing import TargetNegative as TargetNegative
from engine.errors.preparing import TargetNotPositive as TargetNotPositive
from engine.errors.preparing import TargetNotTransformable as TargetNotTransformable
from engine.errors.preparing import TargetOneClass as TargetOneClass
from engine.errors.preparing import TooFewGroups as TooFewGroups
from engine.errors.preparing import TooFewRows as TooFewRows
from engine.errors.preparing import TooFewTimes as TooFewTimes
from engine.errors.preparing import WeightsAllZero as WeightsAllZero
from engine.errors.preparing import WeightsUnusable as WeightsUnusable
from engine.errors.preparing import WrongFolds as WrongFolds
from engine.errors.presets import NotAPreset as NotAPreset
from engine.errors.presets import PresetError as PresetError
from engine.errors.presets import PresetNameTaken as PresetNameTaken
from engine.errors.presets import PresetNotFound as PresetNotFound
from engine.errors.presets import PresetTooNew as PresetTooNew
from engine.errors.presets import PresetUnreadable as PresetUnreadable
from engine.errors.presets import RecipeNotPreset as RecipeNotPreset
from engine.errors.reading import ColumnsDiffer as ColumnsDiffer
from engine.errors.reading import FileChanged as FileChanged
from engine.errors.reading import FileDamaged as FileDamaged
from engine.errors.reading import FileEmpty as FileEmpty
from engine.errors.reading import FileEncrypted as FileEncrypted
from engine.errors.reading import FileIsFolder as FileIsFolder
from engine.errors.reading import FileMissing as FileMissing
from engine.errors.reading import HeaderOnly as HeaderOnly
from engine.errors.reading import NameNotText as NameNotText
from engine.errors.reading import NoParts as NoParts
from engine.errors.reading import NoPermission as NoPermission
from engine.errors.reading import NotATable as NotATable
from engine.errors.reading import PartMissing as PartMissing
from engine.errors.reading import PartNotChosen as PartNotChosen
from engine.errors.reading import ReaderDied as ReaderDied
from engine.errors.reading import ReadError as ReadError
from engine.errors.reading import ReadingUnfit as ReadingUnfit
from engine.errors.reading import Undecodable as Undecodable
from engine.errors.reading import UnknownSample as UnknownSample
from engine.errors.reading import UnpacksTooLarge as UnpacksTooLarge
from engine.errors.recipes import ExpressionInvalid as ExpressionInvalid
from engine.errors.recipes import RecipeError as RecipeError
from engine.errors.recipes import RecipeInvalid as RecipeInvalid
from engine.errors.recipes import RecipeTooNew as RecipeTooNew
from engine.errors.recipes import RecipeUnreadable as RecipeUnreadable
from engine.errors.recipes import UnknownColumn as UnknownColumn
from engine.errors.reporting import ChineseFontMissing as ChineseFontMissing
from engine.errors.reporting import ReportError as ReportError
from engine.errors.reporting import ReportFormatUnknown as ReportFormatUnknown
from engine.errors.reporting import RunUnfinished as RunUnfinished
from engine.errors.run_files import NotARunFile as NotARunFile
from engine.errors.run_files import RunFileDamaged as RunFileDamaged
from engine.errors.run_files import RunFileError as RunFileError
from engine.errors.run_files import RunFileTooNew as RunFileTooNew
from engine.errors.starting import DisplayMissing as DisplayMissing
from engine.errors.starting import FeatureMissing as FeatureMissing
from engine.errors.starting import LibraryMissing as LibraryMissing
from engine.errors.starting import StartError as StartError
from engine.errors.storing import CacheDiskFull as CacheDiskFull
from engine.errors.storing import DiskFull as DiskFull
from engine.errors.storing import NoFolds as NoFolds
from engine.errors.storing import NotQueued as NotQueued
from engine.errors.storing import RunBusy as RunBusy
from engine.errors.storing import RunComplete as RunComplete
from engine.errors.storing import RunDamaged as RunDamaged
from engine.errors.storing import RunNotAlive as RunNotAlive
from engine.errors.storing import RunNotFound as RunNotFound
from engine.errors.storing import RunUntrained as RunUntrained
from engine.errors.storing import StoreError as StoreError
from engine.errors.storing import WriteFailed as WriteFailed
from engine.errors.training import CommandUnfit as CommandUnfit
from engine.errors.training import LossNotFinite as LossNotFinite
from engine.errors.training import NetworkTooLarge as NetworkTooLarge
from engine.errors.training import NoNetworkTrained as NoNetworkTrained
from engine.errors.training import NoTrialTrained as NoTrialTrained
from engine.errors.training import OutOfMemory as OutOfMemory
from engine.errors.training import ReplayImpossible as ReplayImpossible
from engine.errors.training import TrainError as TrainError
from engine.errors.training import WorkerDied as WorkerDied


def _all_classes(base: type[TrainyardError]) -> dict[str, type[TrainyardError]]:
    found = {base.__name__: base}
    for child in base.__subclasses__():
        found |= _all_classes(child)
    return found


def _fact(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value  # JSON has no tuples


def from_facts(name: str, facts: Mapping[str, Any]) -> TrainyardError:
    """The error of that class name with these facts; `Unexpected` for one that is not known here."""
    cls = _all_classes(TrainyardError).get(name)
    if cls is not None:
        known = {f.name for f in fields(cls)}
        try:
            return cls(**{key: _fact(value) for key, value in facts.items() if key in known})
        except TypeError:
            pass
    return Unexpected(detail=name)
