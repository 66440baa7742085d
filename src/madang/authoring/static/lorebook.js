/** The lorebook: entries are drawn from its JSON and opened one by one, so that a book of hundreds stays quick.
 *  What no field shows stays in the entry, and goes back with it. */

const LISTS = new Set(["keys", "secondary_keys"]);

/** @param {HTMLElement} place @param {() => void} changed */
export function lorebook(place, changed) {
  const json = place.querySelector("[data-lore-json]");
  const list = place.querySelector("[data-lore-list]");
  const rowTemplate = place.querySelector("template[data-lore-row]");
  const bodyTemplate = place.querySelector("template[data-lore-body]");
  /** @type {any} */
  let book = { entries: [] };
  /** @type {Map<Element, any>} the entry behind each row */
  const entries = new Map();
  read(json.value);

  /** @param {string} text */
  function read(text) {
    try {
      book = text.trim() ? JSON.parse(text) : { entries: [] };
    } catch {
      book = { entries: [] };
    }
    entries.clear();
    list.replaceChildren(...book.entries.map(draw));
    count();
  }

  /** @param {any} entry */
  function draw(entry) {
    const row = rowTemplate.content.cloneNode(true).firstElementChild;
    entries.set(row, entry);
    head(row, entry);
    return row;
  }

  /** @param {Element} row @param {any} entry */
  function head(row, entry) {
    const words = entry.name || (entry.keys ?? []).join(", ") || (entry.content ?? "").slice(0, 60);
    row.querySelector("[data-lore-title]").textContent = words || place.dataset.untitled;
    const chip = row.querySelector("[data-lore-chip]");
    chip.textContent = entry.enabled === false ? place.dataset.off : entry.constant ? place.dataset.always : "";
    chip.hidden = !chip.textContent;
  }

  /** @param {Element} row */
  function open(row) {
    const button = row.querySelector("[data-lore-open]");
    const shown = row.querySelector(".lore-body");
    button.setAttribute("aria-expanded", String(!shown));
    if (shown) return shown.remove();
    const body = bodyTemplate.content.cloneNode(true).firstElementChild;
    const entry = entries.get(row);
    for (const field of body.querySelectorAll("[data-field]")) {
      const value = entry[field.dataset.field];
      if (field.type === "checkbox") field.checked = value === true;
      else if (LISTS.has(field.dataset.field)) field.value = (value ?? []).join("\n");
      else field.value = value ?? "";
      // a place that this page has no word for is kept
      if (field.tagName === "SELECT" && field.value !== (value ?? "")) field.add(new Option(value, value, true, true));
    }
    row.append(body);
    body.querySelector("input, textarea").focus();
  }

  /** @param {HTMLInputElement} field */
  function take(field) {
    const row = field.closest("[data-row]");
    const entry = entries.get(row);
    const name = field.dataset.field;
    if (field.type === "checkbox") entry[name] = field.checked;
    else if (LISTS.has(name)) entry[name] = field.value.split("\n").map((key) => key.trim()).filter(Boolean);
    else if (name === "insertion_order") entry[name] = Number(field.value) || 0;
    else if (name === "position") entry[name] = field.value || null;
    else entry[name] = field.value;
    // second key words count only where an entry says that they do
    if (name === "secondary_keys") entry.selective = entry[name].length > 0;
    head(row, entry);
  }

  function count() {
    place.querySelector("[data-lore-count]").textContent = String(list.children.length);
  }

  function write() {
    book.entries = [...list.children].map((row) => entries.get(row));
    json.value = JSON.stringify(book);
    json.disabled = false;
    count();
    changed();
  }

  place.addEventListener("input", (event) => {
    if (!event.target.dataset?.field) return;
    event.stopPropagation(); // it is the JSON that changes
    take(event.target);
    write();
  });
  place.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const row = button?.closest("[data-row]");
    if (!button) return;
    if ("loreOpen" in button.dataset) open(row);
    else if ("loreAdd" in button.dataset) {
      const added = draw({ keys: [], content: "", enabled: true, insertion_order: list.children.length, extensions: {} });
      list.append(added);
      open(added);
      write();
    } else if ("loreDrop" in button.dataset) {
      (row.nextElementSibling ?? row.previousElementSibling ?? place).querySelector("button")?.focus();
      row.remove();
      write();
    } else if (button.dataset.loreMove) {
      const other = button.dataset.loreMove === "-1" ? row.previousElementSibling : row.nextElementSibling;
      if (other) other[button.dataset.loreMove === "-1" ? "before" : "after"](row);
      button.focus();
      write();
    }
  });

  return {
    /** @param {string} text the JSON of a whole book, which is not saved yet */
    load(text) {
      json.value = text;
      json.disabled = false;
      read(text);
    },
  };
}
