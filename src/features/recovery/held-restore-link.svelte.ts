/** The secret of the link by which IT begins to restore somebody's access, where this tab was opened with it. */
import { HeldFragment } from '#ui/held-fragment.svelte.ts';

export const heldRestoreLink = new HeldFragment('/wiederherstellen', '?link');
