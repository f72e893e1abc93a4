// input[maxlength], textarea[maxlength]: a longer paste stays whole and is named as too long, where
// the browser alone would cut it without a word.
const LIMITED = "input[maxlength], textarea[maxlength]";

function keepWhole(field) {
  field.dataset.maxLength = field.maxLength;
  field.removeAttribute("maxlength");
}

function check(field) {
  const limit = Number(field.dataset.maxLength);
  const count = [...field.value].length; // as the server counts: an emoji is one character
  field.setCustomValidity(count > limit ? getText("tooLong", { count, limit }) : "");
}

function keepAllWhole() {
  document.querySelectorAll(LIMITED).forEach(keepWhole);
}

document.addEventListener("input", (event) => {
  if (event.target.dataset?.maxLength) check(event.target);
});
document.addEventListener("htmx:after:swap", keepAllWhole);
keepAllWhole();
