/*
 * Kezhi's event snippet: page, track, identify, group, reset, flush. No cookie, no other host, no dependency.
 *
 *   <script>
 *     window.kezhi = window.kezhi || [];
 *     kezhi.push(["load", "YOUR WRITE KEY"], ["page"]);
 *   </script>
 *   <script async src="https://crm.example.test/collector.js"></script>
 *
 * Events wait in localStorage until the server has said that it keeps them, and are sent as text/plain with the key in
 * the body, so that no preflight is needed. docs/how-to/collect-events.md
 */
(function (window, document) {
  "use strict";
  var script = document.currentScript;
  var queued = window.kezhi;
  if (queued && queued.version) return;
  var server = script && script.src ? new URL(script.src).origin : location.origin;
  var MOST = 100, MOST_BYTES = 60000, WAIT = 1000, KEPT = 1000;
  var key = null, timer = null, sending = false, failures = 0, memory = {};

  function get(name) {
    try { return JSON.parse(localStorage.getItem("kezhi." + name)); } catch (_) { return memory[name] || null; }
  }
  function set(name, value) {
    memory[name] = value;
    try { localStorage.setItem("kezhi." + name, JSON.stringify(value)); } catch (_) { /* private mode: kept in memory */ }
  }
  function uuid() {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    return "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, function () { return ((Math.random() * 16) | 0).toString(16); });
  }
  function anonymous() {
    var id = get("anonymous");
    if (!id) set("anonymous", (id = uuid()));
    return id;
  }
  function waiting() { return get("waiting") || []; }

  function put(type, fields) {
    var event = {
      type: type, messageId: uuid(), anonymousId: anonymous(), userId: get("user"), timestamp: new Date().toISOString(),
      context: {
        page: { path: location.pathname, url: location.origin + location.pathname, title: document.title, referrer: document.referrer },
        library: { name: "kezhi.js", version: api.version }, locale: navigator.language, channel: "web",
      },
    };
    for (var name in fields) if (fields[name] !== undefined) event[name] = fields[name];
    var all = waiting();
    all.push(event);
    set("waiting", all.slice(-KEPT));
    if (all.length >= MOST) flush(); else later(WAIT);
  }
  function later(wait) { if (!timer) timer = setTimeout(function () { timer = null; flush(); }, wait); }

  function portion() {
    var some = [], size = 0;
    waiting().slice(0, MOST).every(function (event) {
      size += JSON.stringify(event).length * 3; // at most three bytes a letter
      if (some.length && size > MOST_BYTES * 3) return false;
      some.push(event);
      return true;
    });
    return some;
  }
  function body(some) { return JSON.stringify({ writeKey: key, batch: some, sentAt: new Date().toISOString() }); }
  function done(some) {
    var ids = {};
    some.forEach(function (event) { ids[event.messageId] = true; });
    set("waiting", waiting().filter(function (event) { return !ids[event.messageId]; }));
  }

  function flush() {
    var some = portion();
    if (!key || sending || !some.length) return Promise.resolve();
    sending = true;
    return fetch(server + "/v1/batch", { method: "POST", body: body(some), headers: { "Content-Type": "text/plain" }, credentials: "omit", keepalive: true })
      .then(function (answer) {
        sending = false;
        if (answer.ok || (answer.status >= 400 && answer.status < 500 && answer.status !== 408 && answer.status !== 429)) {
          failures = 0;
          done(some); // kept, or never to be: an unknown key does not get better by asking again
          if (waiting().length) later(0);
        } else again(Number(answer.headers.get("Retry-After")));
      })
      .catch(function () { sending = false; again(0); });
  }
  function again(seconds) { later(Math.max(seconds || 0, Math.min(60, Math.pow(2, failures++))) * 1000); }

  // The page goes away: what still waits is handed to the browser. It stays in localStorage and comes again on the next
  // page under the same ids, for nobody says whether it arrived; the server keeps each id once.
  function leave() {
    var some = portion();
    if (key && some.length && navigator.sendBeacon) navigator.sendBeacon(server + "/v1/batch", new Blob([body(some)], { type: "text/plain" }));
  }

  var api = {
    version: "1.0.0",
    load: function (writeKey, options) {
      key = writeKey;
      if (options && options.server) server = options.server.replace(/\/$/, "");
      if (waiting().length) later(0);
    },
    page: function (name, properties) { put("page", { name: name || document.title, properties: properties || {} }); },
    track: function (event, properties) { put("track", { event: event, properties: properties || {} }); },
    identify: function (userId, traits) {
      if (userId && typeof userId === "object") { traits = userId; userId = null; }
      if (userId) set("user", String(userId));
      put("identify", { traits: traits || {} });
    },
    group: function (groupId, traits) { put("group", { groupId: groupId, traits: traits || {} }); },
    reset: function () { set("user", null); set("anonymous", uuid()); },
    flush: flush,
    anonymousId: anonymous,
    push: function () {
      for (var i = 0; i < arguments.length; i++) {
        var call = arguments[i];
        if (typeof api[call[0]] === "function") api[call[0]].apply(null, call.slice(1));
      }
    },
  };
  document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden") leave(); });
  window.addEventListener("pagehide", leave);
  window.kezhi = api;
  if (queued && queued.length) api.push.apply(null, queued);
})(window, document);
