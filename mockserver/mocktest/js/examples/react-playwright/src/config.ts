function required(name: string): string {
  const value: unknown = import.meta.env[name]
  if (typeof value !== 'string' || value === '') throw new Error(`The variable ${name} is not set.`)
  return value
}

export const apiUrl = required('VITE_API_URL')
export const apiToken = required('VITE_API_TOKEN')
export const publishableKey = required('VITE_STRIPE_PUBLISHABLE_KEY')
export const userId = required('VITE_USER_ID')
