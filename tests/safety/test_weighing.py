"""What words weigh: how points are learned, and that the file holds what was learned from the tables."""

from __future__ import annotations

import itertools
from pathlib import Path

import yaml
from flask import Flask

from webapp.safety.normalising import Sentence
from webapp.safety.weighing import LEAST, features, learn, scales, windows, written

TEXTS = Path(__file__).parent / "texts"


def test_words_pairs_and_classes_are_what_weighs() -> None:
    assert features(["dad", "slaps", "me"], {"dad": "WHO", "slaps": "HIT", "me": "ME"}) == {
        "dad", "slaps", "me", "^ dad", "dad slaps", "slaps me", "me $",
        "WHO", "HIT", "ME", "^ WHO", "WHO HIT", "HIT ME", "ME $",
    }  # fmt: skip


def test_learning_tells_the_rows_apart_and_gives_the_same_points_each_time() -> None:
    told = [({"hits", "me"}, True), ({"hurts", "me"}, True)] * 5
    ordinary = [({"hits", "targets"}, False), ({"football"}, False)] * 5
    points = learn(told + ordinary)
    assert points == learn(told + ordinary)
    assert points.of({"hits", "me"}) > 0 > points.of({"hits", "targets"})
    assert all(abs(value) >= LEAST for value in points.by_feature.values())


def test_a_long_sentence_is_weighed_in_pieces_that_overlap() -> None:
    words = tuple(map(str, range(40)))
    pieces = windows([Sentence(words, frozenset())])
    assert {word for piece in pieces for word in piece} == set(words)
    assert all(set(a) & set(b) for a, b in itertools.pairwise(pieces))
    assert windows([Sentence(("hi",), frozenset())]) == [("hi",)]


def test_the_file_is_what_the_command_learns_and_reads_back(app: Flask, tmp_path: Path) -> None:
    table = tmp_path / "t.txt"
    table.write_text("# a table\nd x|my dad hits me\nu x|he is hitting me now\no x|i like chips\nh x|hm\n")
    result = app.test_cli_runner().invoke(args=["safety", "weigh", str(table)])
    assert result.exit_code == 0, result.output
    assert set(yaml.safe_load(result.output)) == {"worry", "now", "adult"}
    assert scales("cy") is None
    english = scales("en")
    assert english is not None
    again = yaml.safe_load(yaml.safe_dump(written(english.worry)))
    assert sum(len(str(line).split(", ")) for value, line in again.items() if value != "start") == len(
        english.worry.by_feature
    )
