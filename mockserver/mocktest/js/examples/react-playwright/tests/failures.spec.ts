import { expect, test } from './fixtures'

const remove = { operation: 'users_payment_methods_destroy' }

test.use({ scenario: 'removable' })

test('an internal error leaves the card, and the next attempt removes it', async ({ cards, world }) => {
  await world.fault({ ...remove, status: 500, error: 'unexpected_error' })
  await cards.remove('4444')
  await expect(cards.notice).toContainText('The server has a problem.')
  await cards.remove('4444')
  await expect(cards.card('4444')).toHaveCount(0)
  expect(await world.count(remove)).toBe(2)
})

test('an answer is lost: one call fails, its effect happens once, and the list shows it', async ({ cards, world }) => {
  await world.fault({ ...remove, drop: true })
  await cards.remove('4444')
  await expect(cards.notice).toContainText('There was no answer.')
  await expect(cards.card('4444')).toHaveCount(0)
  expect(await world.count(remove)).toBe(1)
})

test('a slow answer: a second click does not make a second call', async ({ cards, page, world }) => {
  // The journal would not have a call yet that is still waiting.
  const calls: string[] = []
  page.on('request', (request) => void (request.method() === 'DELETE' && calls.push(request.url())))
  await world.fault({ ...remove, delay: '1s' })
  await cards.card('4444').getByRole('button', { name: 'Remove' }).dblclick()
  await expect(cards.card('4444')).toHaveCount(0)
  expect(calls).toHaveLength(1)
})

test('too many calls: the page says how long to wait', async ({ cards, world }) => {
  await world.fault({ ...remove, rate_limit: '30s' })
  await cards.remove('4444')
  await expect(cards.notice).toContainText('Try again in 30 seconds.')
  await expect(cards.card('4444')).toHaveCount(1)
})

test('a page that cannot load offers to try again', async ({ page, world }) => {
  await world.fault({ operation: 'users_payment_methods_list', status: 500, error: 'unexpected_error' })
  await page.goto('/')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('list', { name: 'Cards' }).getByRole('listitem')).toHaveCount(2)
})
