// The control API, as this page uses it.

async function call(path, options = {}) {
  const response = await fetch(`/control${path}`, options);
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? response.statusText);
  return body;
}

function post(path, body) {
  return call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

export const people = () => call("/people");
export const chat = (id, since, signal) => call(`/people/${id}/chat?since=${since}&wait_ms=${since ? 25000 : 0}`, { signal });
export const send = (id, text) => post(`/people/${id}/send`, { text });
export const press = (id, message_id, data) => post(`/people/${id}/press`, { message_id, data });
export const setLanguage = (id, language) => post(`/people/${id}/language`, { language });

export function upload(id, file) {
  const query = new URLSearchParams({ name: file.name });
  const headers = { "Content-Type": "application/octet-stream" };
  return call(`/people/${id}/upload?${query}`, { method: "POST", headers, body: file });
}
