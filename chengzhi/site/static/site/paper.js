// The sheet on A4: the button prints it.
document.querySelector("[data-prints]").addEventListener("click", () => window.print());
