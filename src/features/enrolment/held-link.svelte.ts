/** The secret of the invitation that this tab was opened with. */
import { HeldFragment } from '#ui/held-fragment.svelte.ts';

export const heldLink = new HeldFragment('/join');
