/** What pages know of invitations: apart from the schemas, so that the first page of all does without zod. */

/** Bytes of an invitation's secret. */
export const INVITATION_SECRET_BYTES = 16;
export const INVITATION_DEFAULT_HOURS = 14 * 24;
