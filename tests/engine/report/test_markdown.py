from __future__ import annotations

from engine.export.bundle import export_run
from engine.predictor.model_file import CARD, read_model_file
from engine.report.compose import compose
from engine.report.document import Attachment, Column, Document, Section, Table, Text
from engine.report.facts import RunFacts
from engine.report.markdown import as_markdown
from engine.store.run_folder import RunFolder
from tests.engine.report.conftest import NASTY


def test_marks_in_texts_mean_nothing() -> None:
    blocks = (
        Text(text="a *b* [c](d) <e>\n# f"),
        Table(columns=(Column(title="x|y"), Column(title="n", is_figure=True)), rows=(("|", "1"),)),
        Attachment(title="t", file="f.json", text="```\n"),
    )
    page = Document(
        language="en",
        title="#1",
        subtitle="",
        sections=(Section(name="s", title="S", blocks=blocks),),
        footer="",
    )
    lines = as_markdown(page).decode().splitlines()
    assert lines[0] == "# \\#1"
    assert "a \\*b\\* \\[c\\](d) \\<e\\> \\# f" in lines
    assert "| x\\|y | n |" in lines
    assert "| \\| | 1 |" in lines
    assert "````json" in lines  # longer than what the text itself has


def test_the_card_in_a_model_file_tells_what_the_report_tells(
    facts: RunFacts, binary: RunFolder, tmp_path: object
) -> None:
    path = binary.path.parent / "model.trainyard"
    export_run(binary, path)
    _, entries = read_model_file(path)
    card = entries[CARD].decode()
    report = as_markdown(compose(facts, "en")).decode()
    told = report.split("## Recipe")[0]
    assert card.startswith(told)  # same scores, same limits
    assert "```" not in card  # the recipe lies beside it
    assert NASTY not in card
