from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.baselines.result import BaselineScore, MetricDifference, SetBeside
from engine.evaluation.result import Evaluation, Gap, MetricValue
from engine.events import ControlApplied, EpochEnded, RunStarted
from engine.pipeline.results import evaluate_run
from engine.predictor.decision import Conformal, Decision, Temperature
from engine.report.compose import compose
from engine.report.document import Document, Facts, Figures, Points, Table
from engine.report.facts import ClassRows, RunFacts, facts_of
from engine.report.html import as_html
from engine.schema import Task
from engine.store.run_folder import RunFolder
from engine.store.summary import Status
from engine.training.control import Command
from engine.training.history import History
from engine.training.record import Recorded


def section(document: Document, name: str) -> Any:
    return next((each for each in document.sections if each.name == name), None)


def points(facts: RunFacts) -> list[tuple[str, str]]:
    found = section(compose(facts, "en"), "limits").blocks
    return [(p.tone, p.text) for block in found if isinstance(block, Points) for p in block.points]


def changed(facts: RunFacts, **changes: Any) -> RunFacts:
    assert facts.evaluation is not None
    return replace(facts, evaluation=facts.evaluation.model_copy(update=changes))


def tables(document: Document, name: str) -> list[Table]:
    return [block for block in section(document, name).blocks if isinstance(block, Table)]


def test_limits_follow_from_the_figures(facts: RunFacts) -> None:
    gap = Gap(column="sex", rate="recall", gap=0.3, highest="f", lowest="m", is_clear=True)
    grave = changed(facts, looks=3, gaps=(gap,), suspect_count=7, part="validation")
    told = " ".join(text for _, text in points(grave))
    assert "looked at 3 times" in told
    assert "By sex the recall differs by 0.3000: it is highest for f and lowest for m." in told
    assert "7 labels of the scored rows are likely wrong." in told
    assert "chose its best epoch" in told
    assert "Only 24 validation rows" in told
    assert "by chance" in told
    calm = " ".join(text for _, text in points(changed(facts, looks=1, gaps=(), suspect_count=0)))
    assert "looked at" not in calm
    assert "sex" not in calm


def test_a_model_that_is_no_better_than_guessing_is_told_so(facts: RunFacts) -> None:
    metric = MetricValue(
        name="accuracy", title="Accuracy", value=0.4, low=0.3, high=0.5, baseline=0.5
    )
    assert any(
        tone == "err" and "no better than the plainest guess" in text
        for tone, text in points(changed(facts, metrics=(metric,)))
    )
    near = metric.model_copy(update={"value": 0.55, "low": 0.45})
    assert any("may be no better" in text for _, text in points(changed(facts, metrics=(near,))))


def test_classes_that_are_never_predicted_and_classes_of_few_rows_are_named(
    facts: RunFacts,
) -> None:
    few = replace(
        changed(facts, classes=("a", "b"), confusion=((20, 0), (4, 0))),
        classes=(ClassRows("a", 90), ClassRows("b", 12)),
    )
    told = points(few)
    assert ("err", "1 class was never predicted: b.") in told
    assert ("warn", "1 class has fewer than 30 training rows: b.") in told


def test_a_hundred_classes_stay_readable(facts: RunFacts) -> None:
    generator = np.random.default_rng(0)
    counts = generator.integers(0, 9, (100, 100)) + 50 * np.eye(100, dtype=int)
    names = tuple(f"class {place}" for place in range(100))
    many = changed(
        facts,
        task=Task.MULTICLASS,
        classes=names,
        confusion=tuple(map(tuple, counts.tolist())),
        by_class=(),
        roc=(),
        sweep=None,
    )
    document = compose(many, "en")
    by_class, confused = tables(document, "scores")[-2:]
    assert len(by_class.rows) == 20
    assert "lowest F1" in by_class.note
    assert len(confused.rows) == 10
    assert [int(row[2]) for row in confused.rows] == sorted(
        (int(row[2]) for row in confused.rows), reverse=True
    )
    assert len(as_html(document)) < 500_000


def test_a_matrix_of_a_thousand_classes_is_told_in_tables_only(facts: RunFacts) -> None:
    counts = np.eye(1000, dtype=int) * 3
    counts[0, 1] = 2
    many = changed(
        facts,
        task=Task.MULTICLASS,
        classes=tuple(map(str, range(1000))),
        confusion=tuple(map(tuple, counts.tolist())),
        by_class=(),
    )
    document = compose(many, "en")
    titles = [
        figure.title
        for block in section(document, "scores").blocks
        if isinstance(block, Figures)
        for figure in block.figures
    ]
    assert "Confusion matrix" not in titles
    assert tables(document, "scores")[-1].rows == (("0", "1", "2"),)


def test_numbers_have_residuals_and_no_classes(number: RunFolder) -> None:
    facts = facts_of(number, evaluate_run(number, "test"))
    document = compose(facts, "en")
    figures = [b for b in section(document, "scores").blocks if isinstance(b, Figures)]
    titles = {figure.title for block in figures for figure in block.figures}
    assert {"Predicted against actual", "Residuals"} <= titles
    assert section(document, "decisions") is None
    assert "a number" in section(document, "summary").blocks[0].text


def test_decisions_are_told(facts: RunFacts) -> None:
    decision = Decision(
        threshold=0.2,
        chosen_by="cost",
        missed=5.0,
        calibration=Temperature(temperature=1.5),
        conformal=Conformal(coverage=0.9, reach=0.4, rows=24),
        least_confidence=0.6,
    )
    block = section(compose(replace(facts, decision=decision), "en"), "decisions").blocks[0]
    assert isinstance(block, Facts)
    told = {fact.name: fact.value for fact in block.facts}
    assert "a missed row costs 5 and a false alarm 1" in told["Threshold"]
    assert told["Probabilities corrected by"] == "Temperature 1.500, on validation rows"
    assert told["Sets of classes hold the truth"] == "in 90.0% of rows, as asked"
    assert told["“Don’t know” below a probability of"] == "0.6000"


def test_what_was_changed_by_hand_is_listed(facts: RunFacts) -> None:
    record = (Recorded(step=7, command=Command(command="set_learning_rate", value=0.003)),)
    table = tables(compose(replace(facts, record=record), "en"), "training")[-1]
    assert table.rows[0][1:] == ("7", "Learning rate set to 0.003 by hand.")


def test_runs_that_were_trained_for_it_are_listed(facts: RunFacts) -> None:
    summary = facts.summary.model_copy(update={"spread": 0.02, "folds": 2, "best": 0.5})
    members = tuple(
        facts.summary.model_copy(update={"number": n, "name": f"Fold {n}", "place": n})
        for n in (2, 3)
    )
    document = compose(replace(facts, summary=summary, members=members), "en")
    table = tables(document, "members")[0]
    assert [row[1] for row in table.rows] == ["Fold 2", "Fold 3"]
    assert "0.5000 ± 0.0200" in section(document, "members").blocks[0].text


def test_without_an_evaluation_training_speaks(facts: RunFacts) -> None:
    document = compose(replace(facts, evaluation=None, table=None), "en")
    assert section(document, "scores") is None
    assert "Measured while training" in section(document, "summary").blocks[-1].text
    assert "<html" in as_html(document).decode()


def test_a_run_that_exploded_is_still_drawn(facts: RunFacts) -> None:
    history = History()
    started = RunStarted(0.0, ("loss",), "loss", 3, 2, 10, 5, 5, 9, "cpu", 1)
    ended = [
        EpochEnded(float(e), e, 2 * e, (value,), (value,), 0.1, 1.0, 5.0, e == 1)
        for e, value in enumerate((1.0, 1e30, float("nan")), start=1)
    ]
    history.extend([started, *ended, ControlApplied(4.0, 3, 6, "stop")])
    document = compose(
        replace(
            facts,
            history=history,
            best_epoch=1,
            summary=facts.summary.model_copy(update={"status": Status.STOPPED}),
        ),
        "en",
    )
    assert any(isinstance(b, Figures) for b in section(document, "training").blocks)


@pytest.mark.parametrize("rows", [0, 1])
def test_parts_of_hardly_any_rows_are_reported(facts: RunFacts, rows: int) -> None:
    empty = Evaluation(
        run="r",
        part="test",
        rows=rows,
        task=Task.BINARY,
        target="answer",
        classes=("a", "b"),
        metrics=(MetricValue(name="loss", title="Loss", value=None),),
        confusion=((rows, 0), (0, 0)),
    )
    assert as_html(compose(replace(facts, evaluation=empty), "en"))


def test_a_baseline_that_is_ahead_is_among_the_limits(facts: RunFacts) -> None:
    assert facts.evaluation is not None
    own = facts.evaluation
    better = MetricDifference(
        name="accuracy", value=-0.1, low=-0.2, high=-0.05, higher_is_better=True
    )
    rival = BaselineScore(
        kind="linear",
        title="Linear model",
        evaluation=own,
        differences=(better,),
        seconds=1.0,
        learned_from=112,
    )
    beside = SetBeside(
        run=own.run,
        part="test",
        best_epoch=1,
        metric="accuracy",
        scored=own.metrics,
        baselines=(rival,),
        train_rows=112,
    )
    now = compose(replace(facts, beside=beside), "en")
    told = "Linear model is ahead by 10.0 points in accuracy"
    assert any(told in text for _, text in points(replace(facts, beside=beside)))
    assert told in section(now, "summary").blocks[-1].text
