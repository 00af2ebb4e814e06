/** The shape of a view: what it reads from the store, and how that is drawn. Types, and nothing that runs. */
import type { ReadStore } from '#core/store/database.ts';
import type { AccountFact } from '#core/store/account-records.ts';
import type { Directory } from '#core/sync/directory.ts';
import type { Memory } from '#core/sync/memory.ts';
import type { Views } from './api.ts';
import type { Surroundings } from './summaries.ts';

/** What presenting may look at besides the rows. */
export interface Present extends Surroundings {
	account: AccountFact;
	directory: Directory;
	memory: Memory;
}

export interface ViewDefinition<Name extends keyof Views, Rows extends readonly unknown[]> {
	/** Each is a live query of its own, so that what changes often is not read with what is large. */
	read: {
		[Index in keyof Rows]: (store: ReadStore, input: Views[Name]['input']) => Promise<Rows[Index]>;
	};
	present(rows: Rows, present: Present, input: Views[Name]['input']): Views[Name]['output'];
	/** Whether it shows anything of `Memory` or `Directory`. */
	listens: boolean;
}

/** Infers what is read from how it is read. */
export const define = <Name extends keyof Views, Rows extends readonly unknown[]>(
	definition: ViewDefinition<Name, Rows>
): ViewDefinition<Name, Rows> => definition;
