"""A small language over the columns of a table: `Age > 30 and Sex in ["female"]`.

Nothing is ever evaluated by Python: `rewrite` turns the text into plain Python syntax, `parse` lets Python's
own parser read that, `check` goes through every node against a whitelist and its types, and makes Arrow calls
of it with `operations` and `calls`.

    from engine.expressions.parse import parse
    keep = parse("log(Fare) > 2 or Cabin is missing", {"Fare": NUMBER, "Cabin": TEXT})
    mask = keep.evaluate(batch)
"""
