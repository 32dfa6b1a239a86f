// Conveniences only: every task works without this file. Attributes: docs/design-system.md.
(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const on = (type, act) => document.addEventListener(type, act);

  // Reads a count as src/domain/recipient_count.rs does; null when unknown or not readable: unknown is not zero.
  const BEFORE = /^(受給者数?|対象者数|人数|合計|おおよそ|およそ|おおむね|概ね|概数|大体|だいたい|推計値?|推定|見込み?|約|計|circa|ca\.?|:|\+)/;
  const AFTER = /(程度?|ほど|前後|余り?|あまり|弱|強|くらい|ぐらい|位|見込み?|推計値?|推定|概数|予定|です|人|名|件|。)$/;
  const ZERO = /^(なし|無し?|(該当|該当者|対象者|受給者)(なし|無し)|いない|ゼロ|零)$/;
  const UNITS = { 億: 8, 万: 4, 千: 3, 百: 2, "": 0 };
  const tidy = (typed) => typed.normalize("NFKC").toLowerCase().replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/g, "").trim()
    .replace(/\s+/g, (gap, at, whole) => /[\d,、]/.test(whole[at - 1]) && /[\d,、]/.test(whole[at + gap.length]) ? " " : "");
  const strip = (text) => {
    for (let before; before !== text;) {
      before = text;
      text = text.replace(BEFORE, "").replace(AFTER, "");
      const [, first, number, last] = /^(?:\(([^)]*)\))?(.*?)(?:\(([^()]*)\))?$/.exec(text);
      if ([first, last].every((note) => note === undefined || note !== "" && strip(note) === "")) text = number;
    }
    return text;
  };
  // As src/domain/required_amounts/planned_cost.rs does.
  const yen = (text) => {
    const bare = text.replace(/^[¥\\]+/, "").replace(/\((税込み?)\)$/, "").replace(/(円|税込み?)+$/, "");
    return bare.includes(".") ? bare : bare.replace(/(\d)([百千])万/g, (all, digit, sign) => digit + (sign === "百" ? "00万" : "000万"));
  };
  const recipients = (typed, most) => {
    const text = most ? yen(tidy(typed)) : tidy(typed);
    if (ZERO.test(text)) return 0;
    const bare = strip(text), parts = bare.match(/[\d,、.]+[億万千百]?/g);
    if (!parts || parts.join("") !== bare) return null;
    let sum = 0, limit = Infinity;
    for (const part of parts) {
      const [, digits, fraction, sign] = /^(\d+|\d{1,3}(?:[,、]\d{3})+)(?:\.(\d+))?([億万千百]?)$/.exec(part) || [];
      if (digits === undefined || fraction && parts.length > 1) return null;
      const zeros = UNITS[sign], decimals = (fraction || "").replace(/0+$/, "");
      if (decimals.length > zeros || !zeros && fraction?.length > 2) return null;
      const value = Number(digits.replace(/[,、]/g, "") + decimals.padEnd(zeros, "0"));
      if (value >= limit || limit < Infinity && !zeros && digits.length < 2) return null;
      sum += value;
      limit = 10 ** zeros;
    }
    return sum <= (most || 99999999) ? sum : null;
  };
  const figure = (number) => number.toLocaleString("ja-JP");
  // Unchanged text is left alone, so that a screen reader is not told again.
  const write = (place, text) => {
    if (place && text !== undefined && place.textContent !== text) place.textContent = text;
  };

  const live = all("form[data-live-totals]");
  const total = () => live.forEach((form) => {
    // A survey of required amounts: yen instead of persons, and the subsidy beside each.
    const { unit = "人", most, numerator, denominator, ceiling, rounding } = form.dataset;
    const subsidyOf = (cost) => { const share = Math.min(Math.floor(cost * numerator / denominator), ceiling); return share - share % rounding; };
    let targets = 0, sum = 0, targetSum = 0, unknown = 0, subsidies = 0;
    for (const row of all("[data-row]", form)) {
      const field = row.querySelector("[data-recipients]");
      const count = field ? recipients(field.value, most && Number(most)) : null;
      const target = row.querySelector("[data-target]:checked") ? 1 : 0;
      targets += target;
      unknown += count === null ? target : 0;
      sum += count || 0;
      targetSum += target * count;
      if (most) {
        const subsidy = target && count !== null ? subsidyOf(count) : null;
        subsidies += subsidy || 0;
        write(row.querySelector("[data-subsidy]"), subsidy === null ? "" : figure(subsidy) + "円");
      }
      // Until it is changed, the server's reading stands there.
      if (!field || field.value === field.defaultValue) continue;
      write(row.querySelector("[data-echo]"), count === null || field.value.trim() === String(count) ? "" : "「" + figure(count) + unit + "」として読み取りました。");
    }
    const none = targets > 0 && unknown === targets;
    // What the edition reckons with: yen per scheme, and hundredths of a yen per recipient and month.
    const basis = all("[data-ceiling]")[0]?.dataset || {};
    const texts = {
      targets: figure(targets) + "件",
      recipients: none && !(most ? targetSum : sum) ? "不明" : figure(most ? targetSum : sum) + unit,
      subsidy: !most ? figure(targets * basis.ceiling) + "円" : none ? "不明" : figure(subsidies) + "円",
      running_cost: none ? "不明" : (targetSum ? "約" : "") + figure(Math.floor(targetSum * 12 * basis.monthlySen / 100)) + "円",
      unknown: figure(unknown) + "件",
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
    // An upload may take minutes.
    if (form.enctype !== "multipart/form-data") setTimeout(release, 20000, form);
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

  // Files: what was chosen and whether it is too much, said before they are sent; dropping is another way to choose.
  const megabytes = (bytes) => Math.max(bytes / 1048576, .1).toFixed(1) + "MB";
  on("change", ({ target }) => {
    const place = target.type === "file" && target.form.querySelector("[data-chosen]");
    if (!place) return;
    const files = [...target.files], bytes = files.reduce((sum, file) => sum + file.size, 0);
    const most = Number(target.dataset.mostBytes), many = Number(target.dataset.mostFiles);
    const tooMuch = bytes > most || files.length > many;
    const chosen = files.length ? (files.length > 1 ? files.length + "ファイル" : files[0].name) + "、" + megabytes(bytes) : "";
    place.classList.toggle("too-much", tooMuch);
    write(place, tooMuch ? chosen + "：多すぎるか、大きすぎて、送れません。" + many + "ファイル、" + megabytes(most) + "までにしてください。" : chosen && "選んだファイル：" + chosen);
  });
  for (const area of all("[data-drop]")) {
    const input = area.querySelector("input"), mark = (over) => area.classList.toggle("drop-over", over);
    area.addEventListener("dragover", (event) => { event.preventDefault(); mark(true); });
    area.addEventListener("dragleave", () => mark(false));
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      mark(false);
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  // A page about work that goes on looks again until it is done.
  const work = document.querySelector("[data-refresh]");
  const again = async () => {
    try {
      const answer = await fetch(location.href, { cache: "no-store", redirect: "error" });
      const now = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-refresh]");
      if (answer.ok && !now) return location.reload();
      if (now) work.replaceChildren(...now.childNodes);
    } catch { /* The next look may succeed. */ }
    setTimeout(again, 3000);
  };
  if (work) setTimeout(again, 2000);

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
