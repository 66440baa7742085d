/** Tags as chips. The field with its commas stays what is sent, and works alone where there is no script. */

/** @param {HTMLElement} place @param {() => void} changed */
export function chips(place, changed) {
  const field = place.querySelector("input");
  const list = document.createElement("ul");
  list.className = "chips";
  const box = document.createElement("input");
  box.id = "f-tags-new";
  box.maxLength = 120;
  box.setAttribute("aria-describedby", "d-tags");
  field.type = "hidden";
  place.querySelector("label").htmlFor = box.id;
  field.after(list, box);

  const read = () => [...new Set(field.value.split(",").map((tag) => tag.trim()).filter(Boolean))];

  function show() {
    list.replaceChildren(...read().map((tag) => {
      const chip = document.createElement("li");
      chip.className = "chip";
      const words = document.createElement("span");
      words.textContent = tag;
      const remove = document.createElement("button");
      remove.type = "button";
      remove.textContent = "×";
      remove.setAttribute("aria-label", place.dataset.dropLabel.replace("{tag}", tag));
      remove.addEventListener("click", () => {
        put(read().filter((one) => one !== tag));
        box.focus();
      });
      chip.append(words, remove);
      return chip;
    }));
  }

  /** @param {string[]} tags */
  function put(tags) {
    field.value = tags.join(", ");
    show();
    changed();
  }

  function take() {
    const typed = box.value.split(",").map((tag) => tag.trim()).filter(Boolean);
    box.value = "";
    if (typed.length) put([...new Set([...read(), ...typed])]);
  }

  box.addEventListener("input", (event) => {
    event.stopPropagation();
    if (box.value.includes(",")) take();
  });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return; // Hangul is being composed
    if (event.key === "Enter") {
      event.preventDefault();
      take();
    } else if (event.key === "Backspace" && !box.value) put(read().slice(0, -1));
  });
  box.addEventListener("blur", take);
  show();
  return { show };
}
