// [data-operators]: a field whose datalist suggests search operators for the last word, not only for
// the first one.
const inputs = document.querySelectorAll("[data-operators]");
for (const input of inputs) {
  const list = input.list;
  const known = [...(list?.options ?? [])].map((option) => [option.value, option.textContent]);
  input.addEventListener("input", () => {
    const before = input.value.slice(0, input.value.search(/\S*$/));
    const options = known.map(([value, label]) => {
      const option = document.createElement("option");
      option.value = before + value;
      option.textContent = label;
      return option;
    });
    list.replaceChildren(...options);
  });
}
