from __future__ import annotations

import index.errors
import qa.errors
from api.errors import STATUSES, problem_of
from index.errors import HoidapError, NoSuchArticle


def subclasses(cls: type[HoidapError]) -> set[type[HoidapError]]:
    return {cls}.union(*(subclasses(child) for child in cls.__subclasses__()))


def test_every_error_has_a_status_and_only_those() -> None:
    ours = {cls for cls in subclasses(HoidapError) if cls.__module__ in (index.errors.__name__, qa.errors.__name__)}
    assert set(STATUSES) == ours


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    documented = index.errors.__doc__ or ""
    for cls in subclasses(HoidapError):
        if cls.__module__ == index.errors.__name__:
            assert cls.__name__ in documented, cls
            assert (cls.__doc__ or "").count(".") >= 1, cls


def test_a_problem_names_its_kind() -> None:
    status, title, kind = problem_of(NoSuchArticle("x"))
    assert (status, title, kind) == (404, "There is no such article", "urn:hoidap:problem:no-such-article")
