/*
 * Alpine components of unfold's pages, registered for Alpine's CSP build.
 *
 * That build parses expressions itself instead of calling `new Function`, so the Content-Security-Policy
 * needs no 'unsafe-eval'. It has no access to globals: the functions of unfold's app.js are registered here
 * by name, and the two globals in unfold's attributes (localStorage, window.location) are page data.
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
    sortRecords: (event) => sortRecords(event),

    init() {
      this.activeTab = getCurrentTab() || firstTab;
    },
  }));
});
