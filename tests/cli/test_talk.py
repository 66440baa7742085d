"""`madang chat`: a conversation in the terminal."""

from __future__ import annotations

import os
import signal
import threading
import time

from tests.cli.conftest import Run, refused
from tests.fakes.models import FakeChat

LETTERS = "bcdfghjklmnprstvwz"


def test_a_conversation_until_the_end_of_input(run: Run, chat_model: FakeChat) -> None:
    run("new", "A grumpy baker", "--name", "Otto")
    chat_model.script = "Hmpf, morning."
    talked = run("chat", "otto", input="Tell me about your bread.\n\nHow are you?\n")
    assert talked.exit_code == 0, talked.output
    assert talked.stdout.count("Hmpf, morning.") == 2
    remembered = [message.content for message in chat_model.requests[-1].messages]
    assert any("Tell me about your bread." in content for content in remembered)


def test_ctrl_c_stops_the_reply_and_not_the_conversation(run: Run, chat_model: FakeChat) -> None:
    run("new", "A grumpy baker", "--name", "Otto")
    story = " ".join(f"{first}{second}o" for first in LETTERS for second in LETTERS)
    chat_model.script, chat_model.pause = story, 0.02

    def interrupt() -> None:
        until = time.monotonic() + 60
        while not chat_model.running and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(0.3)
        chat_model.pause, chat_model.script = 0.02, "Second reply."
        if chat_model.running:
            os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    talked = run("chat", "otto", input="Tell me a story.\nAnd now?\n")
    thread.join()
    assert talked.exit_code == 0, talked.output
    assert "bbo bco" in talked.stdout and "…" in talked.stdout and "Second reply." in talked.stdout
    assert "zzo" not in talked.stdout and chat_model.running == 0


def test_a_failing_model_does_not_end_the_conversation(run: Run, chat_model: FakeChat) -> None:
    from madang.kernel.errors import ModelFailed

    run("new", "A grumpy baker", "--name", "Otto")
    chat_model.error, chat_model.fail_after = ModelFailed("The model's server stopped."), 1
    talked = run("chat", "otto", input="Tell me about your bread.\nStill there?\n")
    assert talked.exit_code == 0
    assert talked.stderr.count("The model's server stopped.") == 2


def test_nobody_to_talk_with(run: Run) -> None:
    refused(run("chat", "nobody"))
