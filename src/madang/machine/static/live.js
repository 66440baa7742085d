/** The page of models moves by itself: the server sends its moving part whenever it is another. */

const box = /** @type {HTMLElement} */ (document.querySelector("[data-live]"));
const events = new EventSource(/** @type {string} */ (box.dataset.live));

events.addEventListener("now", (event) => {
  // whoever reads a table, or walks through it by keyboard, is not disturbed
  if (box.querySelector("details[open]") || box.contains(document.activeElement)) return;
  box.innerHTML = /** @type {MessageEvent<string>} */ (event).data;
});

addEventListener("pagehide", () => events.close());
