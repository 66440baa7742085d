/** The box in which a message that was sent is written anew, in its place. */

/** @param {HTMLElement} article @param {HTMLElement} form @param {(text: string) => void} done @param {string} [unsent] what was written before and not accepted */
export function editing(article, form, done, unsent) {
  const said = /** @type {HTMLElement} */ (article.querySelector(".said"));
  const box = /** @type {HTMLTextAreaElement} */ (form.querySelector("textarea"));
  box.value = unsent ?? article.querySelector("[data-said]")?.textContent ?? "";
  const leave = () => {
    form.replaceWith(said);
    /** @type {HTMLElement | null} */ (said.querySelector("[data-edit]"))?.focus();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value.trim();
    leave();
    if (text) done(text);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    if (event.target === box) {
      event.preventDefault();
      /** @type {HTMLFormElement} */ (form).requestSubmit();
    }
  });
  form.querySelector("[data-cancel]")?.addEventListener("click", leave);
  said.replaceWith(form);
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}
