"""The rules of Auto, one function each: the choice, and the sentence that says why.

They are read from top to bottom by `engine.recipe.auto.choose`. Nothing in here looks at the values of a
table; the same facts give the same choice. The sources are papers, their authors' code and result
files, or measurements of this project (tests/benchmarks/quality.py), and each rule names its own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from engine.messages import Message, message, message_n
from engine.recipe.auto.facts import TableFacts
from engine.recipe.families import CategoryEncoder, NumberEncoder, Optimizer, Schedule, Trunk
from engine.recipe.training import Training
from engine.schema import Task

FEW_ROWS = 100
_BATCHES = ((2_800, 32), (4_500, 64), (32_000, 128), (200_000, 256), (1_000_000, 512))
_LARGEST_BATCH = 2048
_ROWS_PER_BIN = 20
_MOST_BINS = 48
_WIDEST = 8192
"""Inputs of the trunk that encoders make, at most."""
_ONE_HOT_LEVELS = 512
_STEPS = 4_500
_SOON_OVERFITTED = 10_000
"""Training rows below which a network has seen enough of them long before its last epoch."""
_FEWEST_FOR_REALMLP = 2_560
_FEWEST_EPOCHS, _MOST_EPOCHS = 15, 60


class Choice(NamedTuple):
    """What a rule chose, and why, in one sentence."""

    value: Any
    why: Message


def choose_trunk(facts: TableFacts) -> Choice:
    """TabM, as large as the device trains in minutes.

    Source: Gorishniy et al., “TabM”, ICLR 2025; in TabArena's ranking its defaults stand above those of
    XGBoost and LightGBM. Members and width on a graphics card are the paper's. On a processor
    the paper's size takes 324 ms a step on two cores; 8 × 128 with batches of 128 came out better than
    16 × 96 with batches of 256 in the same time (measured on California housing: RMSE 45.9 against 48.0
    thousand). Below 100 rows a network of this size has nothing to go by: a linear model (ten rows for
    each thing learned, Peduzzi et al., 1996).
    """
    if facts.rows < FEW_ROWS:
        why = message_n(
            "Linear: {count} training row is too few for a deep network.",
            "Linear: {count} training rows are too few for a deep network.",
            facts.rows,
        )
        return Choice(Trunk.default("linear"), why)
    if facts.device != "cpu":
        return Choice(
            _tabm(k=32, width=512, dropout=0.1),
            message("TabM, the best single network on most tables, in the size of its paper."),
        )
    return Choice(
        _tabm(k=8, width=128, dropout=0.1),
        message(
            "TabM, the best single network on most tables, in a size that a processor trains in minutes."
        ),
    )


def _tabm(**fields: Any) -> Trunk:
    return Trunk.member("tabm").model_validate({"blocks": 3, **fields})


def is_simple(trunk: Trunk | None, facts: TableFacts) -> bool:
    """Whether the network has one best solution, so that training it again would find the same."""
    chosen = choose_trunk(facts).value if trunk is None else trunk
    return chosen.kind == "linear"


def numbers(trunk: Trunk, facts: TableFacts) -> Choice:
    """How numbers are encoded: what suits the trunk, and is not too wide.

    Source: Gorishniy et al., “On embeddings for numerical features”, NeurIPS 2022: piecewise-linear
    encodings help MLP-like networks on most tables; 48 bins of width 16 as in TabM. RealMLP: Holzmüller et
    al., “Better by default”, NeurIPS 2024, section 3. Outliers: ranks as a bell curve before bins, as in TabM's
    code; drawn in before waves, as in RealMLP's. Trunks that take a vector per column make it from
    the number alone, as in their papers.
    """
    if trunk.kind == "realmlp":
        waves = {"form": "dense", "outliers": "draw_in"}
        return Choice(
            NumberEncoder.member("periodic").model_validate(waves),
            message("Waves beside the number itself, as RealMLP’s authors have it."),
        )
    if trunk.kind not in ("mlp", "resnet", "tabm"):
        return Choice(
            NumberEncoder.default("plain"), message("Numbers as they are, which suits this trunk.")
        )
    bins = min(_MOST_BINS, facts.rows // _ROWS_PER_BIN)
    width = next((w for w in (16, 8, 4) if w * facts.numbers <= _WIDEST), 0)
    if bins < 2 or not width:
        why = (
            message("Numbers as they are: there are too few rows for bins.")
            if bins < 2
            else message(
                "Numbers as they are: {numbers} of them in bins would make the network too wide.",
                numbers=facts.numbers,
            )
        )
        return Choice(NumberEncoder.default("plain"), why)
    encoder = NumberEncoder.member("piecewise_linear").model_validate(
        {"bins": bins, "width": width, "outliers": "bell"}
    )
    why = message(
        "{bins} quantile bins per number, so that the network bends where the data does.", bins=bins
    )
    return Choice(encoder, why)


def categories(trunk: Trunk, facts: TableFacts) -> Choice:
    """One-hot while that stays narrow, as TabM's authors do; else embeddings.

    Source: the preprocessing of TabM and of RealMLP (one-hot up to nine levels, else width 8).
    """
    if trunk.kind == "realmlp":
        fields = {"one_hot_up_to": 9, "width": 8}
        return Choice(
            CategoryEncoder.member("embedding").model_validate(fields),
            message(
                "One-hot up to nine levels, else vectors of width 8, as RealMLP’s authors have it."
            ),
        )
    if facts.all_levels <= _ONE_HOT_LEVELS:
        return Choice(
            CategoryEncoder.default("one_hot"),
            message("One input per level: there are few levels."),
        )
    why = message(
        "Learned vectors: {levels} levels would make too many inputs.", levels=facts.all_levels
    )
    return Choice(CategoryEncoder.default("embedding"), why)


def batch_size(trunk: Trunk, facts: TableFacts) -> Choice:
    """More rows, larger batches, so that an epoch has about a hundred steps or more.

    Source: up to 6,400 rows the batch sizes by rows that TabArena trains TabM with; above them half of
    those, because a small network on a processor gains more from twice the steps than it loses (measured
    on California housing, see `choose_trunk`). RealMLP: its authors' 256, where that makes ten steps or more.
    """
    if trunk.kind == "realmlp" and facts.rows >= _FEWEST_FOR_REALMLP:
        return Choice(256, message("256 rows a step, as RealMLP’s authors have it."))
    size = next((size for below, size in _BATCHES if facts.rows < below), _LARGEST_BATCH)
    why = message("{size} rows a step, as suits {rows} training rows.", size=size, rows=facts.rows)
    return Choice(max(size, trunk.smallest_batch), why)


def optimizer(trunk: Trunk, training: Training, facts: TableFacts) -> Choice:
    """Muon for TabM; for other trunks what their authors train them with.

    Source: rates and weight decay are about the medians tuned for TabM with Muon in arXiv 2604.15297;
    measured on California housing, 24 epochs: RMSE 48.5 thousand with Muon, 51.2 with AdamW. For other
    trunks `Trunk.suggested`.
    """
    if trunk.kind == "tabm":
        fields = {"learning_rate": 0.02, "adamw_learning_rate": 1e-3, "weight_decay": 0.01}
        return Choice(
            Optimizer.member("muon").model_validate(fields),
            message("Muon, which gets more out of TabM than AdamW in the same epochs."),
        )
    chosen = trunk.suggested(training, facts.task).optimizer
    if chosen is None:
        chosen = Optimizer.default("adamw")
        return Choice(chosen, message("AdamW, the usual choice."))
    return Choice(chosen, message("As the authors of this trunk train it."))


def clip_norm(trunk: Trunk, training: Training) -> Choice | None:
    """Gradients of TabM are clipped at 1, if the recipe says nothing. Source: TabM's paper."""
    if trunk.kind != "tabm" or training.clip_norm is not None:
        return None
    return Choice(1.0, message("Gradients are clipped at 1, as TabM’s authors do."))


def schedule(trunk: Trunk, training: Training, facts: TableFacts) -> Choice:
    """Cosine to zero, unless the trunk's authors have one of their own; for TabM on few rows three cycles.

    Source: Loshchilov and Hutter, ICLR 2017; RealMLP: Holzmüller et al., NeurIPS 2024, whose cycles let
    the best epoch be one of a low rate wherever overfitting begins. On Churn (6,400 rows) validation loss
    was best in epoch 12 of 60 along one cosine, far from its end: 0.3361, with three cycles 0.3343.
    """
    suggested = trunk.suggested(training, facts.task).schedule
    if suggested is not None:
        return Choice(suggested, message("The schedule of this trunk’s authors."))
    if trunk.kind == "tabm" and facts.rows < _SOON_OVERFITTED:
        return Choice(
            Schedule.member("coslog").model_validate({"cycles": 3}),
            message(
                "The learning rate falls to zero three times, because with few rows the best epoch may come early."
            ),
        )
    return Choice(
        Schedule.default("cosine"),
        message("The learning rate falls to zero along a cosine, so that the end is fine-tuning."),
    )


def epochs(trunk: Trunk, training: Training, facts: TableFacts) -> Choice:
    """As many as make some 4,500 steps, from 15 to 60; RealMLP has 64.

    Source: measured, see `tests/benchmarks/quality.py`: with 1,500 steps California housing and Letter were
    still far from what 4,500 gave. RealMLP's authors train 256 epochs; 64 keep its four cycles.
    """
    if trunk.kind == "realmlp":
        return Choice(
            64, message("64 epochs: a quarter of its authors’ 256, in the same four cycles.")
        )
    size = training.batch_size or _LARGEST_BATCH
    wanted = round(_STEPS * size / max(1, facts.rows))
    count = max(_FEWEST_EPOCHS, min(_MOST_EPOCHS, wanted))
    why = message("{epochs} epochs suit {rows} training rows.", epochs=count, rows=facts.rows)
    return Choice(count, why)


def patience(training: Training) -> Choice:
    """All epochs where the learning rate comes down at the end, else 16 without a gain.

    Source: 16 is that of TabM's paper, for a constant rate; RealMLP's authors train all epochs. A rate that
    falls along a cosine gains most at its end: on diamonds a patience of 16 ended the run at epoch 21 of
    33 with the best at 5, far behind boosting (measured).
    """
    epochs = training.epochs or 1
    if training.schedule is not None and training.schedule.kind != "constant":
        return Choice(
            epochs,
            message(
                "All epochs are trained, because most is gained when the learning rate is low."
            ),
        )
    return Choice(16, message("16 epochs without a gain, as TabM’s authors have it."))


def takes_trees(facts: TableFacts) -> bool:
    """Whether boosted trees belong into a portfolio for this table.

    They get one input per level, so there must be few; several targets at once they do not know.
    """
    return not facts.task.has_several_targets and facts.all_levels <= _ONE_HOT_LEVELS


def boosted_trees(facts: TableFacts) -> Trunk:
    """Many small steps, ended by validation; fewer and larger ones where each needs a tree per class.

    Source: a smaller rate with more trees generalises better (Friedman, 2001, section 5). By validation
    loss on the benchmark's tables a rate of 0.05 was at least level with 0.1 in up to 500 rounds.
    """
    fields = {"rounds": 200, "learning_rate": 0.1} if facts.task is Task.MULTICLASS else {}
    return Trunk.member("boosted_trees").model_validate(fields)


def beside_tabm(facts: TableFacts) -> tuple[Trunk, ...]:
    """What errs in other ways than TabM, the best first.

    Source: ensembles of different models beat those of one kind, and trees beside networks gain most
    (TabArena; Erickson et al., 2025). Trees come first, because they take seconds. RealMLP: SELU for
    classes, Mish for values (Holzmüller et al., NeurIPS 2024, section 3). ResNet: Gorishniy et al.,
    “Revisiting deep learning models for tabular data”, NeurIPS 2021.
    """
    activation = "selu" if facts.task.is_classification else "mish"
    return (
        *((boosted_trees(facts),) if takes_trees(facts) else ()),
        Trunk.member("realmlp").model_validate({"activation": activation}),
        _tabm(k=8, width=256, dropout=0.2),
        Trunk.default("resnet"),
    )
