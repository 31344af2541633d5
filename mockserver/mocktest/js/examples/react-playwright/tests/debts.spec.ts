import { completeAuthentication, expect, fillCard, test } from './fixtures'

test.describe('a debt', () => {
  test.use({ scenario: 'debt' })

  test('is paid, and then the card can be removed', async ({ cards, page }) => {
    await page.getByRole('button', { name: 'Pay €5.39' }).click()
    await fillCard(page, '4242 4242 4242 4242')
    await page.getByRole('button', { name: 'Pay now' }).click()
    await expect(page.getByRole('region', { name: 'Open payments' })).toHaveCount(0)
    await cards.remove('4444')
    await expect(cards.card('4444')).toHaveCount(0)
  })
})

test.describe('a debt whose payment the bank wants to see authenticated', () => {
  test.use({ scenario: 'outstanding-payment' })

  test('is paid with 3-D Secure', async ({ cards, page, world }) => {
    await expect(cards.cards).toHaveCount(1)
    await page.getByRole('button', { name: 'Pay €5.39' }).click()
    await fillCard(page, '4000 0027 6000 3184')
    await page.getByRole('button', { name: 'Pay now' }).click()
    await completeAuthentication(page)
    await expect(page.getByRole('region', { name: 'Open payments' })).toHaveCount(0)
    expect(await (await world.fetch('GET', '/users/{user}/invoices/')).json()).toMatchObject({ results: [{ total: '5.39' }] })
  })
})
