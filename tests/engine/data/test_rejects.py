from engine.data.corrections.reject_groups import grouped
from engine.data.rejects import Reject, as_corrected, below_table, sort_of, wrong_width
from engine.messages import Message


def test_a_single_field_is_told_of_in_the_singular() -> None:
    one, two = wrong_width(1, 3), wrong_width(2, 3)
    assert (str(one), str(two)) == ("1 field, 3 expected", "2 fields, 3 expected")
    assert str(below_table(one)) == "Below the table: 1 field, 3 expected"
    assert str(as_corrected(one)) == "As corrected: 1 field, 3 expected"


def test_reasons_in_tables_of_earlier_versions_are_of_the_same_sort() -> None:
    earlier = Message("{found} fields, {expected} expected", {"found": 1, "expected": 3})
    assert sort_of(earlier) == sort_of(wrong_width(1, 3))
    assert sort_of(below_table(earlier)) == sort_of(below_table(wrong_width(1, 3)))
    groups = grouped([Reject(4, "a", below_table(earlier)), Reject(5, "b", wrong_width(1, 3))])
    assert {group.code for group in groups} == {"rejected_below", "rejected_short"}
