// The fields of a type follow the type that is chosen. Without this they follow once it is saved.

for (const form of document.querySelectorAll("[data-types-of]")) {
  const select = form.querySelector(`[name="${form.dataset.typesOf}"]`);
  if (!select) continue;
  const follow = () => {
    for (const one of form.querySelectorAll("[data-types]")) {
      one.hidden = !one.dataset.types.split(" ").includes(select.value);
    }
  };
  select.addEventListener("change", follow);
  follow();
}
