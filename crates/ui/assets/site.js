// Kiosque. Everything works without this file; it only adds.
(() => {
  "use strict";
  const all = (selector) => document.querySelectorAll(selector);
  const valueOf = (form, name) => {
    const control = form && form.elements.namedItem(name);
    if (!control) return null;
    return control.type === "checkbox" ? (control.checked ? "on" : "") : control.value;
  };

  // The list of errors is read first.
  const errors = document.getElementById("errors");
  if (errors) errors.focus();

  // Shows what the other answers make useful.
  //   data-unless="all_day": hidden while that box is ticked.
  //   data-while="repeat" data-is="weekly" / data-not="never", several with spaces between.
  const arrange = (form) => {
    form.querySelectorAll("[data-unless]").forEach((control) => {
      const off = valueOf(form, control.dataset.unless) === "on";
      const field = control.closest(".field") || control;
      field.hidden = off;
      control.disabled = off;
    });
    form.querySelectorAll("[data-while]").forEach((part) => {
      const value = valueOf(form, part.dataset.while);
      if (value === null) return;
      const { is, not } = part.dataset;
      const among = (words) => words.split(" ").includes(value);
      part.hidden = is === undefined ? among(not) : !among(is);
    });
    const show = (name, when) => {
      const control = form.elements.namedItem(name);
      const field = control && control.closest && control.closest(".field");
      if (field) field.hidden = !when && !field.classList.contains("wrong");
    };
    const end = valueOf(form, "repeat_end");
    if (end !== null) {
      show("repeat_until", end === "until");
      show("repeat_count", end === "count");
    }
    const from = form.elements.namedItem("start_date");
    const to = form.elements.namedItem("end_date");
    if (from && to) to.min = from.value;
  };
  all("form").forEach((form) => {
    arrange(form);
    form.addEventListener("change", () => arrange(form));
  });

  // In a table of lines to choose, the arrows lead from one to the next, and one box chooses all.
  all("table").forEach((table) => {
    const boxes = [...table.querySelectorAll("input[name=line]")];
    if (!boxes.length) return;
    table.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const row = event.target.closest("tr");
      const next = step && boxes[boxes.findIndex((box) => row.contains(box)) + step];
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
    const whole = table.closest("form").elements.namedItem("whole");
    if (!whole) return;
    whole.addEventListener("change", () => boxes.forEach((box) => { box.checked = whole.checked; }));
    table.addEventListener("change", () => { whole.checked = boxes.every((box) => box.checked); });
  });

  // Shows the picture chosen. Drawn on a canvas: the security policy of the
  // pages allows no other source of pictures than the site.
  all("input[data-preview]").forEach((input) => {
    const box = document.createElement("p");
    box.className = "help";
    box.setAttribute("role", "status");
    input.after(box);
    input.addEventListener("change", async () => {
      box.textContent = "";
      const file = input.files[0];
      if (!file || !window.createImageBitmap) return;
      try {
        const picture = await createImageBitmap(file);
        const canvas = document.createElement("canvas");
        const scale = Math.min(1, 320 / picture.width);
        canvas.width = picture.width * scale;
        canvas.height = picture.height * scale;
        canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
        box.append(input.dataset.preview + " " + file.name, document.createElement("br"), canvas);
      } catch {
        // Not a picture this browser opens: the server will say so.
      }
    });
  });

  // A button beside what one may want to copy.
  if (navigator.clipboard) {
    all("[data-copy]").forEach((source) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button quiet small";
      button.textContent = source.dataset.copy;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(source.textContent);
        button.textContent = source.dataset.copied;
        setTimeout(() => { button.textContent = source.dataset.copy; }, 2000);
      });
      source.after(button);
    });
  }

  // The menu closes like a menu.
  const menu = document.querySelector("details.me");
  if (menu) {
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
  }
})();
