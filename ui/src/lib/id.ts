// Identifiers of messages, drawn by the window so that a message has its name before the engine has seen it.
export function drawMessageId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
