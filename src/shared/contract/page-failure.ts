/** How the pages' half of the server tells the other half, which has the log, that a page could not be made. */

/** Event of the request, with the error as its only argument. */
export const PAGE_FAILED = 'page-failed';
