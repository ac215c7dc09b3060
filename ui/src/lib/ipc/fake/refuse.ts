// Refusals as the engine words them.
import type { Code } from '../bindings/Code';
import type { Error as Refusal } from '../bindings/Error';

export function refuse(code: Code, part: Partial<Refusal> = {}): Refusal {
  return { code, detail: `fake: ${code}`, retry_at: null, tries_left: null, ...part };
}
