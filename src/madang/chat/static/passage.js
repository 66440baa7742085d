/** The side panel that shows the passage behind a citation. Without scripts the link opens the page itself. */

import { piece } from "./stream.js";

/** @param {HTMLElement} talk the conversation */
export function openPassages(talk) {
  const dialog = /** @type {HTMLDialogElement} */ (talk.querySelector("[data-passage]"));
  const body = /** @type {HTMLElement} */ (dialog.querySelector("[data-passage-body]"));

  talk.addEventListener("click", async (event) => {
    const link = /** @type {HTMLElement} */ (event.target).closest("a[data-citation], [data-passage] a[data-leaf]");
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      body.innerHTML = await piece(new URL(link.href).pathname + new URL(link.href).search);
    } catch {
      location.href = link.href;
      return;
    }
    if (!dialog.open) dialog.showModal();
    (body.querySelector("[data-quote], tr.marked") ?? body.querySelector("mark"))?.scrollIntoView({ block: "center" });
    if (link.matches("[data-leaf]")) body.querySelector("a[data-leaf]")?.focus();
  });

  dialog.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target === dialog || target.closest("[data-close]")) dialog.close();
  });
}
