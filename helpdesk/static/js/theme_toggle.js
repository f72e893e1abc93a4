// data-theme-toggle: system -> light -> dark -> system, stored under theme.js's key.
const THEMES = ["system", "light", "dark"];
const TEXTS = { system: "themeSystem", light: "themeLight", dark: "themeDark" };
const root = document.documentElement;

function remember(theme) {
  try {
    if (theme === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch {
    // Without storage the choice holds for this page only.
  }
}

function nameToggles() {
  for (const toggle of document.querySelectorAll("[data-theme-toggle]")) {
    const words = getText(TEXTS[root.dataset.theme]);
    const written = toggle.querySelector("[data-theme-name]");
    if (written) written.textContent = words;
    else toggle.ariaLabel = toggle.title = words;
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-theme-toggle]")) return;
  const next = THEMES[(THEMES.indexOf(root.dataset.theme) + 1) % THEMES.length];
  root.dataset.theme = next;
  remember(next);
  nameToggles();
});
document.addEventListener("htmx:after:swap", nameToggles);
nameToggles();
