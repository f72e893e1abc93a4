/*
 * What unfold's pages ask of Alpine, said in the way that Alpine's CSP build can hear.
 *
 * That build reads expressions with a parser of its own instead of `new Function`, so that the policy needs no
 * 'unsafe-eval'. It reaches no globals: the functions of unfold's app.js are registered here by name, and the
 * two globals that unfold's attributes name (localStorage, window.location) stand in the page's data.
 */
document.addEventListener("alpine:init", () => {
  Alpine.data("theme", theme);
  Alpine.data("searchForm", searchForm);

  Alpine.data("adminPage", (firstTab = "") => ({
    activeTab: firstTab,
    sidebarMobileOpen: false,
    sidebarDesktopOpen: localStorage.getItem("sidebarDesktopOpen") !== "0",
    localStorage: { setItem: (key, value) => window.localStorage.setItem(key, value) },
    window: { location: { pathname: location.pathname, search: location.search } },

    init() {
      this.activeTab = getCurrentTab() || firstTab;
    },
  }));
});
