/** The share page: the words on the button and its colour are seen on the preview before they are saved. */

const form = document.querySelector("[data-embed-form]");
const website = /** @type {HTMLIFrameElement | null} */ (document.querySelector("iframe.website"));

form?.addEventListener("change", () => {
  const preview = website?.contentDocument;
  if (!preview || !(form instanceof HTMLFormElement)) return;
  const chosen = new FormData(form);
  preview.querySelector("madang-character")?.remove();
  const script = preview.createElement("script");
  const old = preview.querySelector("script[data-character]");
  Object.assign(script.dataset, old instanceof HTMLElement ? { character: old.dataset.character, lang: old.dataset.lang } : {});
  for (const name of ["label", "accent", "side", "theme"]) script.dataset[name] = String(chosen.get(name) ?? "");
  script.src = "/embed.js";
  preview.head.append(script);
});
