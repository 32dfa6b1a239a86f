// Conveniences only: every task works without this file. Attributes: docs/design-system.md.
(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const on = (type, act) => document.addEventListener(type, act);

  // 「約１，２００人」 is 1200; null when empty or not a plain number: unknown is not zero.
  const recipients = (typed) => {
    const text = typed.normalize("NFKC").replace(/[\s,、]/g, "").replace(/^(約|およそ|概ね)/, "").replace(/[人名]$/, "");
    return /^\d{1,9}$/.test(text) ? Number(text) : null;
  };
  const figure = (number) => number.toLocaleString("ja-JP");
  // Unchanged text is left alone, so that a screen reader is not told again.
  const write = (place, text) => {
    if (place && text !== undefined && place.textContent !== text) place.textContent = text;
  };

  const live = all("form[data-live-totals]");
  const total = () => live.forEach((form) => {
    let targets = 0, sum = 0, known = 0, unknown = 0;
    for (const row of all("[data-row]", form)) {
      const field = row.querySelector("[data-recipients]");
      const count = field ? recipients(field.value) : null;
      const target = row.querySelector("[data-target]:checked") ? 1 : 0;
      targets += target;
      if (count === null) unknown += target;
      else { sum += count; known += 1; }
      write(row.querySelector("[data-echo]"), count === null || field.value === String(count) ? "" : figure(count) + "人");
    }
    const texts = {
      targets: figure(targets) + "制度",
      recipients: known ? figure(sum) + "人" : "未入力",
      subsidy: figure(targets * 2500000) + "円",
      running_cost: known ? "約" + figure(sum * 2 * 12) + "円" : "未入力",
      unknown: unknown ? "受給者数が分からない対象制度が" + figure(unknown) + "件あります。" : "",
    };
    all("[data-total]").forEach((place) => write(place, texts[place.dataset.total]));
  });
  let pause;
  const changed = new Set();
  on("input", ({ target: { form } }) => {
    if (!form) return;
    if ("guard" in form.dataset) changed.add(form);
    clearTimeout(pause);
    pause = setTimeout(total, 250);
  });
  addEventListener("beforeunload", (event) => { if (changed.size) event.preventDefault(); });

  // A second press is dropped; a lost connection frees the button again (the server ignores doubles anyway).
  const sent = new Map();
  const release = (form) => {
    sent.get(form)?.removeAttribute("aria-disabled");
    sent.delete(form);
  };
  on("submit", (event) => {
    const form = event.target;
    if (sent.has(form)) return event.preventDefault();
    changed.delete(form);
    if (form.method !== "post" || "repeat" in form.dataset) return;
    sent.set(form, event.submitter);
    event.submitter?.setAttribute("aria-disabled", "true");
    setTimeout(release, 20000, form);
  });
  addEventListener("pageshow", () => { [...sent.keys()].forEach(release); total(); });

  on("click", (event) => { if (event.target.closest("[data-print]")) print(); });

  on("change", ({ target }) => {
    for (const master of all("[data-check-all]")) {
      const boxes = all("input[type=checkbox]:enabled", master.form || document).filter((box) => box.name === master.dataset.checkAll);
      if (target === master) boxes.forEach((box) => { box.checked = master.checked; });
      const ticked = boxes.filter((box) => box.checked).length;
      master.checked = ticked > 0 && ticked === boxes.length;
      master.indeterminate = ticked > 0 && ticked < boxes.length;
    }
  });

  document.querySelector(".error-summary")?.focus();

  // An idle session ends: say so in time.
  const length = Number(document.body.dataset.sessionMinutes) * 60000;
  if (!(length > 0)) return;
  let end = Date.now() + length, dismissed = "";
  const box = document.createElement("section");
  box.className = "session-warning";
  box.setAttribute("aria-label", "ログアウトの予告");
  box.hidden = true;
  box.innerHTML = `<p role="alert"></p><p class="actions"><button type="button" class="button button-primary">利用を続ける</button><button type="button" class="button button-secondary">閉じる</button></p>`;
  document.body.append(box);
  const text = box.firstChild, [more, close] = all("button", box);
  const show = (message) => {
    if (message === dismissed) return;
    box.hidden = false;
    write(text, message);
  };
  more.addEventListener("click", async () => {
    const asked = Date.now();
    try {
      const answer = await fetch("/session/extend", { cache: "no-store", redirect: "error" });
      if (!answer.ok) throw answer;
      end = asked + length;
      box.hidden = true;
      dismissed = "";
    } catch {
      show("延長できませんでした。入力した内容はこの画面に残っています。保存を押して、案内に従ってください。");
    }
  });
  close.addEventListener("click", () => { box.hidden = true; dismissed = text.textContent; });
  const look = () => {
    const left = end - Date.now();
    if (left > 0 && left <= Math.min(300000, length / 2)) show("まもなく自動でログアウトします。続ける場合は「利用を続ける」を押してください。");
    if (left <= 0) show("自動でログアウトしました。入力した内容はこの画面に残っています。保存を押すと、ログインのあとで続けられます。");
  };
  setInterval(look, 15000);
  on("visibilitychange", look);
})();
