/** Lists in the editor: greetings, exchanges and their lines are added, removed and moved. */

/** @param {HTMLFormElement} form @param {() => void} changed */
export function rows(form, changed) {
  let fresh = 0;
  const greetingList = form.querySelector('[data-rows="greeting"]');
  const exchangeList = form.querySelector('[data-rows="exchange"]');
  settle();

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add], [data-drop], [data-move]");
    if (!button) return;
    if (button.dataset.add) add(button.dataset.add, button);
    else if ("drop" in button.dataset) drop(button);
    else move(button, Number(button.dataset.move));
    settle();
    changed();
  });

  /** @param {string} kind @param {HTMLElement} [near] @returns {HTMLElement} the new row */
  function add(kind, near) {
    const list = kind === "line" ? near.closest("[data-exchange]").querySelector('[data-rows="line"]') : form.querySelector(`[data-rows="${kind}"]`);
    list.append(form.querySelector(`template[data-new="${kind}"]`).content.cloneNode(true));
    const row = list.lastElementChild;
    if (kind === "exchange") group(row, `new-${(fresh += 1)}`);
    if (kind === "line") {
      const before = row.previousElementSibling;
      group(row, before?.querySelector("[name=example_group]").value ?? `new-${(fresh += 1)}`);
      // people take turns
      row.querySelector("select").value = before?.querySelector("select").value === "visitor" ? "character" : "visitor";
    }
    if (near) row.querySelector("textarea").focus();
    return row;
  }

  /** @param {HTMLElement} row @param {string} name */
  function group(row, name) {
    for (const field of row.querySelectorAll("[name=example_group]")) field.value = name;
  }

  /** @param {HTMLElement} button */
  function drop(button) {
    const row = button.closest("[data-row]");
    const next = row.nextElementSibling ?? row.previousElementSibling;
    const list = row.parentElement;
    row.remove();
    (next?.querySelector("textarea") ?? list.parentElement.querySelector("[data-add]"))?.focus();
  }

  /** @param {HTMLElement} button @param {number} step */
  function move(button, step) {
    const row = button.closest("[data-row]");
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (step < 0) other.before(row);
    else other.after(row);
    button.focus();
  }

  /** The first greeting opens a conversation; what cannot move says so. */
  function settle() {
    if (!greetingList.children.length) add("greeting");
    [...greetingList.children].forEach((row, at) => {
      const box = row.querySelector("textarea");
      box.name = at ? "alternate_greeting" : "greeting";
      if (at) box.removeAttribute("id");
      else box.id = "f-greeting";
    });
    for (const list of form.querySelectorAll("[data-rows]")) {
      [...list.children].forEach((row, at, all) => {
        const own = (name) => [...row.querySelectorAll(name)].find((one) => one.closest("[data-row]") === row);
        own('[data-move="-1"]')?.toggleAttribute("aria-disabled", at === 0);
        own('[data-move="1"]')?.toggleAttribute("aria-disabled", at === all.length - 1);
      });
    }
  }

  return {
    /** @param {string[]} texts the first one opens a conversation */
    greetings(texts) {
      greetingList.replaceChildren();
      for (const text of texts.length ? texts : [""]) add("greeting").querySelector("textarea").value = text;
      settle();
    },
    /** Another greeting, or the first one where there is none. @param {string} text */
    greet(text) {
      const first = greetingList.firstElementChild?.querySelector("textarea");
      if (first && !first.value.trim()) first.value = text;
      else add("greeting").querySelector("textarea").value = text;
      settle();
    },
    /** @param {[string, string, string][]} said (group, speaker, text) */
    examples(said) {
      exchangeList.replaceChildren();
      const groups = new Map();
      for (const [name, speaker, text] of said) {
        if (text.trim()) groups.set(name, [...(groups.get(name) ?? []), { speaker, text }]);
      }
      for (const lines of groups.values()) this.exchange(lines);
    },
    /** @param {{speaker: string, text: string}[]} lines one exchange, put at the end */
    exchange(lines) {
      const row = add("exchange");
      const list = row.querySelector('[data-rows="line"]');
      const name = list.querySelector("[name=example_group]").value;
      list.replaceChildren();
      for (const one of lines) {
        const line = form.querySelector('template[data-new="line"]').content.cloneNode(true).firstElementChild;
        line.querySelector("[name=example_group]").value = name;
        line.querySelector("select").value = one.speaker;
        line.querySelector("textarea").value = one.text;
        list.append(line);
      }
      row.closest("details").open = true;
      settle();
    },
  };
}
