/** What a character knows from, in the editor: several files at once, each with its progress, and rows of pairs.
 *
 * The part is exchanged by htmx, so everything is listened to on `place`. Without this script the forms send
 * themselves: all files in one go. */

/** @param {HTMLElement} place what holds the forms */
export function sources(place) {
  enhance(place);
  document.addEventListener("htmx:after:swap", () => enhance(place));

  place.addEventListener("change", (event) => {
    const form = event.target.closest("[data-upload]");
    if (form && event.target.type === "file") chosen(form, event.target);
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    place.addEventListener(kind, (event) => {
      const drop = event.target.closest?.(".drop");
      if (!drop) return;
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      const input = drop.querySelector("input[type=file]");
      if (kind === "drop" && event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
  }
  place.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-upload]");
    if (!form) return;
    event.preventDefault();
    send(form);
  });
  place.addEventListener("click", (event) => {
    if (event.target.closest("[data-pair-add]")) another(event.target.closest("form"));
  });
}

/** @param {HTMLElement} place */
function enhance(place) {
  for (const button of place.querySelectorAll("[data-pair-add]")) button.hidden = false;
}

/** @param {HTMLFormElement} form @param {HTMLInputElement} input */
export function chosen(form, input) {
  const names = [...input.files].map((file) => file.name);
  const shown = form.querySelector("[data-chosen]");
  shown.textContent = names.join(", ") || shown.dataset.empty;
  input.closest(".drop").classList.toggle("full", names.length > 0);
}

/** One file after the other: a refused one does not keep the others. @param {HTMLFormElement} form */
async function send(form) {
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button");
  const files = [...input.files];
  if (!files.length || button.disabled) return;
  button.disabled = true;
  const list = form.querySelector("[data-files]");
  list.replaceChildren();
  const lines = files.map((file) => line(list, file.name));
  for (const [at, file] of files.entries()) {
    if (file.size > Number(form.dataset.limit) * 2 ** 20) lines[at].refused(form.dataset.tooLarge);
    else await one(form, file, lines[at]);
    renew(form);
  }
  form.reset();
  chosen(form, input);
  button.disabled = false;
  input.focus();
}

/** @param {HTMLElement} list @param {string} name */
function line(list, name) {
  const item = document.createElement("li");
  const title = document.createElement("strong");
  const said = document.createElement("span");
  const bar = document.createElement("progress");
  title.textContent = name;
  title.className = "small";
  said.className = "small quiet";
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  item.append(title, said, bar);
  list.append(item);
  return {
    /** @param {number} share @param {string} text */
    at: (share, text) => {
      bar.value = share;
      said.textContent = text;
    },
    done: (text) => {
      bar.remove();
      said.textContent = text;
    },
    refused: (text) => {
      bar.remove();
      said.className = "small wrong";
      said.setAttribute("role", "alert");
      said.textContent = text;
    },
  };
}

/** @param {HTMLFormElement} form @param {File} file @param {ReturnType<typeof line>} shown */
function one(form, file, shown) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file);
    request.upload.addEventListener("progress", (event) => {
      const share = event.lengthComputable ? event.loaded / event.total : 0;
      shown.at(share, form.dataset.sending.replace("{percent}", String(Math.round(share * 100))));
    });
    request.addEventListener("loadend", () => {
      if (request.status === 202) shown.done(form.dataset.sent);
      else shown.refused(reason(request.responseText) ?? form.dataset.lost);
      resolve();
    });
    request.open("POST", form.dataset.api);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-Madang-CSRF", document.body.dataset.csrf);
    request.send(body);
  });
}

/** @param {string} text the studio's answer @returns {string | undefined} */
function reason(text) {
  try {
    return JSON.parse(text).error.message;
  } catch {
    return undefined;
  }
}

/** The list anew, now: it goes on asking by itself while something is read. @param {HTMLFormElement} form */
function renew(form) {
  window.htmx.ajax("GET", form.dataset.list, { target: "#sources", swap: "outerHTML" });
}

/** @param {HTMLFormElement} form with rows of pairs */
function another(form) {
  const rows = form.querySelector("[data-pair-rows]");
  const row = rows.lastElementChild.cloneNode(true);
  const number = rows.children.length + 1;
  for (const box of row.querySelectorAll("textarea")) {
    box.value = "";
    box.setAttribute("aria-label", box.getAttribute("aria-label").replace(/\d+$/, String(number)));
  }
  rows.append(row);
  row.querySelector("textarea").focus();
}
