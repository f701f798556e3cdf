// Runs before the page is painted: light or dark as the person chose, else as the device has it.
{
  const chosen = document.documentElement.dataset.appearance;
  const device = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => document.documentElement.setAttribute("data-bs-theme", chosen === "auto" ? (device.matches ? "dark" : "light") : chosen);
  apply();
  device.addEventListener("change", apply);
}
