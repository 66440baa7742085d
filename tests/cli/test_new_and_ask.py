"""`madang new` makes a character that answers, `madang ask` asks it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run, document, refused
from tests.fakes.models import FakeChat


def test_a_file_answers_with_its_proof(run: Run, hours: Path) -> None:
    made = run("new", str(hours), "--json")
    assert made.exit_code == 0, made.output
    said = document(made)
    assert said["name"] == "Dongbaek Bakery" and said["published"] is False
    assert said["sources"][0]["state"] == "ready" and said["sources"][0]["passages"] >= 2
    answer = document(
        run("ask", said["slug"], "When do you open and close from Tuesday to Sunday?", "--json")
    )
    assert set(answer) == {"answer", "citations", "abstained", "timings"}
    assert answer["abstained"] is False and "08:30" in answer["answer"]
    proof = answer["citations"][0]
    assert set(proof) == {"source", "quote", "url"}
    assert "08:30" in proof["quote"] and proof["quote"] in hours.read_text()
    assert proof["url"].startswith("http://127.0.0.1:8600/c/")
    assert answer["timings"]["total_ms"] > 0


def test_for_people_the_proof_is_below_the_answer(run: Run, hours: Path) -> None:
    slug = document(run("new", str(hours), "--json"))["slug"]
    shown = run("ask", slug, "When do you open and close from Tuesday to Sunday?").stdout
    assert "08:30" in shown and "[1] Dongbaek Bakery" in shown


def test_what_nobody_wrote_down_is_not_answered(run: Run, hours: Path) -> None:
    slug = document(run("new", str(hours), "--json"))["slug"]
    answer = document(run("ask", slug, "Which satellite orbits Neptune backwards?", "--json"))
    assert answer["abstained"] is True and answer["citations"] == []


def test_a_sentence_becomes_a_character_that_talks(run: Run, chat_model: FakeChat) -> None:
    made = document(run("new", "A grumpy baker who loves rye", "--name", "Otto", "--publish", "--json"))
    assert made["name"] == "Otto" and made["slug"] == "otto" and made["published"] is True
    chat_model.script = "Hmpf. Good morning to you."
    answer = document(run("ask", "otto", "Tell me about your bread.", "--json"))
    assert answer["answer"].startswith("Hmpf") and answer["abstained"] is False


def test_people_read_what_was_made(run: Run, hours: Path) -> None:
    made = run("new", str(hours), "--name", "Haru")
    assert made.exit_code == 0
    assert "Haru (haru)" in made.stdout and "A draft" in made.stdout and "/c/haru" in made.stdout


def test_what_cannot_be_read_is_one_sentence(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing follows")
    refused(run("new", str(broken)))
    refused(run("new", str(tmp_path / "missing.pdf")))
    refused(run("new", "   "))


def test_an_inside_address_is_refused(run: Run) -> None:
    refused(run("new", "http://127.0.0.1:9/secret"))


def test_errors_are_json_with_json(run: Run, tmp_path: Path) -> None:
    result = run("new", str(tmp_path / "missing.pdf"), "--json")
    assert result.exit_code == 1
    error = document(result)["error"]
    assert error["code"] == "not_found" and error["message"].endswith(".")


def test_nobody_answers_for_an_unknown_slug(run: Run) -> None:
    assert "nobody" in refused(run("ask", "nobody", "Hello?"))
    assert document(run("ask", "nobody", "Hello?", "--json"))["error"]["code"] == "not_found"


def test_a_model_that_fails_is_one_sentence(run: Run, chat_model: FakeChat) -> None:
    from madang.kernel.errors import ModelFailed

    run("new", "A grumpy baker", "--name", "Otto")
    chat_model.error, chat_model.fail_after = ModelFailed("The model's server stopped."), 0
    result = run("ask", "otto", "Tell me about your bread.", "--json")
    assert result.exit_code == 1 and document(result)["error"]["code"] == "model_failed"
