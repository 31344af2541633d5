import { completeAuthentication, expect, failAuthentication, fillCard, test } from './fixtures'

test('lists the cards and marks the default', async ({ cards }) => {
  await expect(cards.cards).toHaveCount(2)
  await expect(cards.cards.nth(0)).toContainText('Apple Pay visa •••• 4242')
  await expect(cards.cards.nth(1)).toContainText('visa •••• 4242')
  await expect(cards.cards.nth(1).getByText('Default', { exact: true })).toBeVisible()
  await expect(cards.cards.getByText('Default', { exact: true })).toHaveCount(1)
})

test.describe('a new card', () => {
  test.use({ scenario: 'removable' })

  test.beforeEach(async ({ cards, page }) => {
    await expect(cards.cards).toHaveCount(2)
    await page.getByRole('button', { name: 'Add a card' }).click()
  })

  test('is saved', async ({ cards, page }) => {
    await fillCard(page, '4000 0566 5566 5556')
    await page.getByRole('button', { name: 'Save card' }).click()
    await expect(cards.cards).toHaveCount(3)
    await expect(cards.card('5556')).toContainText('visa')
    await expect(cards.notice).toHaveCount(0)
  })

  test('is declined by the bank', async ({ cards, page, world }) => {
    await fillCard(page, '4000 0000 0000 0002')
    await page.getByRole('button', { name: 'Save card' }).click()
    await expect(cards.notice).toContainText('declined')
    expect(await (await world.fetch('GET', '/users/{user}/payment-methods/')).json()).toMatchObject({ count: 2 })
  })

  test('needs 3-D Secure', async ({ cards, page }) => {
    await fillCard(page, '4000 0025 0000 3155')
    await page.getByRole('button', { name: 'Save card' }).click()
    await completeAuthentication(page)
    await expect(cards.card('3155')).toHaveCount(1)
  })

  test('fails 3-D Secure', async ({ cards, page }) => {
    await fillCard(page, '4000 0025 0000 3155')
    await page.getByRole('button', { name: 'Save card' }).click()
    await failAuthentication(page)
    await expect(cards.notice).toContainText('unable to authenticate')
    await expect(cards.card('3155')).toHaveCount(0)
  })
})

test.describe('the default', () => {
  test.use({ scenario: 'removable' })

  test('can be changed', async ({ cards, world }) => {
    await cards.makeDefault('4444')
    await expect(cards.card('4444').getByText('Default', { exact: true })).toBeVisible()
    await expect(cards.card('4242').getByRole('button', { name: 'Make default' })).toBeVisible()
    expect(await world.count({ operation: 'users_payment_methods_default_create' })).toBe(1)
  })
})
