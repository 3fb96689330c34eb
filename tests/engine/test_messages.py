from engine.messages import Message, message, message_n


def test_facts_are_filled_in_as_people_read_them() -> None:
    text = message(
        "{rows} rows, {change} from before, {rate} a step", rows=48842, change=-3, rate=1e-5
    )
    assert str(text) == "48,842 rows, \u22123 from before, 1e\u221205 a step"


def test_the_count_chooses_the_wording() -> None:
    assert str(message_n("{count} row", "{count} rows", 1)) == "1 row"
    assert str(message_n("{count} row", "{count} rows", 2)) == "2 rows"


def test_translation_gets_the_template_and_the_facts_stay() -> None:
    text = message("Open {name}", name="a.csv")
    assert text.render(lambda one, many, count: {"Open {name}": "打开 {name}"}[one]) == "打开 a.csv"


def test_a_fact_with_braces_is_not_taken_for_a_template() -> None:
    assert str(message("Column {name}", name="{0} {x}")) == "Column {0} {x}"


def test_json_and_back() -> None:
    text = message_n("{count} of {all}", "{count} of {all}", 3, all=9)
    assert Message.from_json(text.to_json()) == text
