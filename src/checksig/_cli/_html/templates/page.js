"use strict";
for (const section of document.querySelectorAll("section:has(> form.filter)")) {
  const form = section.querySelector("form");
  const table = section.querySelector("table");
  const body = table.tBodies[0];
  const [text, verdict, shown] = [form.querySelector("input"), form.querySelector("select"), form.querySelector("output")];
  const rows = Array.from(body.rows, (row) => ({
    row,
    text: row.textContent.toLowerCase(),
    cells: Array.from(row.cells, (cell) => cell.dataset.n ?? cell.textContent),
  }));

  const filter = () => {
    const words = text.value.toLowerCase();
    let number = 0;
    for (const { row, text, cells } of rows) {
      row.hidden = !text.includes(words) || (verdict.value !== "" && cells[1] !== verdict.value);
      number += !row.hidden;
    }
    const all = rows.length.toLocaleString("en");
    shown.value = number === rows.length ? "" : `${number.toLocaleString("en")} of ${all} shown`;
  };

  const collator = new Intl.Collator("en", { numeric: true });
  const sort = (column, direction) => {
    const sorted = rows.slice();
    if (direction) {
      sorted.sort((a, b) => direction * collator.compare(a.cells[column], b.cells[column]));
    }
    body.append(...sorted.map(({ row }) => row));
  };

  const heads = Array.from(table.tHead.rows[0].cells);
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const next = { none: "ascending", ascending: "descending", descending: "none" }[head.ariaSort ?? "none"];
      for (const other of heads) {
        other.removeAttribute("aria-sort");
      }
      if (next !== "none") {
        head.setAttribute("aria-sort", next);
      }
      sort(column, { none: 0, ascending: 1, descending: -1 }[next]);
    });
  });

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", filter);
  form.hidden = false;
  filter(); // a browser may keep what was typed before a reload
}
