// [data-operators]: a field whose datalist suggests search operators for the last word, and their
// values (from the URL in data-operators) once an operator is typed: "is:", "tag:ss". Of a word
// without a colon, the desk's own fields that begin with it are offered, too.
const LAST_WORD = /(?:(?:"[^"]+"|[^\s":]+):"[^"]*|"[^"]*(?:"(?::\S*)?)?|\S*)$/;
const WITH_VALUE = /^(?:"[^"]+"|[^\s":]+):/;
const MIN_TYPED = 2; // characters of a field's name
const WAIT_MS = 150;

function offer(list, before, known) {
  const options = known.map(([value, label]) => {
    const option = document.createElement("option");
    option.value = before + value;
    option.textContent = label;
    return option;
  });
  list.replaceChildren(...options);
}

async function fetchValues(input, word) {
  const url = new URL(input.dataset.operators, location.href);
  url.searchParams.set("q", word);
  const response = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!response?.ok) return [];
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return [...page.querySelectorAll("option")].map(({ value }) => [value, ""]);
}

for (const input of document.querySelectorAll("[data-operators]")) {
  const { list } = input;
  const known = [...(list?.options ?? [])].map((option) => [option.value, option.textContent]);
  let planned;
  input.addEventListener("input", () => {
    const at = input.value.search(LAST_WORD);
    const [before, word] = [input.value.slice(0, at), input.value.slice(at)];
    clearTimeout(planned);
    offer(list, before, known);
    const hasValue = WITH_VALUE.test(word);
    if (!hasValue && word.length < MIN_TYPED) return;
    planned = setTimeout(async () => {
      const values = await fetchValues(input, word);
      if (!values.length || input.value !== before + word) return;
      offer(list, before, hasValue ? values : [...known, ...values]);
    }, WAIT_MS);
  });
}
