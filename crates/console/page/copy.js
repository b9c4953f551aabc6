// Copies a text. Without access to the clipboard (plain HTTP on a named host), it shows the text, selected.

import { h } from "./dom.js";

/** A button that copies what `text` returns. */
export function copyButton(label, text) {
  const said = h("span.only-heard", { role: "status" });
  const button = h("button", { type: "button" }, label);
  const wrapper = h("span.copy", button, said);
  button.addEventListener("click", async () => {
    if (await copied(text())) {
      button.textContent = "Copied";
      said.textContent = `${label}: done`;
      setTimeout(() => {
        button.textContent = label;
        said.textContent = "";
      }, 1500);
    } else {
      offer(wrapper, label, text());
    }
  });
  return wrapper;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function offer(wrapper, label, text) {
  const button = wrapper.querySelector("button");
  wrapper.querySelector("textarea")?.remove();
  button.textContent = "Press Ctrl+C";
  const area = h("textarea.offer", { readonly: true, rows: 6, "aria-label": `${label}: press Ctrl+C` });
  area.value = text;
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    area.remove();
    button.textContent = label;
    button.focus();
  });
  wrapper.append(area);
  area.focus();
  area.select();
}
