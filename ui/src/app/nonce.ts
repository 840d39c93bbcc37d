/**
 * The nonce that the shell's content security policy expects on style elements
 * made at run time (the theme's variables). Empty in the development server.
 */
export function styleNonce(): string {
  const element = document.getElementById("style-nonce");
  return element instanceof HTMLElement ? (element.nonce ?? "") : "";
}
