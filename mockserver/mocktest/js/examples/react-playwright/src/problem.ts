import { ApiError, NoAnswer } from './api'

/** Returns what to tell the customer about a failed call. */
export function problem(error: unknown): string {
  if (error instanceof NoAnswer) return 'There was no answer. Check the list below before you try again.'
  if (!(error instanceof ApiError)) return 'Something went wrong.'
  if (error.status === 429) return `Too many attempts. Try again in ${error.retryAfter ?? 60} seconds.`
  if (error.status >= 500) return 'The server has a problem. Try again later.'
  return error.details
}
