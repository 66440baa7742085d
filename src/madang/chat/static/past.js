/** The list of one's conversations beside a character. */

import { api, piece } from "./stream.js";

const past = document.querySelector("[data-past]");

/** Draws the list again, with the conversation just begun. @param {HTMLElement} talk */
export async function showPast(talk) {
  if (past) past.innerHTML = await piece(`/c/${talk.dataset.slug}/past?conversation=${talk.dataset.conversation}`);
}

document.querySelector("[data-about]")?.addEventListener("click", (event) => {
  const open = document.querySelector(".talk-page")?.toggleAttribute("data-open");
  /** @type {HTMLElement} */ (event.currentTarget).setAttribute("aria-expanded", String(open));
});

past?.addEventListener("click", async (event) => {
  const id = /** @type {HTMLElement} */ (event.target).closest("[data-delete]")?.getAttribute("data-delete");
  const talk = /** @type {HTMLElement} */ (document.querySelector("[data-talk]"));
  if (!id || !confirm(talk.dataset.askDelete)) return;
  await api.remove(id);
  if (id === talk.dataset.conversation) location.href = `/c/${talk.dataset.slug}?new=1`;
  else await showPast(talk);
});
