"""The one way from an outside name to a path. Every way out that peers left open has a case."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from madang.kernel import paths
from madang.kernel.errors import Forbidden, StorageFull
from madang.kernel.paths import MAX_NAME, atomic_write, inside, safe_name

ANY = st.text(st.characters(codec=None), max_size=60)
NASTY = st.text(st.sampled_from("./\\:~%\x00\n aA한é\u202e\ud800|*?<>\"$&'-"), max_size=30)


@given(st.lists(ANY | NASTY, max_size=4))
@example(["..", "secret"])
@example(["a/../../b"])
@example(["a/./b", "c"])
def test_nothing_leaves_the_folder(tmp_path_factory: pytest.TempPathFactory, parts: list[str]) -> None:
    root = tmp_path_factory.getbasetemp() / "root"
    try:
        path = inside(root, *parts)
    except Forbidden as error:
        str(error).encode()  # the sentence can be shown
        return
    assert root.resolve() in path.parents
    assert ".." not in path.parts


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "../x",
        "a/../x",
        "/etc/passwd",
        "a//b",
        "",
        "a\x00b",
        "..\\x",
        "C:\\x",
        "c:x",
        "\\\\host\\x",
        "NUL",
        "con.txt",
        "com1",
        "x.",
        "x ",
        "a\nb",
        "\ud800",
        "x" * 300,
        "a/" + "한" * 100,
        "file:stream",
    ],
)
def test_names_that_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Forbidden):
        inside(tmp_path, name)


def test_a_sibling_with_the_same_beginning(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data-other").mkdir()
    (tmp_path / "data" / "link").symlink_to(tmp_path / "data-other")
    with pytest.raises(Forbidden):
        inside(tmp_path / "data", "../data-other")
    with pytest.raises(Forbidden):  # through a link
        inside(tmp_path / "data", "link/file")
    with pytest.raises(Forbidden):
        inside(tmp_path / "data", "link")


def test_a_loop_of_links(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "a")
    with pytest.raises(Forbidden):
        inside(tmp_path, "a", "b")


def test_names_that_are_fine(tmp_path: Path) -> None:
    for name in ("메뉴판.pdf", "a/b/c.txt", "..a", "a..b", ".hidden", "x" * 255, "console"):
        assert tmp_path.resolve() in inside(tmp_path, name).parents
    assert inside(tmp_path, "./a") == tmp_path.resolve() / "a"


@settings(max_examples=300)
@given(ANY | NASTY)
@example("..")
@example("CON")
@example("a" * 500 + ".pdf")
@example(".pdf")
@example("한" * 200)
def test_a_safe_name_is_safe(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    root = tmp_path_factory.getbasetemp()
    safe = safe_name(name)
    assert inside(root, safe).parent == root.resolve()
    assert len(safe.encode()) <= MAX_NAME + 1
    assert safe_name(safe) == safe


def test_safe_names_stay_readable() -> None:
    assert safe_name("C:\\Users\\김\\메뉴 판.pdf") == "메뉴 판.pdf"
    assert safe_name("../../etc/passwd") == "passwd"
    assert safe_name("a" * 500 + ".pdf").endswith("a.pdf")
    assert safe_name("\u202egnp.exe") == "gnp.exe"
    assert safe_name("") == "file"


def test_a_file_is_whole_or_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "new" / "file"
    atomic_write(path, b"one")
    assert path.read_bytes() == b"one"
    for code in (errno.ENOSPC, errno.EDQUOT):

        def full(_: int, code: int = code) -> None:
            raise OSError(code, "full")

        with monkeypatch.context() as patch:
            patch.setattr(paths.os, "fsync", full)
            with pytest.raises(StorageFull):
                atomic_write(path, b"two")
    assert path.read_bytes() == b"one"
    assert [item.name for item in path.parent.iterdir()] == ["file"]
