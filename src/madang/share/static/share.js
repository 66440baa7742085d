/** The share page: the words on the button and its colour are seen on the preview before they are saved. */

const form = document.querySelector("[data-embed-form]");
const website = /** @type {HTMLIFrameElement | null} */ (document.querySelector("iframe.website"));

form?.addEventListener("change", () => {
  const preview = website?.contentDocument;
  if (!preview || !(form instanceof HTMLFormElement)) return;
  const chosen = new FormData(form);
  preview.querySelector("madang-character")?.remove();
  const script = preview.createElement("script");
  // of the preview's own window: it is no HTMLElement of this one
  const old = /** @type {HTMLElement | null} */ (preview.querySelector("script[data-character]"));
  for (const name of ["character", "lang"]) script.dataset[name] = old?.dataset[name] ?? "";
  for (const name of ["label", "accent", "side", "theme"]) script.dataset[name] = String(chosen.get(name) ?? "");
  script.src = "/embed.js";
  preview.head.append(script);
});
