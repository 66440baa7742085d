/** Several greetings to begin with: swiped through by buttons, arrow keys and touch, until something is said. */

const FAR = 48;

/** @param {HTMLElement} talk */
export function greetings(talk) {
  const group = /** @type {HTMLElement | null} */ (talk.querySelector("[data-greetings]"));
  if (!group) return;
  const every = [...group.querySelectorAll("[data-place]")];
  const where = /** @type {HTMLElement} */ (group.querySelector("[data-where]"));

  /** @param {number} step */
  function swipe(step) {
    if (talk.dataset.conversation || talk.hasAttribute("data-busy")) return;
    const shown = every.findIndex((words) => !words.hasAttribute("hidden"));
    const place = (shown + step + every.length) % every.length;
    talk.dataset.greeting = every[place].getAttribute("data-place") ?? "0";
    every.forEach((words, at) => words.toggleAttribute("hidden", at !== place));
    where.textContent = `${place + 1} / ${every.length}`;
  }

  group.addEventListener("click", (event) => {
    const step = /** @type {HTMLElement} */ (event.target).closest("[data-swipe]")?.getAttribute("data-swipe");
    if (step) swipe(Number(step));
  });
  group.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    swipe(step);
  });
  let from = { x: 0, y: 0 };
  group.addEventListener("touchstart", ({ changedTouches: [touch] }) => {
    from = { x: touch.clientX, y: touch.clientY };
  }, { passive: true });
  group.addEventListener("touchend", ({ changedTouches: [touch] }) => {
    const across = touch.clientX - from.x;
    if (Math.abs(across) > FAR && Math.abs(across) > 2 * Math.abs(touch.clientY - from.y)) swipe(across < 0 ? 1 : -1);
  }, { passive: true });
}

/** The greeting that was chosen stays; the others go. @param {HTMLElement} talk */
export function settled(talk) {
  const group = talk.querySelector("[data-greetings]");
  for (const other of group?.querySelectorAll("[data-place][hidden], .swipes") ?? []) other.remove();
  for (const name of ["data-greetings", "tabindex", "role", "aria-label"]) group?.removeAttribute(name);
}
