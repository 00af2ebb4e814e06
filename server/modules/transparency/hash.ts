/** SHA-256 for the rules that browser and server share. */
import { createHash } from 'node:crypto';
import type { Hash } from '#shared/domain/merkle/tree-hash.ts';

export const sha256: Hash = (data) => createHash('sha256').update(data).digest();
