// A website form: computes the work that stands in for a captcha, and tells a frame's height.
const form = document.querySelector("[data-work-bits]");

const countZeros = (bytes) => {
  const first = new DataView(bytes).getUint32(0);
  return Math.clz32(first);
};

async function work(stamp, bits) {
  const encoder = new TextEncoder();
  for (let next = 0; ; next += 200) {
    const tried = Array.from({ length: 200 }, (_, offset) => next + offset);
    const hashes = await Promise.all(
      tried.map((answer) => crypto.subtle.digest("SHA-256", encoder.encode(`${stamp}:${answer}`))),
    );
    const found = hashes.findIndex((hash) => countZeros(hash) >= bits);
    if (found >= 0) return String(tried[found]);
  }
}

// crypto.subtle is missing on a page without HTTPS: then the sum stays, as without JavaScript.
if (form && crypto.subtle) {
  const sum = form.querySelector("[data-sum]");
  const stamp = form.elements.namedItem("stamp").value;
  const field = form.elements.namedItem("work");
  sum.hidden = true;
  const done = work(stamp, Number(form.dataset.workBits)).then((answer) => {
    field.value = answer;
    form.dataset.isReady = "true";
  });
  form.addEventListener("submit", (event) => {
    if (field.value) return;
    event.preventDefault();
    done.then(() => form.submit());
  });
}

if (window.parent !== window) {
  const tell = () =>
    window.parent.postMessage({ plumblineHeight: document.documentElement.scrollHeight }, "*");
  new ResizeObserver(tell).observe(document.body);
  tell();
}
