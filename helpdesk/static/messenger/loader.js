// The messenger's button on any website, and the frame that it opens. Nothing here reads the page
// but its address, its language and what it hands over: window.plumblineMessenger.identity.
(() => {
  const settings = __SETTINGS__;
  const script = document.currentScript;
  if (!script || window.plumblineMessengerLoaded) return;
  window.plumblineMessengerLoaded = true;

  const base = script.src.replace(/\.js(\?.*)?$/, "/");
  const origin = new URL(base).origin;
  const language = (document.documentElement.lang || navigator.language || "en").toLowerCase();
  const words =
    settings.words[language] || settings.words[language.split("-")[0]] || settings.words.en;
  const BEGUN = "1";
  const known = `plumbline-messenger ${base}`;
  const options = window.plumblineMessenger || {};

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { all: initial; }
    button {
      position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000;
      inline-size: 56px; block-size: 56px; padding: 0; border: 0; border-radius: 50%;
      background: ${settings.color}; color: ${settings.ink}; cursor: pointer;
      box-shadow: 0 2px 12px rgb(0 0 0 / .3);
    }
    button:focus-visible { outline: 3px solid ${settings.ink}; outline-offset: -6px; }
    svg { inline-size: 26px; block-size: 26px; fill: none; stroke: currentColor; stroke-width: 1.8;
      stroke-linecap: round; stroke-linejoin: round; vertical-align: middle; }
    .dot { position: absolute; inset-block-start: 0; inset-inline-end: 0; inline-size: 14px;
      block-size: 14px; border-radius: 50%; background: #d4351c; border: 2px solid #fff; }
    [hidden] { display: none; }
    iframe {
      position: fixed; inset-block-end: 88px; inset-inline-end: 20px; z-index: 2147483000;
      inline-size: 380px; block-size: min(620px, calc(100dvh - 108px)); border: 0;
      border-radius: 16px; box-shadow: 0 6px 30px rgb(0 0 0 / .35);
      color-scheme: ${settings.theme === "system" ? "light dark" : settings.theme};
    }
    @media (max-width: 480px) {
      iframe { inset: 0; inline-size: 100%; block-size: 100dvh; border-radius: 0; }
      .open { display: none; }
    }
    @media print { button, iframe { display: none; } }
  `);
  root.adoptedStyleSheets = [sheet];

  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-haspopup", "dialog");
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", "M4 5h16v11H9l-5 4z");
  icon.append(shape);
  const dot = document.createElement("span");
  dot.className = "dot";
  dot.hidden = true;
  button.append(icon, dot);
  root.append(button);

  let frame = null;
  let isOpen = false;
  let isReady = false;

  const remember = (value) => {
    try {
      return value === undefined ? localStorage.getItem(known) : localStorage.setItem(known, value);
    } catch {
      return null; // without storage, replies show once the messenger is opened
    }
  };
  const tell = (message) => {
    if (isReady) frame.contentWindow.postMessage(message, origin);
  };
  const label = () => {
    const text = isOpen ? words.close : dot.hidden ? words.open : words.unread;
    button.setAttribute("aria-label", text);
    button.setAttribute("aria-expanded", String(isOpen));
    button.classList.toggle("open", isOpen);
  };
  const load = () => {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.title = words.title;
    frame.hidden = true;
    frame.src = `${base}?lang=${encodeURIComponent(language)}`;
    root.append(frame);
  };
  const show = (open) => {
    load();
    isOpen = open;
    frame.hidden = !open;
    if (open) dot.hidden = true;
    label();
    tell({ plumbline: open ? "opened" : "closed" });
    if (open) frame.focus();
    else button.focus();
  };

  button.addEventListener("click", () => show(!isOpen));
  window.addEventListener("message", (event) => {
    if (event.origin !== origin || !frame || event.source !== frame.contentWindow) return;
    const said = event.data?.plumbline;
    if (said === "ready") {
      isReady = true;
      const token = remember() || "";
      const identity = options.identity || "";
      tell({ plumbline: "start", identity, page: location.href, token: token === BEGUN ? "" : token });
      if (isOpen) tell({ plumbline: "opened" });
    } else if (said === "close") {
      show(false);
    } else if (said === "begun") {
      if (!remember()) remember(BEGUN);
    } else if (said === "keep" && typeof event.data.token === "string") {
      remember(event.data.token);
    } else if (said === "forgotten") {
      remember("");
    } else if (said === "unread" && !isOpen) {
      dot.hidden = false;
      label();
    }
  });

  const start = () => {
    label();
    document.body.append(host);
    // Whoever has written before, or is signed in, is told of a reply.
    if (remember() || options.identity) load();
  };
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
