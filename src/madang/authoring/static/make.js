/** Making: files may be dropped, a file too large is refused before it is sent, and a button says what it does. */

for (const form of document.querySelectorAll("[data-way]")) {
  const input = form.querySelector("input[type=file]");
  const refused = form.querySelector("[data-refused]");

  /** Whether the chosen file may be sent; says so when not. */
  const fits = () => {
    const limit = Number(form.dataset.limit) * 2 ** 20;
    const tooLarge = input?.files[0]?.size > limit;
    if (refused) {
      refused.hidden = !tooLarge;
      refused.querySelector("span").textContent = tooLarge ? form.dataset.tooLarge : "";
    }
    return !tooLarge;
  };

  if (input) {
    const drop = form.querySelector("[data-drop]");
    const chosen = form.querySelector("[data-chosen]");
    const empty = chosen.textContent;
    input.addEventListener("change", () => {
      chosen.textContent = input.files[0]?.name ?? empty;
      drop.classList.toggle("full", input.files.length > 0);
      fits();
    });
    for (const [kind, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
      drop.addEventListener(kind, (event) => {
        event.preventDefault();
        drop.classList.toggle("over", over);
        if (kind === "drop" && event.dataTransfer.files.length) {
          input.files = event.dataTransfer.files;
          input.dispatchEvent(new Event("change"));
        }
      });
    }
  }

  form.addEventListener("submit", (event) => {
    if (!fits()) {
      event.preventDefault();
      return;
    }
    const button = form.querySelector("[data-working]");
    button.dataset.label = button.textContent;
    button.textContent = button.dataset.working;
    form.setAttribute("aria-busy", "true");
    // after the form was read: a disabled button is not sent
    setTimeout(() => { button.disabled = true; });
  });
}

// the back button shows the page as it was left
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[data-label]")) {
    button.disabled = false;
    button.textContent = button.dataset.label;
    button.form.removeAttribute("aria-busy");
  }
});
