/** Thumbs on replies: shown at once, taken back when the studio could not keep them. */

import { api, Refused } from "./stream.js";

/** @param {HTMLElement} group @param {number} thumb */
function show(group, thumb) {
  for (const button of group.querySelectorAll("[data-thumb]")) {
    button.setAttribute("aria-pressed", String(Number(button.getAttribute("data-thumb")) === thumb));
  }
}

/** @param {HTMLElement} group */
function shown(group) {
  const pressed = group.querySelector('[aria-pressed="true"]');
  return pressed ? Number(pressed.getAttribute("data-thumb")) : 0;
}

/**
 * @param {HTMLElement} talk
 * @param {import("./turns.js").Turns} turns
 */
export function thumbs(talk, turns) {
  /** @type {WeakMap<HTMLElement, number>} the newest request of each reply: an older answer says nothing */
  const newest = new WeakMap();

  /** @param {HTMLElement} group @param {number} thumb @param {string} why @param {string} said */
  async function keep(group, thumb, why, said) {
    const before = { thumb: shown(group), why: group.dataset.why ?? "" };
    const place = (newest.get(group) ?? 0) + 1;
    newest.set(group, place);
    show(group, thumb);
    group.dataset.why = why;
    try {
      await api.rate(group.dataset.thumbs ?? "", thumb, why);
      turns.part("announce").textContent = said;
      return true;
    } catch (error) {
      if (newest.get(group) !== place) return false;
      show(group, before.thumb);
      group.dataset.why = before.why;
      turns.complain(error instanceof Refused ? error.message : talk.dataset.lost ?? "", () => keep(group, thumb, why, said));
      return false;
    }
  }

  /** @param {HTMLElement} group */
  function ask(group) {
    const tools = /** @type {HTMLElement} */ (group.closest(".tools"));
    const form = turns.copy("why");
    const box = /** @type {HTMLInputElement} */ (form.querySelector("input"));
    box.id = `why-${group.dataset.thumbs}`;
    form.querySelector("label")?.setAttribute("for", box.id);
    box.value = group.dataset.why ?? "";
    const close = () => {
      form.remove();
      /** @type {HTMLElement | null} */ (group.querySelector('[aria-pressed="true"]'))?.focus();
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      close();
      await keep(group, shown(group), box.value.trim(), talk.dataset.thanks ?? "");
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        close();
      }
    });
    form.querySelector("[data-cancel]")?.addEventListener("click", close);
    tools.after(form);
    // the box for messages lies over the end of the thread, and on a phone the keyboard takes half of it
    requestAnimationFrame(() => form.scrollIntoView({ block: "center" }));
    box.addEventListener("focus", () => setTimeout(() => form.scrollIntoView({ block: "center" }), 300));
  }

  talk.addEventListener("click", async (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("[data-thumb]");
    const group = /** @type {HTMLElement | null} */ (button?.closest("[data-thumbs]"));
    if (!button || !group) return;
    const wanted = Number(button.getAttribute("data-thumb"));
    const thumb = shown(group) === wanted ? 0 : wanted;
    group.closest(".reply-body")?.querySelector("[data-why-form]")?.remove();
    const said = thumb === 1 ? talk.dataset.up : thumb === -1 ? talk.dataset.down : talk.dataset.none;
    const kept = keep(group, thumb, thumb === shown(group) ? group.dataset.why ?? "" : "", said ?? "");
    if (thumb) ask(group);
    if (!(await kept)) group.closest(".reply-body")?.querySelector("[data-why-form]")?.remove();
  });
}
