// The vendor's API, as far as the page needs it.

const {api, token, user} = window.CONFIG

async function call(method, path) {
  const response = await fetch(`${api}/users/${user}${path}`, {method, headers: {Authorization: `Bearer ${token}`}})
  if (response.status === 204) return null
  const body = await response.json()
  if (!response.ok) throw new Error(body.error?.details ?? body.detail)
  return body
}

export const listMethods = async () => (await call('GET', '/payment-methods/')).results
export const removeMethod = id => call('DELETE', `/payment-methods/${id}/`)
export const listDebts = async () => (await call('GET', '/charging/debts/')).results
export const newSetupSecret = async () => (await call('GET', '/setup-intents/?pm_type=card')).setup_intent_client_secret
