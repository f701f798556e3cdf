// Two pictures over each other: the slider, by pointer or arrow keys, shows more of one or of the other; a missing picture says so.
for (const part of document.querySelectorAll(".compare-part")) {
  const before = part.querySelector(".compare-before"), line = part.querySelector(".compare-line"), slider = part.querySelector("input");
  const show = () => {
    before.style.clipPath = `inset(0 ${100 - slider.value}% 0 0)`;
    line.style.left = `${slider.value}%`;
  };
  slider.addEventListener("input", show);
  show();
}

const words = document.getElementById("say-missing")?.innerHTML ?? "";
function missing(image) {
  const box = document.createElement("p");
  box.className = "no-picture";
  box.textContent = words;
  (image.closest("a") ?? image).replaceWith(box);
}
for (const image of document.querySelectorAll(".picture-column img, .line-photos img, .compare img")) {
  if (image.complete && image.naturalWidth === 0 && image.currentSrc) missing(image);
  else image.addEventListener("error", () => missing(image));
}
