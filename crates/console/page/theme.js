// Light or dark: as the system has it, until the user chooses.

const KEY = "authorizer-console-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

export function start(button) {
  const asked = new URLSearchParams(location.search).get("theme");
  let chosen = ["light", "dark"].includes(asked) ? asked : stored();
  const isDark = () => (chosen ? chosen === "dark" : system.matches);
  const show = () => {
    if (chosen) document.documentElement.dataset.theme = chosen;
    button.textContent = isDark() ? "Light" : "Dark";
    button.setAttribute("aria-label", `Use the ${isDark() ? "light" : "dark"} theme`);
  };
  button.addEventListener("click", () => {
    chosen = isDark() ? "light" : "dark";
    store(chosen);
    show();
  });
  system.addEventListener("change", show);
  show();
}

// A browser may forbid storage. Then the choice lasts as long as the page.
function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function store(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // See above.
  }
}
