"""Where a model's text ends: leftovers of chat templates, another speaker's turn, stop strings, loops.

`Cleaner` works on a stream: it holds back only what may be the beginning of such a mark.
"""

from __future__ import annotations

from collections.abc import Sequence

MARKS = (
    "<|im_start|>",
    "<|im_end|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "<|start_header_id|>",
    "<end_of_turn>",
    "<start_of_turn>",
    "</s>",
    "[INST]",
    "\n### ",
)
OTHERS = ("User:", "Human:", "Visitor:", "Guest:", "System:")
"""Speakers that a reply may not speak for: it ends where one of them begins."""
LABELS = ("Assistant:", "AI:", "Character:", "assistant\n")
"""What the speaker of a reply is called: dropped at its beginning, its end anywhere else."""
ECHOES = ("Example:", "Example 1:", "Example Dialogue:", "Note:", "Question:")
"""Headings of a prompt, which only a small model says again."""
LONGEST_PERIOD = 160
LEAST_LOOP = 60
WEAK_LOOP = 24


def role_stops(names: Sequence[str]) -> tuple[str, ...]:
    """Stop strings that spare a runtime what `Cleaner` would not show, the likeliest first."""
    speakers = dict.fromkeys([*(f"{name}:" for name in names if name), "User:", "Assistant:"])
    return tuple(f"\n{speaker}" for speaker in speakers)


class Cleaner:
    """Feed it pieces; it gives back what may be shown. `ended`: at a mark, a stop string, or in a loop."""

    def __init__(
        self, names: Sequence[str] = (), visitor: str = "", stop: Sequence[str] = (), *, weak: bool = False
    ) -> None:
        own = tuple(f"{name}:" for name in dict.fromkeys(names) if name)
        self._labels = (*LABELS, *own, *(f"**{label}" for label in own))
        self._others = (*OTHERS, *((f"{visitor}:",) if visitor else ()), *(ECHOES if weak else ()))
        lines = [f"\n{label}" for label in (*(self._labels if weak else own), *self._others)]
        # a small model also goes on in the same line: "Dori: Hello! Dori: Hello!"
        inline = [f" {label}" for label in own] if weak else []
        self._marks = (*MARKS, *lines, *inline, *(mark for mark in stop if mark))
        self._least_loop = WEAK_LOOP if weak else LEAST_LOOP
        self._held = ""
        self._shown = ""
        self._started = False
        self.ended = False

    def feed(self, piece: str) -> str:
        """The text that can be shown now; empty after the end."""
        if self.ended:
            return ""
        self._held += piece
        if not self._started and not self._start():
            return ""
        cut = min((at for mark in self._marks if (at := self._held.find(mark)) >= 0), default=-1)
        if cut >= 0:
            self.ended = True
            return self._show(self._held[:cut].rstrip())
        keep = max((_overlap(self._held, mark) for mark in self._marks), default=0)
        ready, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        text = self._show(ready)
        if loops(self._shown, self._least_loop):
            self.ended = True
        return text

    def finish(self) -> str:
        """What was held back at the end of the stream and turned out to be text."""
        if self.ended:
            return ""
        self.ended = True
        return self._show(self._held.rstrip() if self._started else self._held.strip())

    def _start(self) -> bool:
        """Drops leading space and a label such as `Assistant:`; False while that is not decided.

        A reply that begins as another speaker is none: it ends here.
        """
        self._held = self._held.lstrip()
        if not self._held:
            return False
        if self._held.startswith(self._others):
            self.ended = True
            return False
        for label in self._labels:
            if self._held.startswith(label):
                self._held = self._held[len(label) :].lstrip()
                self._started = bool(self._held)
                return self._started
            if label.startswith(self._held):
                return False
        if any(label.startswith(self._held) for label in self._others):
            return False
        self._started = True
        return True

    def _show(self, text: str) -> str:
        self._shown = (self._shown + text)[-4 * LONGEST_PERIOD - 64 :]
        return text


def _overlap(text: str, mark: str) -> int:
    """Length of the longest end of `text` that begins `mark`."""
    start = max(0, len(text) - len(mark) + 1)
    while (start := text.find(mark[0], start)) >= 0:
        if mark.startswith(text[start:]):
            return len(text) - start
        start += 1
    return 0


def loops(text: str, least: int = LEAST_LOOP) -> bool:
    """Whether `text` ends in the same piece four times over, and in `least` characters of it at least."""
    for period in range(1, min(LONGEST_PERIOD, len(text) // 4) + 1):
        if text[-1] != text[-1 - period]:
            continue
        length = max(least - period, 3 * period)
        if len(text) >= length + period and text[-length:] == text[-length - period : -period]:
            return True
    return False
