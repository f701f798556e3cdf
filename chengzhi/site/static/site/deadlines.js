// The calculator shows the fields of one kind of limit, and sends only those.
const form = document.querySelector(".deadline form");
function show() {
  const service = form.elements.namedItem("kind").value === "service";
  for (const [part, wanted] of [[".of-legal", !service], [".of-service", service]]) {
    for (const box of form.querySelectorAll(part)) {
      box.hidden = !wanted;
      for (const field of box.querySelectorAll("input, select")) field.disabled = !wanted;
    }
  }
}
form.addEventListener("change", (event) => { if (event.target.name === "kind") show(); });
show();
