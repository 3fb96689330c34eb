"""The column that a table is likely about, by the headers of well-known tables."""

from __future__ import annotations

import pytest

from engine.data.columns.target_guess import guess_target, suggest_target
from engine.schema import Character, Column, Kind, Role, Schema

KINDS = {"n": Kind.NUMBER, "c": Kind.CATEGORY, "t": Kind.TEXT, "d": Kind.DATE}


def table(header: str) -> Schema:
    """Columns as `name:kind`, where a number after the kind is how many levels there are."""
    columns = []
    for entry in header.split():
        name, _, kind = entry.partition(":")
        kind = kind or "n"
        columns.append(
            Column(
                name=name.replace("~", " "),
                kind=KINDS[kind[0]],
                role=Role.IGNORE if kind[0] in "t" else Role.FEATURE,
                distinct=int(kind[1:] or 30),
            )
        )
    return Schema(columns=tuple(columns), rows=1000)


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("letter:c26 xbox ybox width height onpix yedge yedgex", "letter"),
        (
            "longitude latitude median_income median_house_value ocean_proximity:c5",
            "median_house_value",
        ),
        ("carat cut:c5 color:c7 clarity:c8 depth table price x y z", "price"),
        ("PassengerId:t Survived:c2 Pclass Name:t Sex:c2 Age Fare Embarked:c3", "Survived"),
        ("age workclass:c8 fnlwgt education:c16 sex:c2 native_country:c41 income:c2", "income"),
        ("a b:c8 c d:c16 e:c2 f:c41 g:c2", "g"),
        ("fixed~acidity pH sulphates alcohol quality", "quality"),
        ("customerID:t gender:c2 tenure Contract:c3 TotalCharges Churn:c2", "Churn"),
        ("Age Attrition:c2 BusinessTravel:c3 DailyRate Department:c3 JobRole:c9", "Attrition"),
        ("Time V1 V2 V3 Amount Class:c2", "Class"),
        ("LIMIT_BAL SEX:c2 AGE PAY_0 default.payment.next.month:c2", "default.payment.next.month"),
        ("Loan_ID:t Gender:c2 Married:c2 LoanAmount Loan_Status:c2", "Loan_Status"),
        ("Id:t MSSubClass LotArea Street:c2 SaleCondition:c6 SalePrice", "SalePrice"),
        ("Age Sex:c2 ChestPainType:c4 RestingBP HeartDisease:c2", "HeartDisease"),
        ("Pregnancies Glucose BMI Age Outcome:c2", "Outcome"),
        ("mpg cylinders displacement horsepower weight origin:c3 name:t", "mpg"),
        ("age sex:c2 bmi children smoker:c2 region:c4 charges", "charges"),
        ("class:c2 cap-shape:c6 odor:c9 habitat:c7", "class"),
        ("alcohol malic_acid ash proline cultivar:c3", "cultivar"),
        ("RI Na Mg Al Si K Ca Ba Fe Type:c7", "Type"),
        ("instant season:c4 yr:c2 temp hum windspeed casual registered cnt", "cnt"),
        ("crim zn indus rm lstat medv", "medv"),
        ("store week promo:c2 weekly_sales holiday:c2", "weekly_sales"),
        ("is_weekend:c2 has_parking:c2 rooms area", "has_parking"),
        ("编号 面积 房间 价格", "价格"),
        ("x y z", "z"),
        ("x1 x2 y", "y"),
        ("a b c", "c"),
    ],
)
def test_targets_of_well_known_tables_are_found(header: str, target: str) -> None:
    guess = guess_target(table(header))
    assert guess is not None
    assert guess.name == target
    assert target in str(guess.reason)
    assert str(guess.reason).endswith(".")


def test_nothing_is_guessed_where_nothing_can_be_predicted() -> None:
    assert suggest_target(table("note:t seen:d")) is None


def test_a_pixel_is_never_the_target() -> None:
    columns = [
        Column(name=name, kind=Kind.NUMBER, distinct=30, character=character)
        for name, character in (("size", None), ("pixel0", Character.PIXEL))
    ]
    assert suggest_target(Schema(columns=tuple(columns), rows=100)) == "size"
