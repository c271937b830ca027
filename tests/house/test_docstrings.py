"""Everything public says in a sentence what it is for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from config import ROOT
from tests.house import tree

SOURCES = [
    path
    for path in tree.files(".py")
    if path.is_relative_to(ROOT / "webapp") and "versions" not in path.parts
]
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def public(body: list[ast.stmt], within: str = "") -> Iterator[tuple[str, Definition]]:
    """The public functions and classes of a module, and the public methods of those classes."""
    for node in body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield within + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{within}{node.name}.")


def test_every_public_function_class_and_module_has_a_docstring() -> None:
    silent = []
    for path in SOURCES:
        module = ast.parse(path.read_text("utf-8"))
        if module.body and not ast.get_docstring(module):
            silent.append(tree.name(path))
        silent += [
            f"{tree.name(path)}: {n}" for n, node in public(module.body) if not ast.get_docstring(node)
        ]
    assert SOURCES
    assert silent == []


def test_a_function_without_one_would_be_found(tmp_path: Path) -> None:
    found = [n for n, node in public(ast.parse("class A:\n  def b(self): pass\n  def _c(self): pass").body)]
    assert found == ["A", "A.b"]
