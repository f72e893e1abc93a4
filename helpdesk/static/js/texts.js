// getText("minutes", { minutes: 5 }): a text of #script-texts in the page's language, its
// placeholders filled in (templates/includes/script_texts.html). Other modules use it; this one is
// loaded first.
const PLACEHOLDER = /%\((\w+)\)s/g;
const texts = document.getElementById("script-texts")?.dataset ?? {};

window.getText = (name, values = {}) =>
  (texts[name] ?? "").replace(PLACEHOLDER, (whole, key) => values[key] ?? whole);
