// Keeps the page for when its server is away. Files are named by the build; another build has another name here.
const STORE = "glasshull-BUILD";
const FILES = [];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(STORE).then((store) => store.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const drop = (names) => Promise.all(names.filter((name) => name !== STORE).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(drop).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  const kept = caches.open(STORE).then((store) => store.match(event.request, { ignoreSearch: true }));
  const fetched = () => fetch(event.request).catch((error) => {
    // The folder that a server may give; without a server there is none.
    if (event.request.url.endsWith("/project.json")) return new Response("null");
    throw error;
  });
  event.respondWith(kept.then((response) => response ?? fetched()));
});
