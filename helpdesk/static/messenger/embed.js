// Shows a website form where this script's tag is. The frame tells its height, and nothing else.
(() => {
  const script = document.currentScript;
  if (!script) return;
  const base = script.src.replace(/\.js(\?.*)?$/, "/");
  const language = document.documentElement.lang || navigator.language || "en";
  const frame = document.createElement("iframe");
  frame.src = `${base}?frame=1&lang=${encodeURIComponent(language)}`;
  frame.title = script.dataset.title || "Contact form";
  frame.style.cssText = "display: block; width: 100%; height: 720px; border: 0";
  script.after(frame);
  window.addEventListener("message", (event) => {
    const isOurs = event.source === frame.contentWindow && event.origin === new URL(base).origin;
    const height = isOurs && Number(event.data?.plumblineHeight);
    if (height > 0) frame.style.height = `${Math.min(height, 10000)}px`;
  });
})();
