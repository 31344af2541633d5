import { expect, test } from './fixtures'

test.describe('a card that nothing blocks', () => {
  test.use({ scenario: 'removable' })

  test('is removed', async ({ cards }) => {
    await cards.remove('4444')
    await expect(cards.card('4444')).toHaveCount(0)
    await expect(cards.cards).toHaveCount(1)
    await expect(cards.notice).toHaveCount(0)
  })
})

// Each restriction has a scenario; in each, the card to remove is pm_abc123, which ends in 4444.
const restrictions = [
  { scenario: 'debt', notice: 'There is an open payment.' },
  { scenario: 'default-method', notice: 'This is your default card.' },
  { scenario: 'active-session', notice: 'You are charging.' },
  { scenario: 'cdr-pending', notice: 'The costs of your last session are not final yet.' },
  // Another device is starting a session, of which the API shows nothing.
  { scenario: 'session-starting', notice: 'This card cannot be removed at the moment.' },
]

for (const { scenario, notice } of restrictions) {
  test.describe(scenario, () => {
    test.use({ scenario })

    test('a card is not removed, and the page says why', async ({ cards, world }) => {
      await cards.remove('4444')
      await expect(cards.notice).toHaveCount(1)
      await expect(cards.notice).toContainText(notice)
      await expect(cards.card('4444')).toBeVisible()

      const { rules } = await world.removal('pm_abc123')
      expect(rules.map((rule) => rule.id)).toEqual([`remove-payment-method/${scenario}`])
    })
  })
}

test.describe('a card that pays for the running session', () => {
  test.use({ scenario: 'removable' })

  test('is not removed until the session is over and billed', async ({ cards, page, world }) => {
    const charging = page.getByRole('form', { name: 'Charging' })
    await charging.getByLabel('Charge point').fill('DE*CIQ*EWBNHHLM82TLA*1')
    await charging.getByLabel('Pay with').selectOption({ label: '•••• 4444' })
    await charging.getByRole('button', { name: 'Start charging' }).click()
    await expect(page.getByText('You are charging.')).toBeVisible()

    await cards.remove('4444')
    await expect(cards.notice).toContainText('This card pays for the session that is running.')
    const [call] = await world.requests({ operation: 'users_payment_methods_destroy' })
    expect(call?.rule).toBe('remove-payment-method/method-on-active-session')

    await page.getByRole('button', { name: 'Stop charging' }).click()
    await expect(charging).toBeVisible()
    await cards.remove('4444')
    await expect(cards.notice).toContainText('The costs of your last session are not final yet.')

    await world.clock.advance('10m')
    await cards.remove('4444')
    await expect(cards.card('4444')).toHaveCount(0)
  })
})

test.describe('a card of a user whose last session is not billed', () => {
  test.use({ scenario: 'cdr-pending' })

  test('can be removed when the final record has arrived', async ({ cards, world }) => {
    await cards.remove('4444')
    await expect(cards.notice).toContainText('not final yet')
    await world.clock.advance('10m')
    await cards.remove('4444')
    await expect(cards.card('4444')).toHaveCount(0)
    await expect(cards.notice).toHaveCount(0)
  })
})

test.describe('several reasons at once', () => {
  test.use({ scenario: 'rich-user' })

  test('are all shown', async ({ cards }) => {
    await cards.remove('3184')
    await expect(cards.notice).toHaveText([/^You are charging/, /^The costs of your last session/])
  })
})
