import { expect, test } from '../fixtures'

test.use({ scenario: 'debt' })

// It expects what the API refuses, and fails.
test('a card is removed in spite of a debt', async ({ cards }) => {
  await cards.remove('4444')
  await expect(cards.card('4444')).toHaveCount(0, { timeout: 1000 })
})
