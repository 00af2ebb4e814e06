/**
 * What another device shows, when this tab was opened with it: by a phone's own camera, which follows the link in the QR
 * code. It names a mailbox for ten minutes and is no secret of an account, yet belongs nowhere else.
 */
import { HeldFragment } from '#ui/held-fragment.svelte.ts';

export const heldOffer = new HeldFragment('/verbinden');
