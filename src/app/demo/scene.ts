/** A conversation to be played: types only. */
import type { Key } from './town.ts';

/** Lines in the order in which they are spoken, each as [who, text]. */
export interface Scene {
	/** A group's key, or null for a direct chat between the first two speakers. */
	group: string | null;
	lines: [Key, string][];
}
