// Whoever signs in next doesn't see what the last person opened (command_bar.js).
function forget() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("recent ")) localStorage.removeItem(key);
  }
}

document.addEventListener("submit", (event) => {
  if (event.target.matches?.("[data-sign-out]")) forget();
});
if (document.querySelector("input[name=login]")) forget();
