/** The box in which a message is written: it grows with its lines, and Enter sends. */

import { unsent } from "./unsent.js";

/**
 * @param {HTMLElement} talk
 * @param {(text: string) => void} say
 */
export function composer(talk, say) {
  const box = /** @type {HTMLTextAreaElement} */ (talk.querySelector("[data-message]"));
  const draft = unsent(talk);
  const fit = () => void (box.rows = Math.min(8, Math.max(1, box.value.split("\n").length)));
  const changed = () => {
    fit();
    draft.keep(box.value);
  };

  box.value ||= draft.left();
  fit();
  new MutationObserver(() => draft.keep(box.value)).observe(talk, { attributeFilter: ["data-conversation"] });

  talk.querySelector("[data-composer]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    say(box.value);
  });
  box.addEventListener("input", changed);
  box.addEventListener("keydown", (event) => {
    // while Hangul is being composed, Enter only ends the syllable
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      say(box.value);
    }
  });
  return {
    focus: () => box.focus({ preventScroll: true }),
    /** It is on its way. @param {string} text */
    taken(text) {
      if (box.value.trim() === text) box.value = "";
      changed();
    },
    /** What was not sent stands in the box again. @param {string} text @param {HTMLElement} article where it stood */
    back(text, article) {
      article.remove();
      if (!box.value) box.value = text;
      changed();
      box.focus();
    },
  };
}
