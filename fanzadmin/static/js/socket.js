// The one socket of conversations: namespace /chat, shared by the open conversation, the inbox and the count in the navigation.
export const socket = globalThis.io("/chat", { transports: ["websocket"], withCredentials: true, reconnectionDelayMax: 8000 });
