// The start of the small window in which a call stays in sight.
import { FloatingWindow } from './features/calls';
import { open } from './small';

await open(FloatingWindow);
